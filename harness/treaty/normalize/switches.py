"""Switches and tallies: what a read that names nothing shows since other calls (DESIGN 4.4).

No value leads from a flag to the page that looks otherwise since it was set. What does is time: two looks at the same
place differ in a code, and exactly one call with an effect came in between. And a number that is called like a kind of
things is their number, where at each look it was that of all that had been made.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.normalize.elements import holds_one_thing, is_read
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import is_plural, singular, words
from treaty.normalize.observations import SAFE_METHODS, Observation
from treaty.normalize.shapes import Shape, shape_of
from treaty.normalize.tokens import Flow

_Request: TypeAlias = tuple[str, str, str, str]
"""Provider, method, path, and everything else of a request."""

_MOST_COUNTED = 20
_AROUND = frozenset({"count", "total", "number", "of", "num", "n", "all"})


@dataclass(slots=True, kw_only=True)
class Switches:
    """Finds the calls that such reads depend on.

    Args:
        observations: of one run, in order of their start.
        flow: the tokens.

    """

    observations: Sequence[Observation]
    flow: Flow
    _looks: dict[_Request, list[Observation]] = field(init=False)
    _places: dict[int, tuple[_Request, int]] = field(init=False, default_factory=dict)
    _effects: dict[str, list[Observation]] = field(init=False)
    _made: dict[tuple[str, str], list[Observation]] = field(init=False)
    _beginnings: dict[tuple[_Request, str], list[int]] = field(init=False, default_factory=dict)
    _tallies: dict[tuple[_Request, str], bool] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._looks = defaultdict(list)
        self._effects = defaultdict(list)
        self._made = defaultdict(list)
        for item in self.observations:
            if item.effectful and not is_read(item, self.flow):
                self._effects[item.edge.provider].append(item)
                if item.method == "DELETE" or (item.method == "POST" and self._makes(item)):
                    self._made[item.edge.provider, item.template.entity].append(item)
            elif self._is_about_nothing(item):
                key = _request(item)
                self._places[item.number] = key, len(self._looks[key])
                self._looks[key].append(item)

    def behind(self, item: Observation) -> list[Observation]:
        """Give the calls behind what a read shows: the switch of each code, and what each tally counts."""
        if item.number not in self._places:
            return []
        found: dict[int, Observation] = {}
        for leaf in _leaves(item):
            switch = self._switch(item, leaf)
            if switch is not None:
                found[switch.number] = switch
            if self._is_tally(item, leaf):
                found |= {each.number: each for each in self._counted(item, leaf)}
        return list(found.values())

    def switched(self, item: Observation) -> frozenset[str]:
        """Give the locations of an answer whose values a switch explains."""
        if item.number not in self._places:
            return frozenset()
        return frozenset(leaf.location for leaf in _leaves(item) if self._switch(item, leaf) is not None)

    def tallied(self, item: Observation) -> frozenset[str]:
        """Give the locations of an answer that count what was made."""
        if item.number not in self._places:
            return frozenset()
        return frozenset(leaf.location for leaf in _leaves(item) if self._is_tally(item, leaf))

    def _is_about_nothing(self, item: Observation) -> bool:
        return (
            item.method in SAFE_METHODS
            and item.succeeded
            and not holds_one_thing(item)
            and not any(
                location.startswith(("request.path", "request.query"))
                for location, _ in self.flow.tokens_of(item.number, "request.")
            )
        )

    def _switch(self, item: Observation, leaf: Leaf) -> Observation | None:
        if not _is_code(leaf) or self.flow.at(item.number, f"response.{leaf.location}") is not None:
            return None
        key, at = self._places[item.number]
        begun = self._begun(key, leaf.location)[at]
        if begun <= 0:
            return None
        between = self._between(self._looks[key][begun - 1], self._looks[key][begun])
        return between[0] if len(between) == 1 else None

    def _begun(self, key: _Request, location: str) -> list[int]:
        """Give for each look at a place since which look it showed what it shows; -1 where that has no meaning."""
        known = self._beginnings.get((key, location))
        if known is None:
            known = self._beginnings[key, location] = []
            before: Leaf | None = None
            for index, look in enumerate(self._looks[key]):
                leaf = _value(look, location)
                if leaf is None or before is None or type(leaf.value) is not type(before.value):
                    known.append(-1)
                else:
                    known.append(index if leaf.value != before.value else known[-1])
                before = leaf
        return known

    def _between(self, first: Observation, second: Observation) -> list[Observation]:
        effects = self._effects[first.edge.provider]
        start = bisect.bisect_left(effects, first.started, key=lambda each: each.started)
        found: list[Observation] = []
        for other in effects[start:]:
            if other.started >= second.ended or len(found) > 1:
                break
            if other.ended > first.started:
                found.append(other)
        return found

    def _is_tally(self, item: Observation, leaf: Leaf) -> bool:
        """Tell whether a number is that of all things of a kind, at each look, and at one of them there were some."""
        if not isinstance(leaf.value, int) or isinstance(leaf.value, bool) or not _kind(leaf):
            return False
        key = (self._places[item.number][0], leaf.location)
        known = self._tallies.get(key)
        if known is None:
            seen = [(look, found) for look in self._looks[key[0]] for found in (_value(look, leaf.location),) if found]
            known = self._tallies[key] = (
                any(found.value != 0 for _, found in seen)
                and len({found.value for _, found in seen}) > 1
                and all(found.value == len(self._counted(look, found)) for look, found in seen)
            )
        return known

    def _counted(self, item: Observation, leaf: Leaf) -> list[Observation]:
        """Give the calls that made what was there; nothing where some of it was deleted."""
        found: list[Observation] = []
        for other in self._made.get((item.edge.provider, _kind(leaf)), ()):
            if other.ended > item.started or len(found) > _MOST_COUNTED:
                break
            if other.method == "DELETE":
                return []
            found.append(other)
        return found

    def _makes(self, other: Observation) -> bool:
        return any(token.origin == other.number for _, token in self.flow.tokens_of(other.number, "response."))


def _request(item: Observation) -> _Request:
    said = repr([(leaf.location, leaf.value) for leaf in item.request])
    return item.edge.provider, item.method, item.path, said


def _leaves(item: Observation) -> list[Leaf]:
    return [leaf for leaf in item.response if leaf.location.startswith("body.$.") and "[" not in leaf.location]


def _value(item: Observation, location: str) -> Leaf | None:
    return next((leaf for leaf in item.response if leaf.location == location), None)


def _is_code(leaf: Leaf) -> bool:
    value: JsonValue = leaf.value
    return isinstance(value, bool) or (isinstance(value, str) and shape_of(value) is Shape.CODE)


def _kind(leaf: Leaf) -> str:
    """Give the kind that a number is called after: ``orders``, ``order_count``, ``total_orders``; else nothing."""
    parts = words(leaf.location.rpartition(".")[2])
    named = [word for word in parts if word not in _AROUND]
    is_called = len(named) == 1 and (len(parts) > 1 or is_plural(named[0]))
    return singular(named[0]) if is_called else ""
