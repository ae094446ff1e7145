"""Learning by what a provider decides: which calls it took, and which it refused, on items in which phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty_stubs.lifecycle.calls import SAFE_METHODS, Call, Endpoint
from treaty_stubs.lifecycle.effects import Learned
from treaty_stubs.lifecycle.model import Change, Deed, Phase
from treaty_stubs.lifecycle.pasts import Made, Past
from treaty_stubs.lifecycle.views import said_of_item

_OF_THE_STATE: Final = frozenset({403, 409, 410, 423})
"""Statuses that speak of what the item is, and not of the request."""
_OF_THE_REQUEST: Final = frozenset({401, 404, 405, 406, 412, 415, 428, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What was learned of one endpoint.

    Attributes:
        deeds: what it was seen to answer.
        guarded: whether the same request was taken and refused, depending on the phase.
        codes: places of its requests that matter.
        phases: the phase that an interaction is bound to, by its number.

    """

    deeds: tuple[Deed, ...]
    guarded: bool
    codes: tuple[str, ...]
    phases: Mapping[int, Phase]


def learn_decisions(endpoint: Endpoint, pasts: Sequence[tuple[int, Past, Made | None]], learned: Learned) -> Decisions:
    """Learn what an endpoint was seen to answer on items in which phase.

    Args:
        endpoint: of the calls.
        pasts: of the interactions that have such calls, each with its number and the item that it is about.
        learned: tells the phases of items.

    """
    if endpoint[0] in SAFE_METHODS:
        return Decisions(deeds=(), guarded=False, codes=(), phases={})
    seen: list[tuple[Call, Made, Phase, int | None]] = []
    for number, past, about in pasts:
        for call, item, touches in past.steps:
            if item is not None and call.endpoint == endpoint and not past.story.conditional:
                seen.append((call, item, learned.phase(item.resource, learned.leaves(item, touches)), None))
        if about is not None and past.story.own.endpoint == endpoint and not about.gone and not past.story.conditional:
            phase = learned.phase(about.resource, learned.leaves(about, tuple(about.touches)))
            seen.append((past.story.own, about, phase, number))
    codes = _codes(endpoint, [call for call, _, _, _ in seen], [item for _, item, _, _ in seen], learned)
    taken = {_request(call, codes) for call, _, _, _ in seen if call.succeeds}
    deeds: dict[Deed, None] = {}
    phases: dict[int, Phase] = {}
    for call, _, phase, known_as in seen:
        bound = call.status in _OF_THE_STATE or (call.status not in _OF_THE_REQUEST and _request(call, codes) in taken)
        if call.succeeds or bound:
            deeds[Deed(phase=phase, codes=_said(call, codes), status=call.status)] = None
        if bound and not call.succeeds and known_as is not None:
            phases[known_as] = phase
    guarded = any(deed.status >= 300 for deed in deeds)
    return Decisions(deeds=tuple(deeds), guarded=guarded, codes=codes, phases=phases)


def _said(call: Call, codes: Sequence[str]) -> tuple[tuple[str, JsonValue], ...]:
    return tuple((place, call.example(place)) for place in codes)


def _request(call: Call, codes: Sequence[str]) -> tuple[object, ...]:
    """Tell requests apart that a provider may judge by themselves: by what they have, and their codes."""
    return (frozenset(place for place in call.values if place.startswith("body.")), *_said(call, codes))


def _codes(endpoint: Endpoint, calls: Sequence[Call], items: Sequence[Made], learned: Learned) -> tuple[str, ...]:
    """Find the places of requests that fill a place by which items are told apart."""
    found: set[str] = set()
    for call, item in zip(calls, items, strict=True):
        telling = learned.phases.get(item.resource, frozenset()) - learned.loose.get(item.resource, frozenset())
        for place, source in said_of_item(call.values, learned.ways.get(item.resource, ())).items():
            if place in telling:
                found.add(source)
        for (resource, other, _), effects in learned.effects.items():
            if resource == item.resource and other == endpoint:
                for place, effect in effects.items():
                    if place in telling and effect.change is Change.COPY and isinstance(effect.value, str):
                        found.add(effect.value)
    return tuple(sorted(found))
