"""Which run of a recording differs from the first in what, so that a difference tells its reason (DESIGN 4.2).

Each thing that can vary does so in a pattern of runs of its own. With three runs there are three patterns: in both
later runs, in the second only, in the third only. A value that follows the pattern of one thing has it as its reason;
one that follows none is random.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from treaty.session.runs import CLOCK, ZONE

SHIFT: Final = timedelta(days=400)
"""More than a year, so that neither the year nor the season, the month or the day of the week is the same."""
ZONES: Final = ("Pacific/Chatham", "America/St_Johns")
"""Far from each other and from most, and none at a whole hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """What a run should be like.

    Attributes:
        number: from 1.
        clock: how far the services' time should lie ahead of ours.
        zone: the time zone of the services; empty leaves it alone.
        choices: by service and variable, which of its other values it gets, from 1.

    """

    number: int
    clock: timedelta = timedelta()
    zone: str = ""
    choices: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def plan_runs(
    count: int, variables: Mapping[str, Mapping[str, Sequence[str]]], *, steady: Collection[str] = ()
) -> list[RunPlan]:
    """Plan runs; the first leaves everything alone.

    Args:
        count: how many, at least 1.
        variables: by service and variable, the other values.
        steady: names of what should not vary: `CLOCK`, `ZONE`, or a variable.

    """
    names = sorted({name for found in variables.values() for name in found})
    varying = [name for name in (*names, CLOCK, ZONE) if name not in steady]
    patterns = _patterns(count - 1)
    chosen = {name: patterns[index % len(patterns)] for index, name in enumerate(varying)} if patterns else {}
    return [_run(number, chosen, variables) for number in range(1, count + 1)]


def _patterns(length: int) -> list[tuple[bool, ...]]:
    """List the ways in which later runs can differ from the first; those that differ most often come first."""
    every = itertools.product((True, False), repeat=length)
    return sorted((each for each in every if any(each)), key=lambda each: -sum(each))


def _run(
    number: int, chosen: Mapping[str, tuple[bool, ...]], variables: Mapping[str, Mapping[str, Sequence[str]]]
) -> RunPlan:
    # How many runs before had it varied already, by name; only names that vary in this one.
    earlier = {
        name: sum(pattern[: number - 2]) for name, pattern in chosen.items() if number > 1 and pattern[number - 2]
    }
    choices = {
        service: {name: earlier[name] % len(values) + 1 for name, values in found.items() if name in earlier}
        for service, found in variables.items()
    }
    return RunPlan(
        number=number,
        clock=SHIFT if CLOCK in earlier else timedelta(),
        zone=ZONES[earlier[ZONE] % len(ZONES)] if ZONE in earlier else "",
        choices={service: found for service, found in choices.items() if found},
    )
