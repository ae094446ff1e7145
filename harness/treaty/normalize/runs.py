"""Several runs of the same traffic, each a world of its own: its own time, its own ids, its own set-ups (DESIGN 4.2).

Nothing flows from one run into another, so the id 1 of two runs is two things. What runs show together is which links
were chance: one that no call of another run bears out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias

from treaty.normalize.leaves import wildcard
from treaty.normalize.observations import Observation
from treaty.normalize.shapes import RARE, Shape
from treaty.normalize.slots import find_slots
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow, trace
from treaty.session.exchange import Exchange
from treaty.session.runs import Run

PlaceKind: TypeAlias = tuple[str, str, str, int, str]
"""Provider, method, template, status, and a location with its side and ``[*]`` for every index."""


def in_own_time(exchanges: Iterable[Exchange], runs: Sequence[Run]) -> list[Exchange]:
    """Tell the times of exchanges by the clock that their services ran at."""
    shifts = {run.number: run.clock for run in runs if run.clock}
    return [_later(item, shifts[item.run]) if item.run in shifts else item for item in exchanges]


def _later(item: Exchange, shift: timedelta) -> Exchange:
    return replace(item, started=item.started + shift, ended=item.ended + shift)


def by_run(observations: Sequence[Observation]) -> list[list[Observation]]:
    """Take runs apart, in order; within each, the order stays."""
    found: dict[int, list[Observation]] = {}
    for item in observations:
        found.setdefault(item.run, []).append(item)
    return [found[number] for number in sorted(found)]


def trace_runs(runs: Sequence[Sequence[Observation]]) -> Flow:
    """Follow every identifying value through its run, without the links that were chance.

    Args:
        runs: the observations of each run, in order of their start.

    """
    flows = [trace(run) for run in runs]
    chance = chance_links(runs, flows)
    if chance:
        flows = [trace(run, is_chance=_at(chance)) for run in runs]
    places = {place: token for flow in flows for place, token in flow.places.items()}
    return Flow(
        places=places,
        chance=chance,
        slots=find_slots([item for run in runs for item in run], places),
        by_exchange={number: found for flow in flows for number, found in flow.by_exchange.items()},
        by_name={key: token for flow in flows for key, token in flow.by_name.items()},
    )


def _at(places: frozenset[PlaceKind]) -> Callable[[Observation, str], bool]:
    return lambda item, location: place_kind(item, location) in places


def place_kind(item: Observation, location: str) -> PlaceKind:
    """Give what a place of an exchange has in common with that place of others like it.

    Args:
        item: the exchange.
        location: with its side: ``response.body.$.items[0].id``.

    """
    side, _, rest = location.partition(".")
    return (item.edge.provider, item.method, str(item.template), item.status, f"{side}.{wildcard(rest)}")


def chance_links(runs: Sequence[Sequence[Observation]], flows: Sequence[Flow]) -> frozenset[PlaceKind]:
    """Find places whose value led to the call that made it in one run, and in another, as often seen, never.

    Rare values are no chance, and never among these.
    """
    if len(runs) < 2:
        return frozenset()
    seen = [Counter(_places(run)) for run in runs]
    linked = [_made_elsewhere(run, flow) for run, flow in zip(runs, flows, strict=True)]
    everywhere = frozenset[PlaceKind]().union(*linked)
    return frozenset(
        place
        for place in everywhere
        if len({counts[_whole(place)] for counts in seen}) == 1 and any(place not in found for found in linked)
    )


def _whole(place: PlaceKind) -> PlaceKind:
    """Give the place of the text that a place lies in, or the place itself."""
    return (*place[:4], place[4].partition("|")[0])


def _places(run: Sequence[Observation]) -> Iterable[PlaceKind]:
    for item in run:
        for leaf in item.request:
            yield place_kind(item, f"request.{leaf.location}")
        for leaf in item.response:
            yield place_kind(item, f"response.{leaf.location}")


def _made_elsewhere(run: Sequence[Observation], flow: Flow) -> frozenset[PlaceKind]:
    by_number = {item.number: item for item in run}
    return frozenset(
        place_kind(item, location)
        for item in run
        for location, token in flow.tokens_of(item.number, "")
        if token.origin != item.number and _is_weak(token) and _has_maker(token, by_number)
    )


def _is_weak(token: Token) -> bool:
    return token.shape not in RARE and token.shape is not Shape.EMAIL and not token.unique


def _has_maker(token: Token, by_number: Mapping[int, Observation]) -> bool:
    origin = by_number.get(token.origin)
    return origin is not None and origin.effectful
