"""Times without an offset, of providers that are not in UTC: read as what they mean, so that no zone is promised.

``2026-11-20T11:00:00`` says nothing of its zone. A provider that has just made something says when, and what that is
away from the present is its zone. How far a time lies ahead, which the pact keeps, is counted from there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from treaty.normalize.leaves import Leaf
from treaty.normalize.names import words
from treaty.normalize.observations import Observation
from treaty.normalize.shapes import NAIVE_REGEX, instant_of

_Clock: TypeAlias = tuple[str, int]
"""A provider in one run."""

_NAIVE: Final = re.compile(NAIVE_REGEX)
_PAST: Final = frozenset(
    {"created", "made", "opened", "placed", "added", "inserted", "registered", "recorded", "logged", "issued", "sent"}
    | {"updated", "modified", "changed", "uploaded", "received", "now", "timestamp", "started", "posted", "written"}
)
"""Words in names of times that are the present where something was made."""
_NEAR: Final = timedelta(seconds=90)
_FAR: Final = timedelta(days=400)
_QUARTER: Final = timedelta(minutes=15)
_WEST: Final = timedelta(hours=-12)
_EAST: Final = timedelta(hours=14)


def with_local_times(observations: Sequence[Observation]) -> list[Observation]:
    """Write the naive times of providers in UTC; those of providers that are there, and all others, stay."""
    zones = {clock: zone for clock, zone in _zones(observations).items() if zone}
    if not zones:
        return list(observations)
    return [
        _in_utc(item, zone) if (zone := zones.get((item.edge.provider, item.run))) else item for item in observations
    ]


def _zones(observations: Sequence[Observation]) -> Mapping[_Clock, timedelta]:
    """Tell the zone of each provider by what changes say of when they were; UTC where any of them was told in it."""
    seen: dict[_Clock, Counter[timedelta]] = {}
    for item in observations:
        for leaf in item.response if item.effectful else ():
            zone = _zone_of(leaf, item.ended)
            if zone is not None:
                seen.setdefault((item.edge.provider, item.run), Counter())[zone] += 1
    return {clock: _usual(counts) for clock, counts in seen.items()}


def _usual(counts: Counter[timedelta]) -> timedelta:
    return timedelta() if counts[timedelta()] else max(counts, key=lambda zone: (counts[zone], zone))


def _zone_of(leaf: Leaf, at: datetime) -> timedelta | None:
    if not isinstance(leaf.value, str) or not _NAIVE.fullmatch(leaf.value) or _PAST.isdisjoint(words(leaf.location)):
        return None
    instant = instant_of(leaf.value)
    if instant is None:
        return None
    distance = instant - at
    zone = round(distance / _QUARTER) * _QUARTER
    return zone if abs(distance - zone) <= _NEAR and _WEST <= zone <= _EAST else None


def _in_utc(item: Observation, zone: timedelta) -> Observation:
    return replace(
        item,
        request=tuple(_moved(leaf, item.started, zone) for leaf in item.request),
        response=tuple(_moved(leaf, item.started, zone) for leaf in item.response),
    )


def _moved(leaf: Leaf, at: datetime, zone: timedelta) -> Leaf:
    if not isinstance(leaf.value, str) or not _NAIVE.fullmatch(leaf.value):
        return leaf
    instant = instant_of(leaf.value)
    if instant is None or abs(instant - at) > _FAR:
        return leaf
    rest = leaf.value[19:]
    return replace(leaf, value=(instant - zone).strftime(f"%Y-%m-%d{leaf.value[10]}%H:%M:%S") + rest)
