"""What stands for all calls to a provider: settings, and what else a read without a key shows and a call changes.

No id leads from a team to the settings that its theme came from. What does is the value: a field of an answer that
neither its own request nor its set-up explains, and that an earlier call set under the same name at a place of all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from treaty.contract.json_value import JsonValue, dumps
from treaty.normalize.leaves import Leaf
from treaty.normalize.observations import SAFE_METHODS, Observation
from treaty.normalize.shapes import Shape, shape_of
from treaty.normalize.slices import is_before
from treaty.normalize.tokens import Flow

_Set: TypeAlias = tuple[str, str, JsonValue]
"""A provider, a field and its value."""
_Place: TypeAlias = tuple[str, str, str, str]
"""A provider, a method, a template or a path, and a location."""

_WRITING = frozenset({"PUT", "PATCH"})
"""Methods that answer with what a read of the same path shows from then on."""
_SHOWING = SAFE_METHODS | _WRITING
_TELLING = frozenset({Shape.CODE, Shape.PROSE})


@dataclass(slots=True, kw_only=True)
class Standing:
    """Finds what stands for all.

    Args:
        observations: of one run, in order of their start.
        flow: the tokens.

    """

    observations: Sequence[Observation]
    flow: Flow
    _setters: dict[_Set, list[Observation]] = field(init=False)
    _disproved: set[tuple[_Place, JsonValue]] = field(init=False)
    _following: set[_Place] = field(init=False)
    _read: dict[_Place, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._setters = defaultdict(list)
        self._disproved = set()
        self._following = set()
        self._read = defaultdict(set)
        for item in self.observations:
            if item.effectful and not self._is_keyed(item):
                for leaf in item.request:
                    if leaf.location.startswith("body.$") and _is_telling(leaf, item):
                        self._setters[item.edge.provider, leaf.name.field, leaf.value].append(item)
        for item in self.observations:
            if item.succeeded:
                self._look(item)

    def behind(self, item: Observation, steps: Collection[Observation]) -> list[Observation]:
        """Give the calls that set what an answer shows and nothing else explains; of several the latest."""
        if not self._setters or not item.succeeded:
            return []
        found: dict[int, Observation] = {}
        for leaf in self._unexplained(item, steps):
            setter = self._setter(leaf, item)
            if setter is not None and (_place(item, leaf), leaf.value) not in self._disproved:
                found[setter.number] = setter
        return list(found.values())

    def unsettled(self, item: Observation, steps: Collection[Observation]) -> frozenset[str]:
        """Give the locations of an answer whose values hold only as long as nobody has changed them.

        Such a place follows a setting elsewhere in the session, or is read without a key and was read otherwise, too.
        """
        found: set[str] = set()
        by_itself = item.method in SAFE_METHODS and not self._is_keyed(item)
        if not item.succeeded or not (by_itself or self._following):
            return frozenset()
        for leaf in item.response:
            if not leaf.location.startswith("body.$") or "[" in leaf.location:
                continue
            follows = _place(item, leaf) in self._following
            varies = by_itself and len(self._read[_path(item, leaf)]) > 1
            if (follows or varies) and not _explains([item, *steps], leaf):
                found.add(leaf.location)
        return frozenset(found)

    def _look(self, item: Observation) -> None:
        by_itself = item.method in _SHOWING and not self._is_keyed(item)
        for leaf in item.response:
            if not leaf.location.startswith("body.$") or "[" in leaf.location:
                continue
            if by_itself:
                self._read[_path(item, leaf)].add(dumps(leaf.value))
            if _is_telling(leaf, item) and (item.edge.provider, leaf.name.field, leaf.value) in self._setters:
                if self._setter(leaf, item) is None:
                    self._disproved.add((_place(item, leaf), leaf.value))
                elif not _explains([item], leaf):
                    self._following.add(_place(item, leaf))

    def _unexplained(self, item: Observation, steps: Collection[Observation]) -> Iterator[Leaf]:
        for leaf in item.response:
            if (
                leaf.location.startswith("body.$")
                and (item.edge.provider, leaf.name.field, leaf.value) in self._setters
                and _is_telling(leaf, item)
                and self.flow.at(item.number, f"response.{leaf.location}") is None
                and not _explains([item, *steps], leaf)
            ):
                yield leaf

    def _setter(self, leaf: Leaf, item: Observation) -> Observation | None:
        known = self._setters.get((item.edge.provider, leaf.name.field, leaf.value), ())
        return next((other for other in reversed(known) if other is not item and is_before(other, item)), None)

    def _is_keyed(self, item: Observation) -> bool:
        """Tell whether a request names a thing, so that what it sets or shows is that thing's alone."""
        return item.method == "POST" or any(
            location.startswith(("request.path", "request.query"))
            for location, _ in self.flow.tokens_of(item.number, "request.")
        )


def _is_telling(leaf: Leaf, item: Observation) -> bool:
    return isinstance(leaf.value, str) and shape_of(leaf.value, at=item.started) in _TELLING


def _explains(items: Collection[Observation], leaf: Leaf) -> bool:
    return any(
        other.name.field == leaf.name.field and type(other.value) is type(leaf.value) and other.value == leaf.value
        for item in items
        for other in item.request
    )


def _place(item: Observation, leaf: Leaf) -> _Place:
    return (item.edge.provider, item.method, str(item.template), leaf.location)


def _path(item: Observation, leaf: Leaf) -> _Place:
    query = dumps([[each.location, each.value] for each in item.request if each.location.startswith("query.")])
    method = "GET" if item.method in _WRITING else item.method
    return (item.edge.provider, method, item.path + query, leaf.location)
