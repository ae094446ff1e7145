"""Findings about the shapes and values of answers: one thing shaped in two ways, and fields that are never the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.normalize.changes import Changes
from treaty.normalize.findings import MOST_EXAMPLES, Finding
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import words
from treaty.normalize.observations import Observation
from treaty.normalize.shapes import NAIVE_REGEX, TIMES, Shape, shape_of
from treaty.normalize.templates import Template
from treaty.normalize.tokens import Flow
from treaty.session.exchange import Edge

_LEAST_PAIRS: Final = 3
"""So often two looks must have differed before a field counts as never the same."""
_MOST_LOOKS: Final = 100

_Field: TypeAlias = tuple[str, str, str]
"""Provider, entity, and the words of the field's name in one."""


@dataclass(slots=True, kw_only=True)
class _Shown:
    """How one endpoint shows a field: the kinds of its values, its spellings, and the first exchange of each."""

    edge: Edge
    kinds: dict[str, int] = field(default_factory=dict)
    spellings: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Looks:
    """Pairs of looks at one field: how many there were, whether two agreed, and the first that differed."""

    count: int = 0
    agreed: bool = False
    numbers: list[int] = field(default_factory=list)

    def take(self, number: int, *, same: bool) -> None:
        self.count += 1
        self.agreed = self.agreed or same
        if len(self.numbers) < MOST_EXAMPLES:
            self.numbers.append(number)


def find_shapes(observations: Sequence[Observation], flow: Flow) -> list[Finding]:
    """Find fields of one kind of thing that two endpoints of its provider show as another type, or under another name.

    Things are objects whose id a call of the session speaks of; null says nothing. Of each endpoint the first hundred
    answers are looked at.
    """
    shown: dict[_Field, dict[str, _Shown]] = {}
    looked: Counter[tuple[Edge, str, Template]] = Counter()
    for item in observations:
        looked[item.edge, item.method, item.template] += 1
        if looked[item.edge, item.method, item.template] > _MOST_LOOKS:
            continue
        for entity, key, leaf in _fields(item, flow):
            place = shown.setdefault((item.edge.provider, entity, "".join(words(key))), {})
            found = place.setdefault(f"{item.method} {item.template}", _Shown(edge=item.edge))
            found.spellings.setdefault(key, item.number)
            if (kind := _kind(leaf.value)) != "":
                found.kinds.setdefault(kind, item.number)
    return sorted(finding for (_, entity, _), places in shown.items() for finding in _differences(entity, places))


def _fields(item: Observation, flow: Flow) -> Iterator[tuple[str, str, Leaf]]:
    if item.status >= 300:
        return
    entities = {
        location.removesuffix(".id"): token.name.entity
        for location, token in flow.tokens_of(item.number, "response.body.$")
        if location.endswith(".id") and token.provider == item.edge.provider
    }
    if not entities:
        return
    for leaf in item.response:
        parent, _, key = f"response.{leaf.location}".rpartition(".")
        if parent in entities and re.fullmatch(r"\w+", key) and key != "id":
            yield entities[parent], key, leaf


def _kind(value: JsonValue) -> str:
    if value is None:
        return ""
    shape = shape_of(value)
    if shape is Shape.BOOLEAN:
        return "true or false"
    if not isinstance(value, str):
        return "a number"
    if shape is Shape.TIMESTAMP:
        return "a time without an offset" if re.fullmatch(NAIVE_REGEX, value) else "a time with an offset"
    return "a text"


def _differences(entity: str, places: Mapping[str, _Shown]) -> Iterator[Finding]:
    endpoints = sorted(places.items())
    for index, (first, one) in enumerate(endpoints):
        for second, other in endpoints[index + 1 :]:
            text = ""
            examples: tuple[int, int] = (0, 0)
            mine, theirs = next(iter(one.spellings)), next(iter(other.spellings))
            if one.kinds and other.kinds and not one.kinds.keys() & other.kinds.keys():
                (kind, number), (their_kind, their_number) = (
                    next(iter(one.kinds.items())),
                    next(iter(other.kinds.items())),
                )
                text = f"{mine} of {entity or 'a thing'} is {kind} in {first} and {their_kind} in {second}"
                examples = (number, their_number)
            elif not one.spellings.keys() & other.spellings.keys():
                text = f"{mine} of {entity or 'a thing'} in {first} is called {theirs} in {second}"
                examples = (one.spellings[mine], other.spellings[theirs])
            if text:
                yield Finding(kind="shaped-differently", edge=one.edge, text=text, count=1, examples=examples)
                return


def find_never_same(observations: Sequence[Observation], changes: Changes) -> list[Finding]:
    """Find fields that no consumer can rely on: another value in each look, with no call in between that may change.

    Times are left out, which are others by nature, and so is what is known to change by itself.
    """
    last: dict[tuple[Edge, str, tuple[tuple[str, str], ...]], tuple[Observation, int]] = {}
    writes: Counter[str] = Counter()
    looks: dict[tuple[Edge, str, str], _Looks] = {}
    compared: Counter[tuple[Edge, Template]] = Counter()
    for item in observations:
        provider = item.edge.provider
        if item.method != "GET":
            writes[provider] += 1
        elif item.status < 300 and compared[item.edge, item.template] < _MOST_LOOKS:
            asked = (item.edge, item.path, tuple((leaf.location, str(leaf.value)) for leaf in item.request))
            before, written = last.get(asked, (None, 0))
            last[asked] = (item, writes[provider])
            if before is not None and written == writes[provider]:
                compared[item.edge, item.template] += 1
                for place, same in _compared(before, item, changes):
                    key = (item.edge, f"{item.method} {item.template}", place)
                    looks.setdefault(key, _Looks()).take(item.number, same=same)
    return sorted(
        Finding(
            kind="never-the-same",
            edge=edge,
            text=f"{place} of {call} was never twice the same, though nothing changed between the looks",
            count=seen.count,
            examples=tuple(seen.numbers),
        )
        for (edge, call, place), seen in looks.items()
        if seen.count >= _LEAST_PAIRS and not seen.agreed
    )


def _compared(before: Observation, item: Observation, changes: Changes) -> Iterator[tuple[str, bool]]:
    known = {leaf.location: leaf.value for leaf in before.response}
    for leaf in item.response:
        if not leaf.location.startswith("body.$.") or "[" in leaf.location or leaf.location not in known:
            continue
        if shape_of(leaf.value) in TIMES or (item.edge.provider, leaf.name) in changes.steps:
            continue
        yield leaf.location, leaf.value == known[leaf.location]
