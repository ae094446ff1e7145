from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from treaty.verify.calls import Answer
from treaty.verify.provider_clock import ProviderClock, date_of, real_now

NOW = datetime(2026, 11, 20, 12, 0, 0, 700_000, tzinfo=UTC)
LEAP_DAY = datetime(2024, 2, 29, 23, 59, 30, tzinfo=UTC)


def answer(moment: datetime | str) -> Answer:
    text = moment if isinstance(moment, str) else format_datetime(moment, usegmt=True)
    return Answer(status=200, headers=(("date", text),))


def clock(shift: timedelta | None = None) -> ProviderClock:
    return ProviderClock(now=lambda: NOW, shift=shift)


def test_it_is_ours_until_it_is_known() -> None:
    assert clock().now() == NOW
    assert real_now().tzinfo is not None


@pytest.mark.parametrize("moment", [LEAP_DAY, NOW.replace(microsecond=0) + timedelta(days=400)])
def test_an_answer_tells_the_time(moment: datetime) -> None:
    """Whatever was set before; moments of ours are moved as far."""
    told = clock(shift=timedelta(hours=-2))
    told.heard(answer(moment))
    assert told.now() == moment
    assert told.at(NOW - timedelta(seconds=9)) == moment - timedelta(seconds=9)


def test_whole_seconds_are_no_difference() -> None:
    """A Date cuts the rest of the second off."""
    told = clock()
    told.heard(answer(NOW.replace(microsecond=0)))
    assert told.now() == NOW


def test_it_is_asked_once_when_it_is_needed_and_nothing_has_told_it() -> None:
    asked: list[str] = []

    def ask() -> Answer:
        asked.append("asked")
        return answer(LEAP_DAY)

    told = ProviderClock(ask=ask, now=lambda: NOW)
    assert not asked
    assert told.now() == LEAP_DAY
    assert told.now() == LEAP_DAY
    assert asked == ["asked"]
    heard = ProviderClock(ask=ask, now=lambda: NOW)
    heard.heard(answer(NOW + timedelta(days=1)))
    heard.now()
    ProviderClock(shift=timedelta(days=1), ask=ask, now=lambda: NOW).now()
    assert asked == ["asked"]


def test_no_answer_leaves_our_clock() -> None:
    assert ProviderClock(ask=lambda: None, now=lambda: NOW).now() == NOW


@pytest.mark.parametrize("text", ["", "soon", "Thu, 99 Foo 2024 00:00:00 GMT"])
def test_what_is_no_date_tells_nothing(text: str) -> None:
    assert date_of(answer(text)) is None
    assert date_of(Answer(status=200)) is None
