"""What stubs are asked is told together, in order, and within a share of the time."""

from __future__ import annotations

import asyncio
import itertools

from tests.unit.stubs.examples import interaction, pact, received
from treaty_cli.bootstrap.stub_events import AllStarted, Asked, Several, StubEvent, Untold
from treaty_cli.bootstrap.stub_telling import Teller
from treaty_stubs.answering import Answering
from treaty_stubs.journal import Entry
from treaty_stubs.select.candidate import gather_candidates


def _stub() -> Answering:
    return Answering(gather_candidates([pact(interaction("a"))]), provider="user")


def _entry(number: int, *, missed: bool = False) -> Entry:
    return Entry(number, 0.0, received("GET", f"/{number}"), 501 if missed else 200, None if missed else 0, "rules")


def _targets(events: list[StubEvent]) -> list[str]:
    asked = [each for event in events if isinstance(event, Several) for each in event.asked]
    assert all(isinstance(each, Asked) for each in asked)
    return [each.target for each in asked]


def test_requests_are_told_soon_and_before_what_comes_behind_them() -> None:
    """Nothing is told within the answer; another event brings what waits with it."""

    async def work() -> list[StubEvent]:
        events: list[StubEvent] = []
        teller, stub = Teller(events.append), _stub()
        teller.asked(stub, _entry(1))
        teller.asked(stub, _entry(2))
        assert not events
        teller(AllStarted())
        return events

    first, second = asyncio.run(work())
    assert isinstance(first, Several)
    assert [(each.target, each.interaction) for each in first.asked] == [("/1", "a"), ("/2", "a")]
    assert second == AllStarted()


def test_a_request_is_told_without_another_event() -> None:
    async def work() -> StubEvent:
        told: asyncio.Future[StubEvent] = asyncio.get_running_loop().create_future()
        Teller(told.set_result).asked(_stub(), _entry(1))
        return await asyncio.wait_for(told, 60)

    assert isinstance(asyncio.run(work()), Several)


def test_what_comes_too_fast_is_counted_and_misses_are_told_all_the_same() -> None:
    """A clock that moves a second whenever it is looked at leaves time for the first ones only."""

    async def work(*, tells_all: bool) -> list[StubEvent]:
        events: list[StubEvent] = []
        clock = itertools.count()
        teller, stub = Teller(events.append, tells_all=tells_all, clock=lambda: float(next(clock))), _stub()
        for number in range(500):
            teller.asked(stub, _entry(number, missed=number == 400))
        teller.flush()
        return events

    events = asyncio.run(work(tells_all=False))
    told = _targets(events)
    assert events[-1] == Untold(count=500 - len(told))
    assert told == [f"/{number}" for number in range(len(told) - 1)] + ["/400"]
    assert len(told) < 100
    assert len(_targets(asyncio.run(work(tells_all=True)))) == 500


def test_what_waits_is_bounded() -> None:
    """Thousands of requests are told before their time has come."""

    async def work() -> int:
        events: list[StubEvent] = []
        teller, stub = Teller(events.append, tells_all=True), _stub()
        for number in range(3000):
            teller.asked(stub, _entry(number))
        return len(_targets(events))

    assert asyncio.run(work()) == 2000
