"""The way from a session to its pacts: observe, trace, learn, slice, draft, group, promise, write."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from treaty.contract.json_value import JsonValue
from treaty.normalize.causes import Cause, Neighbours, causes_of, with_repeats
from treaty.normalize.changes import Changes, learn
from treaty.normalize.drafts import Draft, World, draft
from treaty.normalize.emit import PactWriter
from treaty.normalize.evidence import InteractionEvidence, Witness
from treaty.normalize.findings import Finding, find, shortened
from treaty.normalize.groups import Group, group
from treaty.normalize.headers import HeaderValues
from treaty.normalize.ignored_errors import find_ignored_errors
from treaty.normalize.leaves import wildcard
from treaty.normalize.links import LinkFinder
from treaty.normalize.local_times import with_local_times
from treaty.normalize.names import Name
from treaty.normalize.observations import Observation, observe
from treaty.normalize.optional import VaryingKeys
from treaty.normalize.path_kinds import with_path_kinds
from treaty.normalize.promises import Promiser
from treaty.normalize.references import with_references
from treaty.normalize.repeats import without_repeats
from treaty.normalize.run_evidence import settle
from treaty.normalize.runs import by_run, in_own_time, trace_runs
from treaty.normalize.shape_findings import find_never_same, find_shapes
from treaty.normalize.shapes import Shape, shape_of
from treaty.normalize.state_names import code_leaves
from treaty.normalize.strictness import PROMISE, REPLAY, with_all_reproducible
from treaty.normalize.tokens import Flow
from treaty.normalize.turns import find_turns
from treaty.session.exchange import Edge, Exchange
from treaty.session.runs import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalized:
    """What a session promises.

    Attributes:
        pacts: the pact document of each edge that has at least one interaction.
        findings: what is worth knowing beside.
        observed: number of exchanges by edge, promises or not.
        evidence: gathers what each interaction rests on, by edge and the interaction's key.
        phrases: what the names of states say of each of their steps, by edge and the state's key.

    """

    pacts: Mapping[Edge, Mapping[str, Any]]
    findings: Sequence[Finding]
    observed: Mapping[Edge, int]
    evidence: Callable[[], Mapping[Edge, Mapping[str, InteractionEvidence]]]
    phrases: Mapping[Edge, Mapping[str, Sequence[str]]]


def normalize(
    exchanges: Iterable[Exchange],
    declared: Iterable[Edge] = (),
    runs: Sequence[Run] = (),
    *,
    strictness: str = PROMISE,
) -> Normalized:
    """Turn a session into pacts. Pure: the same exchanges give the same documents.

    Args:
        exchanges: the session, in any order.
        declared: the edges that were to be recorded.
        runs: what was around each of the session's runs.
        strictness: see `treaty.normalize.strictness`.

    """
    kept = without_repeats(exchanges)
    everything = in_own_time(kept.exchanges, runs)
    observations = with_local_times(with_references(with_path_kinds(observe(everything))))
    apart = by_run(observations)
    flow = trace_runs(apart)
    changes = learn(observations, flow)
    drafts = [each for run in apart for each in _drafts(run, flow, changes, kept.beside)]
    evidence = settle(drafts, _causes(drafts, apart, flow), flow, changes, runs)

    known = with_all_reproducible(evidence.causes) if strictness == REPLAY else evidence.causes

    def causes(item: Draft) -> Mapping[str, Cause]:
        return known[item.item.number]

    promiser = Promiser(
        causes=causes,
        changes=changes,
        values=_values(observations),
        given=_given(observations),
        samples=_samples(observations),
        varying=VaryingKeys.of(observations),
    )
    codes = _codes(observations)
    headers = HeaderValues.of(observations)
    pacts: dict[Edge, Mapping[str, Any]] = {}
    groups: dict[Edge, Sequence[Group]] = {}
    phrases: dict[Edge, Mapping[str, Sequence[str]]] = {}
    for edge in sorted({item.edge for item in observations}):
        own = [item for item in drafts if item.item.edge == edge]
        writer = PactWriter(
            edge=edge, flow=flow, promiser=promiser, codes=codes, headers=headers, turns=find_turns(own)
        )
        groups[edge] = group(own, causes)
        pacts[edge] = writer.pact(groups[edge])
        phrases[edge] = {each.example.state.key: each.example.state.phrases for each in groups[edge]}
    found = [
        *find(everything, declared, kept.observed),
        *find_ignored_errors(everything),
        *find_shapes(observations, flow),
        *find_never_same(observations, changes),
        *(each.finding() for each in evidence.variations),
    ]

    def gather() -> Mapping[Edge, Mapping[str, InteractionEvidence]]:
        finder = LinkFinder(observations=observations, flow=flow)
        witness = Witness(flow=flow, causes=causes, changes=changes, finder=finder, likes=kept.likes)
        return {edge: witness.of_groups(found) for edge, found in groups.items()}

    return Normalized(pacts=pacts, findings=shortened(found), observed=kept.observed, evidence=gather, phrases=phrases)


def _given(observations: Sequence[Observation]) -> frozenset[tuple[str, Name]]:
    """Collect the fields that consumers send to each provider."""
    return frozenset(
        (item.edge.provider, leaf.name)
        for item in observations
        for leaf in item.request
        if leaf.location.startswith("body.$")
    )


def _drafts(run: Sequence[Observation], flow: Flow, changes: Changes, beside: Collection[int]) -> list[Draft]:
    world = World.of(run, flow, changes)
    return [draft(item, world) for item in run if item.number not in beside]


def _causes(
    drafts: Sequence[Draft], runs: Sequence[Sequence[Observation]], flow: Flow
) -> Mapping[int, Mapping[str, Cause]]:
    neighbours = {number: found for run in runs for number, found in _neighbours(run).items()}
    causes = {each.item.number: causes_of(each, flow, neighbours[each.item.number]) for each in drafts}
    return with_repeats(drafts, causes, flow)


def _values(observations: Sequence[Observation]) -> Mapping[tuple[str, str, str], frozenset[JsonValue]]:
    """Collect every value seen at a place of an endpoint's successful answers."""
    found: dict[tuple[str, str, str], set[JsonValue]] = {}
    for item in observations:
        if item.succeeded:
            for leaf in item.response:
                place = (item.edge.provider, str(item.template), wildcard(leaf.location))
                found.setdefault(place, set()).add(leaf.value)
    return {place: frozenset(values) for place, values in found.items()}


def _samples(observations: Sequence[Observation]) -> Mapping[tuple[str, Name], Sequence[JsonValue]]:
    """Collect one value of each shape that a field had in successful answers, whatever endpoint gave it."""
    found: dict[tuple[str, Name], dict[Shape, JsonValue]] = {}
    for item in observations:
        if item.succeeded:
            for leaf in item.response:
                if leaf.location.startswith("body.$"):
                    found.setdefault((item.edge.provider, leaf.name), {}).setdefault(shape_of(leaf.value), leaf.value)
    return {name: tuple(seen.values()) for name, seen in found.items()}


def _codes(observations: Sequence[Observation]) -> Mapping[tuple[str, str, str], frozenset[str]]:
    """Collect the code-like texts that successful calls sent at a place."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for item in observations:
        if item.succeeded:
            for place, value in code_leaves(item):
                if isinstance(value, str):
                    found.setdefault((item.method, str(item.template), wildcard(place)), set()).add(value)
    return {place: frozenset(values) for place, values in found.items()}


def _neighbours(observations: Sequence[Observation]) -> Mapping[int, Neighbours]:
    """Find what each provider was told by others while it answered."""
    by_consumer: dict[str, list[Observation]] = {}
    for item in observations:
        by_consumer.setdefault(item.edge.consumer, []).append(item)
    starts = {name: [child.started for child in children] for name, children in by_consumer.items()}
    found: dict[int, Neighbours] = {}
    for item in observations:
        values: dict[str, set[JsonValue]] = {}
        provider = item.edge.provider
        first = bisect.bisect_left(starts.get(provider, []), item.started)
        last = bisect.bisect_right(starts.get(provider, []), item.ended)
        for child in by_consumer.get(provider, [])[first:last]:
            if child.ended <= item.ended:
                for leaf in child.response:
                    values.setdefault(leaf.name.field, set()).add(leaf.value)
        found[item.number] = Neighbours(values={name: frozenset(seen) for name, seen in values.items()})
    return found
