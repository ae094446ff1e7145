"""When an instance is left alone, and when it is tried again."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from time_machine import Traveller

from treaty_shop.gateway.breaker import Breaker, CircuitOpen
from treaty_shop.gateway.upstream import NotConnected, TimedOut, UpstreamReply


@pytest.fixture(name="clock")
def _clock() -> Iterator[Traveller]:
    with time_machine.travel(datetime(2025, 3, 9, 12, tzinfo=UTC), tick=False) as clock:
        yield clock


@pytest.fixture(name="breaker")
def _breaker() -> Breaker:
    return Breaker(failures=3, successes=2, seconds=30)


def _answers(status: int) -> UpstreamReply:
    return UpstreamReply(status=status, headers={}, body=b"")


def _refuses() -> UpstreamReply:
    raise NotConnected


def _call(breaker: Breaker, *statuses: int) -> list[int]:
    return [breaker.call(lambda status=status: _answers(status)).status for status in statuses]  # type: ignore[misc] # a default binds the loop's value


def test_failures_in_a_row_open_it_and_nothing_is_sent_any_more(breaker: Breaker, clock: Traveller) -> None:
    """Whoever asks learns when it is worth asking again."""
    with pytest.raises(NotConnected):
        breaker.call(_refuses)
    assert _call(breaker, 500, 503) == [500, 503]
    assert breaker.state == "open"
    clock.shift(timedelta(seconds=12))
    with pytest.raises(CircuitOpen) as refused:
        breaker.call(lambda: pytest.fail("it was sent"))
    assert refused.value.seconds == 18


def test_a_success_or_the_fault_of_a_client_starts_the_count_again(breaker: Breaker) -> None:
    """A 4xx is an answer like any other."""
    assert _call(breaker, 500, 500, 200, 500, 500, 404, 409, 500, 500) == [500, 500, 200, 500, 500, 404, 409, 500, 500]
    assert breaker.state == "closed"


def test_successful_trials_close_it(breaker: Breaker, clock: Traveller) -> None:
    """As many as were asked for."""
    _call(breaker, 500, 500, 500)
    clock.shift(timedelta(seconds=31))
    assert _call(breaker, 200) == [200]
    assert breaker.state == "half-open"
    assert _call(breaker, 200) == [200]
    assert breaker.state == "closed"


def test_a_failed_trial_opens_it_for_as_long_again(breaker: Breaker, clock: Traveller) -> None:
    """Its answer still reaches the one who asked."""
    _call(breaker, 500, 500, 500)
    clock.shift(timedelta(seconds=31))
    assert _call(breaker, 502) == [502]
    clock.shift(timedelta(seconds=29))
    with pytest.raises(CircuitOpen):
        _call(breaker, 200)
    clock.shift(timedelta(seconds=2))
    assert _call(breaker, 200) == [200]


def test_only_one_trial_is_made_at_a_time(breaker: Breaker, clock: Traveller) -> None:
    """Others are told to come back instead of waiting for it."""
    _call(breaker, 500, 500, 500)
    clock.shift(timedelta(seconds=31))

    def slow() -> UpstreamReply:
        other = threading.Thread(target=ask)
        other.start()
        other.join(10)
        return _answers(200)

    told: list[int] = []

    def ask() -> None:
        try:
            _call(breaker, 200)
        except CircuitOpen as error:
            told.append(error.seconds)

    assert breaker.call(slow).status == 200
    assert told == [1]


def test_calls_run_side_by_side_while_it_is_closed(breaker: Breaker) -> None:
    """A slow one holds nobody up, and what it tells late is no trial."""

    def slow() -> UpstreamReply:
        other = threading.Thread(target=_call, args=(breaker, 500, 500, 500))
        other.start()
        other.join(10)
        assert not other.is_alive()
        raise TimedOut

    with pytest.raises(TimedOut):
        breaker.call(slow)
    assert breaker.state == "open"
