"""Choosing the interaction that was recorded in the situation that a request meets."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.contract.query import write_query
from treaty_stubs.lifecycle.calls import SAFE_METHODS, open_way, values_of
from treaty_stubs.lifecycle.changing import Changer
from treaty_stubs.lifecycle.lists import fitness
from treaty_stubs.lifecycle.model import Deed, EndpointModel, Expectation, Model, Phase, Presence, Turn
from treaty_stubs.lifecycle.notes import Notes
from treaty_stubs.lifecycle.requests import with_values
from treaty_stubs.lifecycle.situations import Judge, Situation, expects
from treaty_stubs.lifecycle.spaces import Item
from treaty_stubs.lifecycle.tags import OTHER_TAG, as_asked
from treaty_stubs.message import Received
from treaty_stubs.select.candidate import Candidate
from treaty_stubs.select.group import Why
from treaty_stubs.select.selector import Selection, Selector

_MOST_SELECTORS: Final = 256
_RANK: Final = {Why.EXACT_EXAMPLE: 0, Why.TELLING_VALUES: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The interaction that answers, with what was there when it was recorded."""

    selection: Selection
    expectation: Expectation


class Chooser:
    """Finds the endpoint of a request and the interaction that fits.

    Args:
        model: what was learned.
        judge: tells the phases of items.
        changer: tells what becomes of items.

    """

    def __init__(self, model: Model, judge: Judge, changer: Changer) -> None:
        self._model = model
        self._judge = judge
        self._changer = changer
        self._by_size: dict[tuple[str, int], list[EndpointModel]] = {}
        for endpoint in model.endpoints.values():
            self._by_size.setdefault((endpoint.endpoint[0], len(endpoint.template)), []).append(endpoint)
        for listed in self._by_size.values():
            listed.sort(key=lambda endpoint: [segment is None for segment in endpoint.template])
        self._selectors: OrderedDict[tuple[int, ...], Selector] = OrderedDict()
        self._examples: dict[int, Mapping[str, JsonValue]] = {}

    def endpoint(self, received: Received) -> EndpointModel | None:
        """Find where a request goes: of several that fit, the one with the most segments of its own.

        No thing is named by an empty segment: ``/users/`` is not ``/users/{id}``.
        """
        for method in (received.method, "GET") if received.method == "HEAD" else (received.method,):
            for endpoint in self._by_size.get((method, len(received.segments)), ()):
                pairs = zip(endpoint.template, received.segments, strict=True)
                if all(bool(given) if segment is None else segment == given for segment, given in pairs):
                    return endpoint
        return None

    def choose(
        self,
        endpoint: EndpointModel,
        situation: Situation,
        received: Received,
        values: Mapping[str, JsonValue],
        *,
        state: str | None,
        consumer: str | None,
    ) -> Chosen | str:
        """Choose the interaction that answers.

        Returns:
            A clause that says why there is none; an empty one where none would be in any situation.

        """
        if situation.several and not any(each.listing for each in endpoint.expectations):
            return "several things are what this request names"
        pool = [each for each in endpoint.expectations if _is_open(each, state) and expects(each, situation, endpoint)]
        reason = _reason(endpoint, situation)
        if endpoint.guarded and situation.presence is Presence.PRESENT and situation.item is not None:
            phase = self._judge.phase(situation.item)
            pool = self._seen(endpoint, pool, phase, values)
            reason = f"what it names is {_phase_text(phase)}; nobody recorded this of one that is so"
        if situation.doubtful:
            pool = [each for each in pool if each.status >= 400 and not each.collides]
            reason = "another item has something of this already, and nobody recorded whether that matters"
        item = situation.item if situation.presence is Presence.PRESENT else None
        fitting = as_asked(pool, received.method, values, item)
        if pool and not fitting:
            reason = OTHER_TAG
        pool = self._like(fitting, situation.item)
        found = self._select(endpoint, pool, received, values, state, consumer)
        if found is None:
            accepted = self._select(endpoint, endpoint.expectations, received, values, state, consumer)
            return "" if accepted is None else reason
        if self._is_vague(endpoint, found):
            return "it was recorded with different answers, and nothing tells by what they differ"
        return Chosen(
            selection=replace(found.selection, why=Why.LIFE_CYCLE, exact=False, tie=(), prepared=None),
            expectation=found.expectation,
        )

    def must_wait(
        self, endpoint: EndpointModel, item: Item, turn: Turn, values: Mapping[str, JsonValue], now: datetime
    ) -> bool:
        """Tell whether a request was only ever recorded on an item that had changed by itself before."""
        if not endpoint.guarded:
            return False
        phase = self._judge.phase(item)
        if any(_fits(deed, endpoint, phase, values) for deed in endpoint.deeds):
            return False
        later = copy.deepcopy(item)
        self._changer.pass_time(later, turn, now)
        phase = self._judge.phase(later)
        return any(_fits(deed, endpoint, phase, values) for deed in endpoint.deeds)

    def _seen(
        self, endpoint: EndpointModel, pool: Sequence[Expectation], phase: Phase, values: Mapping[str, JsonValue]
    ) -> list[Expectation]:
        """Keep what was recorded on items in a phase, and refusals that judge the request alone."""
        statuses = {deed.status for deed in endpoint.deeds if _fits(deed, endpoint, phase, values)}
        if len({status < 400 for status in statuses}) > 1:
            statuses = set()
        found = []
        for each in pool:
            if each.phase is not None:
                fits = each.phase == phase and each.status in statuses
            else:
                fits = each.status >= 400 or each.status in statuses
            if fits:
                found.append(each)
        return found

    def _like(self, pool: Sequence[Expectation], item: Item | None) -> list[Expectation]:
        """Of the interactions that show the item, keep those that show one most like it."""
        if item is None or not any(each.way is not None and each.presence is Presence.PRESENT for each in pool):
            return list(pool)
        scores: dict[int, tuple[int, int]] = {}
        for index, each in enumerate(pool):
            if each.way is not None and each.status < 300:
                shown = open_way(Notes(each.candidate.interaction).document, each.way)
                scores[index] = fitness(shown, item)
        best = max(scores.values(), default=(0, 0))
        return [each for index, each in enumerate(pool) if scores.get(index, best)[0] == best[0]]

    def _select(
        self,
        endpoint: EndpointModel,
        pool: Sequence[Expectation],
        received: Received,
        values: Mapping[str, JsonValue],
        state: str | None,
        consumer: str | None,
    ) -> Chosen | None:
        """Select among interactions; at the places that name items a request has whatever they have."""
        best: tuple[int, int] | None = None
        found: Chosen | None = None
        for changes, group in self._rewritings(endpoint, pool):
            asked = received if all(values.get(place) == value for place, value in changes) else None
            if asked is None:
                asked = with_values(received, dict(changes))
            selector = self._selector(group)
            selection = selector.select(asked, state=state, consumer=consumer)
            if selection is None:
                continue
            score = (_RANK.get(selection.why, 2), selection.candidate.number)
            if best is None or score < best:
                expectation = next(each for each in group if each.candidate is selection.candidate)
                best, found = score, Chosen(selection=selection, expectation=expectation)
        return found

    def _rewritings(
        self, endpoint: EndpointModel, pool: Sequence[Expectation]
    ) -> Iterator[tuple[tuple[tuple[str, JsonValue], ...], list[Expectation]]]:
        named = {place for reference in (*endpoint.references, *endpoint.parents) for place, _ in reference.equal}
        grouped: dict[str, tuple[tuple[tuple[str, JsonValue], ...], list[Expectation]]] = {}
        for each in pool:
            places = set(named)
            if each.listing is not None:
                places |= {place for place, _ in each.listing.filters}
            seeded = each.presence is Presence.ABSENT and each.status < 300 and not endpoint.makes
            example = {} if seeded else self.example(each.candidate)
            changes = tuple((place, example[place]) for place in sorted(places) if place in example)
            grouped.setdefault(repr(changes), (changes, []))[1].append(each)
        yield from grouped.values()

    def example(self, candidate: Candidate) -> Mapping[str, JsonValue]:
        """Give what the recorded request of an interaction says, by place."""
        known = self._examples.get(candidate.number)
        if known is None:
            request = candidate.interaction.request
            target = request.path + (f"?{write_query(request.query)}" if request.query else "")
            known = values_of(Received(method=request.method, target=target, body=request.body.data)) or {}
            self._examples[candidate.number] = known
        return known

    def _selector(self, group: Sequence[Expectation]) -> Selector:
        key = tuple(each.candidate.number for each in group)
        selector = self._selectors.get(key)
        if selector is None:
            selector = self._selectors[key] = Selector([each.candidate for each in group])
            if len(self._selectors) > _MOST_SELECTORS:
                self._selectors.popitem(last=False)
        self._selectors.move_to_end(key)
        return selector

    def _is_vague(self, endpoint: EndpointModel, chosen: Chosen) -> bool:
        """Tell whether answers were recorded that differ by something that no item shows."""
        expectation = chosen.expectation
        if endpoint.endpoint[0] not in SAFE_METHODS or expectation.way is not None or expectation.listing is not None:
            return False
        return expectation.status < 300 and chosen.selection.why is Why.DEFAULT_STATE


def _is_open(expectation: Expectation, state: str | None) -> bool:
    return not expectation.conditional or expectation.candidate.state == state


def _fits(deed: Deed, endpoint: EndpointModel, phase: Phase, values: Mapping[str, JsonValue]) -> bool:
    said = tuple((place, values.get(place)) for place in endpoint.codes)
    return deed.phase in {None, phase} and deed.codes == said


def _reason(endpoint: EndpointModel, situation: Situation) -> str:
    if situation.twin is not None:
        return "another item has the same already, and nobody recorded this"
    if endpoint.references:
        return f"what it names {situation.presence}; no recorded request of this kind that is so accepts it"
    return "no interaction recorded in this situation accepts it"


def _phase_text(phase: Phase) -> str:
    return ", ".join(f"{place.removeprefix('$.')} {value}" for place, value in phase) or "there"
