"""A connection has its turn, and then others have theirs."""

from __future__ import annotations

from treaty_stubs.http.turns import MOST_REQUESTS, Turn


def test_a_turn_ends_after_so_many_requests_and_the_next_one_begins_anew() -> None:
    turn = Turn(clock=lambda: 0.0)
    for _ in range(2):
        turn.begin()
        assert [turn.is_over() for _ in range(MOST_REQUESTS + 1)] == [False] * MOST_REQUESTS + [True]


def test_a_turn_of_slow_answers_ends_by_the_clock() -> None:
    """The first request is answered in any case; the clock is looked at from the second one on."""
    times = iter([0.0, 0.004, 0.006])
    turn = Turn(clock=lambda: next(times))
    assert [turn.is_over() for _ in range(4)] == [False, False, False, True]
