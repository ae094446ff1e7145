"""Which run differs from the first in what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from treaty.record.variations import SHIFT, RunPlan, plan_runs
from treaty.session.runs import CLOCK, ZONE, Run, varied

START: Mapping[str, Mapping[str, Sequence[str]]] = {
    "user": {"FIRST_ID": ("4711",)},
    "order": {"FIRST_ID": ("62001", "7")},
}


def as_run(plan: RunPlan) -> Run:
    return Run(
        number=plan.number,
        started=datetime(2026, 1, 2, tzinfo=UTC),
        clock=plan.clock,
        zone=plan.zone,
        environment=plan.choices,
    )


def test_the_first_run_leaves_everything_alone() -> None:
    assert plan_runs(1, START) == [RunPlan(number=1)]
    assert plan_runs(3, START)[0] == RunPlan(number=1)


def test_two_runs_vary_everything_at_once() -> None:
    (_, second) = plan_runs(2, START)
    assert (second.clock, second.zone) == (SHIFT, "Pacific/Chatham")
    assert second.choices == {"user": {"FIRST_ID": 1}, "order": {"FIRST_ID": 1}}


def test_three_runs_tell_clock_zone_and_ids_apart() -> None:
    """Ids move for good, the clock goes ahead and back, the zone changes last."""
    (_, second, third) = plan_runs(3, START)
    assert (second.clock, second.zone) == (SHIFT, "")
    assert (third.clock, third.zone) == (timedelta(), "Pacific/Chatham")
    assert third.choices == {"user": {"FIRST_ID": 1}, "order": {"FIRST_ID": 2}}


def test_what_should_be_steady_does_not_vary() -> None:
    for plan in plan_runs(4, START, steady=(CLOCK, ZONE, "FIRST_ID")):
        assert plan == RunPlan(number=plan.number)


@given(count=st.integers(3, 6))
def test_no_two_things_vary_alike(count: int) -> None:
    """Else a difference would have two reasons."""
    found = varied([as_run(plan) for plan in plan_runs(count, START)])
    patterns = {tuple(level != column[0] for level in column) for column in found.values()}
    assert len(patterns) == len(found) == 3
