"""What stateful stubs hold: items in spaces, each client or test in its own; bounded, and copied on demand."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.errors import NotThere, UsageError, counted, did_you_mean
from treaty_stubs.lifecycle import room
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
        weight: about how many bytes it took when it was weighed last.

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
    weight: int = 0

    def copy(self) -> Item:
        """Give one that does not change with this one; what both hold is only ever replaced."""
        return replace(self, unsure=dict(self.unsure))


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A request that may have changed something that has no identity.

    Attributes:
        method: in upper case.
        said: a digest of the values of its body, by place; empty when they were too many to be followed.

    """

    method: str
    said: bytes


@dataclass(slots=True, kw_only=True)
class Space:
    """The items of one client or test.

    Attributes:
        items: in the order in which they were made.
        last: the last identity of each kind that was given out.
        made: how many items were ever made.
        written: what was done to things without an identity, by provider and path.
        weight: about how many bytes its items take.
        counted: how much of this its book knows.

    """

    items: list[Item] = field(default_factory=list)
    last: dict[str, JsonValue] = field(default_factory=dict)
    made: int = 0
    written: dict[tuple[str, tuple[str, ...]], list[Write]] = field(default_factory=dict)
    weight: int = 0
    counted: int = 0

    def of(self, provider: str, resource: Endpoint) -> list[Item]:
        """Give the items of one kind, in the order in which they were made."""
        return [item for item in self.items if item.resource == resource and item.provider == provider]

    def become(self, other: Space) -> None:
        """Hold what another space holds, which is not used any more."""
        self.items, self.last, self.made, self.written = other.items, other.last, other.made, other.written
        self.weight = other.weight

    @property
    def is_full(self) -> bool:
        """It holds as many items as it may."""
        return len(self.items) >= MOST_ITEMS

    def has_room(self, values: Mapping[str, JsonValue]) -> bool:
        """Tell whether it may hold what a request says, too."""
        return self.weight + room.weight_of_table(values) <= room.MOST_BYTES

    def weigh(self, item: Item) -> None:
        """Count what an item takes, after it was made or changed."""
        weight = room.weight_of_table(item.given, item.made) + room.weight_of(item.document)
        self.weight += weight - item.weight
        item.weight = weight

    def copy(self) -> Space:
        """Give a space that does not change with this one."""
        return Space(
            items=[item.copy() for item in self.items],
            last=dict(self.last),
            made=self.made,
            written={key: list(writes) for key, writes in self.written.items()},
            weight=self.weight,
        )


class SpaceBook:
    """All spaces of one run, and the copies that were kept of them; safe to use from any thread.

    The least recently used space gives way when there are too many, or when they take too much memory together.

    Attributes:
        tell: called when one gives way, with its name and a clause that says why.

    """

    def __init__(self) -> None:
        self._spaces: OrderedDict[str, Space] = OrderedDict()
        self._snapshots: dict[str, Space] = {}
        self._taken = 0
        self._weight = 0
        self._lock = threading.RLock()
        self._gone = 0
        self.tell: Callable[[str, str], None] = lambda _name, _why: None

    @property
    def weight(self) -> int:
        """About how many bytes of memory spaces and copies take together."""
        with self._lock:
            held = (*self._spaces.values(), *self._snapshots.values())
            return sum(space.weight for space in held)

    @property
    def gone(self) -> int:
        """How many spaces gave way to others."""
        return self._gone

    def space(self, name: str) -> Space:
        """Give a space, a new one where there is none."""
        with self._lock:
            space = self._spaces.get(name)
            if space is None:
                space = self._spaces[name] = Space()
                if len(self._spaces) > MOST_SPACES:
                    self._give_way(f"there are more than {MOST_SPACES:,} spaces")
            self._spaces.move_to_end(name)
            if space.weight != space.counted:
                self._count(space)
            return space

    def _count(self, space: Space) -> None:
        self._weight += space.weight - space.counted
        space.counted = space.weight
        while self._weight > room.MOST_BYTES_OF_ALL and len(self._spaces) > 1:
            self._give_way(f"all spaces hold more than {room.shown_bytes(room.MOST_BYTES_OF_ALL)}")

    def _give_way(self, why: str) -> None:
        name, space = self._spaces.popitem(last=False)
        self._weight -= space.counted
        self._gone += 1
        self.tell(name, why)

    def _forget(self, name: str) -> None:
        space = self._spaces.pop(name, None)
        if space is not None:
            self._weight -= space.counted

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
                "bytes": space.weight,
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
            for each in tuple(self._spaces) if name is None else (name,):
                self._forget(each)

    def snapshot(self, name: str) -> str:
        """Keep a copy of a space and give the name to restore it by; of a space that nobody used, an empty one.

        Raises:
            UsageError: when there are too many copies.

        """
        with self._lock:
            copied = self._spaces.get(name, Space()).copy()
            kept = sum(space.weight for space in self._snapshots.values())
            why = f"{MOST_SNAPSHOTS} copies are kept already" if len(self._snapshots) >= MOST_SNAPSHOTS else ""
            if kept + copied.weight > room.MOST_BYTES_OF_ALL:
                why = f"the copies would hold more than {room.shown_bytes(room.MOST_BYTES_OF_ALL)}"
            if why:
                raise UsageError(
                    "no further copy of a space can be kept",
                    why=why,
                    hint="start the stub again, or restore one of the copies that there are",
                )
            self._taken += 1
            key = f"{name}-{self._taken}"
            self._snapshots[key] = copied
            copied.counted = copied.weight
            self._weight += copied.weight
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
            self._forget(name)
            self._spaces[name] = kept.copy()
            self._count(self._spaces[name])


def endpoint_name(endpoint: Endpoint) -> str:
    """Write an endpoint for people: ``GET /users/{}``."""
    method, template = endpoint
    return f"{method} /" + "/".join("{}" if segment is None else segment for segment in template)
