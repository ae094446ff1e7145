"""What several runs say about values that follow from nothing else: they stay, or they differ, and with what.

A value that would be promised as it is, and differs between runs, is none to promise. Of what varied between the runs,
only that can be the reason which had the same level wherever the values were the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from treaty.contract.json_value import JsonValue, dumps
from treaty.normalize.causes import Cause
from treaty.normalize.changes import Changes
from treaty.normalize.drafts import Draft, Key
from treaty.normalize.examples import SHORTEST_INSIDE, within
from treaty.normalize.findings import MOST_EXAMPLES, Finding
from treaty.normalize.leaves import wildcard
from treaty.normalize.state_names import describe
from treaty.normalize.tokens import Flow
from treaty.session.exchange import Edge
from treaty.session.runs import CLOCK, ZONE, Run, varied

Causes: TypeAlias = Mapping[int, Mapping[str, Cause]]
"""By number of the exchange and location."""

_Call: TypeAlias = tuple[Edge, Key, Key, Key]
_NUMBERED: re.Pattern[str] = re.compile(r"([A-Za-z]+)(\s*[#:]?\s*)(\d{1,18})")
_NAMES = {CLOCK: "the clock", ZONE: "the time zone"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """A value that differs between runs without a cause in the session.

    Attributes:
        edge: where.
        interaction: the call, for people.
        place: the location in the response, ``[*]`` for every index.
        reasons: names of what varied along with it; none when the value differs by itself.
        sure: whether runs in which those were the same agree.
        examples: numbers of exchanges that have the place.

    """

    edge: Edge
    interaction: str
    place: str
    reasons: tuple[str, ...]
    sure: bool
    examples: tuple[int, ...] = ()

    def text(self) -> str:
        """Say it in a sentence."""
        what = f"{self.place} of {self.interaction}"
        names = " or ".join(_NAMES.get(name, name) for name in self.reasons)
        if not names:
            return f"{what} differs between runs, whatever varied: it is not promised"
        if self.sure:
            return f"{what} differs with {names}: it is not promised"
        return f"{what} differed between runs that also differed in {names}: it is not promised"

    def finding(self) -> Finding:
        """Give it as one of the findings of a session."""
        return Finding(kind="varies", edge=self.edge, text=self.text(), count=1, examples=self.examples)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What runs say.

    Attributes:
        causes: the causes, with what was taken for constant and is not.
        variations: in order.

    """

    causes: Causes
    variations: Sequence[Variation]


def settle(drafts: Sequence[Draft], causes: Causes, flow: Flow, changes: Changes, runs: Sequence[Run]) -> Evidence:
    """Compare the runs of each call.

    Args:
        drafts: of all runs.
        causes: as one run gives them.
        flow: the tokens.
        changes: what changes by itself, and so differs with the moment it is looked at.
        runs: what is known of the runs; those that it lacks differ in nothing that has a name.

    """
    numbers = sorted({each.item.run for each in drafts})
    if len(numbers) < 2:
        return Evidence(causes=causes, variations=[])
    known = {run.number: run for run in runs}
    levels = varied([known[number] for number in numbers]) if known.keys() >= set(numbers) else {}
    settled = {number: dict(found) for number, found in causes.items()}
    variations: list[Variation] = []
    for members in _calls(drafts).values():
        first = members[0].item
        for place, values in _values(members, causes, flow, changes, numbers).items():
            if len(set(values)) == 1:
                continue
            reasons, sure = _reasons(values, levels)
            variations.append(
                Variation(
                    edge=first.edge,
                    interaction=describe(first),
                    place=place,
                    reasons=reasons,
                    sure=sure,
                    examples=tuple(sorted(member.item.number for member in members)[:MOST_EXAMPLES]),
                )
            )
            _loosen(members, settled, place, reasons)
    unique = {(each.edge, each.interaction, each.place, each.reasons): each for each in variations}
    return Evidence(causes=settled, variations=[unique[key] for key in sorted(unique)])


def _calls(drafts: Sequence[Draft]) -> Mapping[_Call, list[Draft]]:
    found: dict[_Call, list[Draft]] = {}
    for each in drafts:
        key = (each.item.edge, each.operation, each.state_signature, each.request_shape)
        found.setdefault(key, []).append(each)
    return found


def _values(
    members: Sequence[Draft], causes: Causes, flow: Flow, changes: Changes, numbers: Sequence[int]
) -> Mapping[str, list[tuple[str, ...]]]:
    """Give, by place, what each run has there; only places that every run has as often, and never with a cause."""
    found: dict[str, dict[int, list[str]]] = {}
    caused: set[str] = set()
    for member in members:
        words = _words(member, flow)
        for leaf in member.item.response:
            cause = causes[member.item.number].get(leaf.location)
            if cause is None:
                continue
            place = wildcard(leaf.location)
            if cause.kind != "constant" or changes.steps.get((member.item.edge.provider, leaf.name)):
                caused.add(place)
            value = words.neutral(leaf.value)
            found.setdefault(place, {}).setdefault(member.item.run, []).append(value)
    counts = {number: sum(each.item.run == number for each in members) for number in numbers}
    if len(set(counts.values())) > 1:
        return {}
    return {
        place: [tuple(sorted(seen[number])) for number in numbers]
        for place, seen in found.items()
        if place not in caused and seen.keys() >= set(numbers) and len({len(values) for values in seen.values()}) == 1
    }


@dataclass(frozen=True, slots=True)
class _Words:
    """Takes the ids of a run out of texts."""

    run: int
    flow: Flow
    inside: Sequence[tuple[str, str]]

    def neutral(self, value: JsonValue) -> str:
        if not isinstance(value, str):
            return dumps(value)

        def swap(found: re.Match[str]) -> str:
            entity = found[1].lower()
            token = self.flow.named(self.run, entity, int(found[3]))
            return found[0] if token is None else f"{found[1]}{found[2]}\0{entity}"

        text = _NUMBERED.sub(swap, value)
        for form, name in self.inside:
            text = re.sub(form, f"\0{name}", text)
        return text


def _words(member: Draft, flow: Flow) -> _Words:
    tokens = dict.fromkeys([*(token for _, token in flow.tokens_of(member.item.number, "")), *member.varied])
    texts = [(token.value, token.name.field) for token in tokens]
    inside = [
        (within(value), name) for value, name in texts if isinstance(value, str) and len(value) >= SHORTEST_INSIDE
    ]
    return _Words(run=member.item.run, flow=flow, inside=inside)


def _reasons(values: Sequence[tuple[str, ...]], levels: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, ...], bool]:
    """Give what can be the reason, and whether runs without a difference in it agree."""
    fitting = []
    sure = False
    for name, column in levels.items():
        by_level: dict[str, set[tuple[str, ...]]] = {}
        for level, value in zip(column, values, strict=True):
            by_level.setdefault(level, set()).add(value)
        if all(len(seen) == 1 for seen in by_level.values()):
            fitting.append(name)
            sure = sure or len(by_level) < len(column)
    return tuple(fitting), sure


def _loosen(
    members: Sequence[Draft], settled: Mapping[int, dict[str, Cause]], place: str, reasons: Sequence[str]
) -> None:
    for member in members:
        found = settled[member.item.number]
        for location in list(_at(found, place)):
            if found[location].exact:
                found[location] = replace(found[location], kind="random", exact=False, along=tuple(reasons))


def _at(causes: Mapping[str, Cause], place: str) -> Iterator[str]:
    return (location for location in causes if wildcard(location) == place)
