"""What stateful stubs hold: items in spaces, each client or test in its own; bounded, and copied on demand."""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.errors import NotThere, UsageError, counted, did_you_mean
from treaty_stubs.lifecycle.calls import Endpoint

SHARED: Final = "default"
"""The space of clients that name none."""
MOST_SPACES: Final = 1000
MOST_ITEMS: Final = 10_000
"""In one space, of all providers."""
MOST_SNAPSHOTS: Final = 100
LONGEST_NAME: Final = 200


@dataclass(slots=True, kw_only=True)
class Item:
    """Something that a client had a stub make.

    Attributes:
        provider: whose.
        resource: the endpoint that made it.
        number: counts the items of a space.
        given: what the request said that made it, by place.
        made: what the answer said, by place.
        document: what it is now: JSON as reads show it.
        gone: it was deleted.
        shown: it was shown as it is now, so that what comes by itself may come.
        unsure: values of which nobody can tell what they became, with the call that changed them, by place.
        derived: its clients said other things than the recorded ones, so what follows from these is not known.
        revision: how often it was changed.
        tag: its entity tag, as it was answered last; empty where none was.

    """

    provider: str
    resource: Endpoint
    number: int
    given: Mapping[str, JsonValue]
    made: Mapping[str, JsonValue]
    document: JsonValue
    gone: bool = False
    shown: bool = False
    unsure: dict[str, str] = field(default_factory=dict)
    derived: bool = False
    revision: int = 0
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A request that may have changed something that has no identity.

    Attributes:
        method: in upper case.
        said: the values of its body as text, by place, in order.

    """

    method: str
    said: tuple[tuple[str, str], ...]


@dataclass(slots=True, kw_only=True)
class Space:
    """The items of one client or test.

    Attributes:
        items: in the order in which they were made.
        last: the last identity of each kind that was given out.
        made: how many items were ever made.
        written: what was done to things without an identity, by provider and path.

    """

    items: list[Item] = field(default_factory=list)
    last: dict[str, JsonValue] = field(default_factory=dict)
    made: int = 0
    written: dict[tuple[str, tuple[str, ...]], list[Write]] = field(default_factory=dict)

    def of(self, provider: str, resource: Endpoint) -> list[Item]:
        """Give the items of one kind, in the order in which they were made."""
        return [item for item in self.items if item.resource == resource and item.provider == provider]

    def become(self, other: Space) -> None:
        """Hold what another space holds, which is not used any more."""
        self.items, self.last, self.made, self.written = other.items, other.last, other.made, other.written

    @property
    def is_full(self) -> bool:
        """It holds as many items as it may."""
        return len(self.items) >= MOST_ITEMS


class SpaceBook:
    """All spaces of one run, and the copies that were kept of them; safe to use from any thread.

    The least recently used space gives way when there are too many.
    """

    def __init__(self) -> None:
        self._spaces: OrderedDict[str, Space] = OrderedDict()
        self._snapshots: dict[str, Space] = {}
        self._taken = 0
        self._lock = threading.RLock()

    def space(self, name: str) -> Space:
        """Give a space, a new one where there is none."""
        with self._lock:
            space = self._spaces.get(name)
            if space is None:
                space = self._spaces[name] = Space()
                if len(self._spaces) > MOST_SPACES:
                    self._spaces.popitem(last=False)
            self._spaces.move_to_end(name)
            return space

    def names(self) -> Sequence[str]:
        """Give the names of the spaces that hold something, in order."""
        with self._lock:
            return sorted(name for name, space in self._spaces.items() if space.items or space.written)

    def describe(self, name: str) -> JsonValue:
        """Give what a space holds: how many items of each kind there are, and were deleted."""
        with self._lock:
            space = self._spaces.get(name, Space())
            kinds: dict[tuple[str, str], list[Item]] = {}
            for item in space.items:
                kinds.setdefault((item.provider, endpoint_name(item.resource)), []).append(item)
            return {
                "name": name,
                "items": [
                    {
                        "provider": provider,
                        "made_by": resource,
                        "count": sum(not item.gone for item in items),
                        "deleted": sum(item.gone for item in items),
                    }
                    for (provider, resource), items in sorted(kinds.items())
                ],
            }

    def reset(self, name: str | None = None) -> None:
        """Empty one space, or all of them; copies are kept."""
        with self._lock:
            if name is None:
                self._spaces.clear()
            else:
                self._spaces.pop(name, None)

    def snapshot(self, name: str) -> str:
        """Keep a copy of a space and give the name to restore it by; of a space that nobody used, an empty one.

        Raises:
            UsageError: when there are too many copies.

        """
        with self._lock:
            if len(self._snapshots) >= MOST_SNAPSHOTS:
                raise UsageError(
                    "no further copy of a space can be kept",
                    why=f"{MOST_SNAPSHOTS} copies are kept already",
                    hint="start the stub again, or restore one of the copies that there are",
                )
            self._taken += 1
            key = f"{name}-{self._taken}"
            self._snapshots[key] = copy.deepcopy(self._spaces.get(name, Space()))
            return key

    def restore(self, name: str, snapshot: str) -> None:
        """Make a space what it was when the copy was made.

        Raises:
            NotThere: when there is no such copy.

        """
        with self._lock:
            kept = self._snapshots.get(snapshot)
            if kept is None:
                raise NotThere(
                    f"there is no copy '{snapshot}' of a space",
                    why=f"{counted(len(self._snapshots), 'snapshot')} kept",
                    hint=did_you_mean(snapshot, self._snapshots),
                )
            self._spaces[name] = copy.deepcopy(kept)


def endpoint_name(endpoint: Endpoint) -> str:
    """Write an endpoint for people: ``GET /users/{}``."""
    method, template = endpoint
    return f"{method} /" + "/".join("{}" if segment is None else segment for segment in template)
