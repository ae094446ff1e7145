from __future__ import annotations

from collections.abc import Collection
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.harness.verify.tales import call, document, interaction, state
from treaty.verify.minimising import Trials, dispensable_steps
from treaty.verify.setup_steps import State

MADE = call("POST", "/things", bind={"id": "body.$.id"})
COLOURED = call("PUT", "/things/${id}/colour")
SIZED = call("PUT", "/things/${id}/size")
EXPECTED = {"expect": {"provider": "bank", "request": {"method": "GET", "path": "/rate"}, "status": 200}}


def of(*steps: dict[str, Any]) -> State:
    (found,) = document([interaction("GET", "/things/1", state(*steps))]).states.values()
    return found


class Judge:
    """Keeps the promise as long as none of certain steps is dropped; remembers what it was asked."""

    def __init__(self, *needed: int) -> None:
        self.needed = set(needed)
        self.asked: list[list[int]] = []

    def __call__(self, dropped: frozenset[int]) -> bool:
        self.asked.append(sorted(dropped))
        return not dropped & self.needed


def drop(found: State, judge: Judge, *, used: Collection[str] = ("id",), most: int = 200) -> list[int]:
    return sorted(dispensable_steps(found, used=used, is_kept=judge, trials=Trials(most=most)))


def test_all_that_nobody_names_goes_at_once() -> None:
    judge = Judge()
    assert drop(of(MADE, COLOURED, SIZED), judge) == [1, 2]
    assert judge.asked == [[1, 2]]


def test_a_step_without_which_the_promise_is_not_kept_stays() -> None:
    judge = Judge(1)
    assert drop(of(MADE, COLOURED, SIZED), judge) == [2]
    assert judge.asked == [[1, 2], [2]]


def test_the_latest_steps_are_tried_first() -> None:
    judge = Judge(1, 2)
    assert drop(of(MADE, COLOURED, SIZED), judge) == []
    assert judge.asked == [[1, 2], [2], [1]]


def test_a_step_goes_with_those_that_need_its_value() -> None:
    """What was made and deleted again is needed neither; one without the other would be missed."""
    other = call("POST", "/things", bind={"other": "body.$.id"})
    deleted = call("DELETE", "/things/${other}")

    def is_kept(dropped: frozenset[int]) -> bool:
        return 1 not in dropped and (2 in dropped) is (3 in dropped)

    found = dispensable_steps(of(MADE, COLOURED, other, deleted), used={"id"}, is_kept=is_kept, trials=Trials())
    assert sorted(found) == [2, 3]


def test_what_gives_a_value_that_an_interaction_names_is_not_tried() -> None:
    judge = Judge()
    assert drop(of(MADE), judge) == []
    assert judge.asked == []


def test_what_a_dependency_answers_stays() -> None:
    judge = Judge()
    assert drop(of(EXPECTED, MADE), judge, used=()) == [1]


def test_no_more_is_tried_than_is_allowed_and_the_rest_is_said() -> None:
    trials = Trials(most=2)
    judge = Judge(2)
    found = dispensable_steps(of(MADE, COLOURED, SIZED), used={"id"}, is_kept=judge, trials=trials)
    assert (sorted(found), trials.made, trials.is_exhausted, trials.limit) == ([], 2, True, "2 trials")


def test_after_some_time_no_more_is_tried() -> None:
    """The time runs from the first trial on; what was found by then stays."""
    times = iter([1000.0, 1059.0, 1121.0])
    trials = Trials(seconds=120, clock=lambda: next(times))
    assert [trials.take(), trials.take(), trials.take()] == [True, True, False]
    assert (trials.made, trials.is_exhausted, trials.limit) == (2, True, "2 minutes")


@given(needed=st.sets(st.integers(min_value=1, max_value=6)), count=st.integers(min_value=1, max_value=6))
def test_what_is_left_is_what_is_needed(needed: set[int], count: int) -> None:
    """Where steps do not need each other, exactly the needed ones stay."""
    found = of(MADE, *(call("PUT", f"/things/${{id}}/{number}") for number in range(count)))
    assert drop(found, Judge(*needed)) == sorted(set(range(1, count + 1)) - needed)
