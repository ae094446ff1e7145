from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.json_value import JsonValue, Number
from treaty.normalize.shapes import instant_of
from treaty.strength import times

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("value", "later"),
    [
        ("2000-01-01T00:00:00Z", "2000-01-01T01:00:00Z"),
        ("2000-01-01 00:00:00.000000", "2000-01-01 01:00:00.000000"),
        ("2000-01-01T00:00:00.5+02:00", "2000-01-01T01:00:00.5+02:00"),
        ("Sat, 01 Jan 2000 00:00:00 GMT", "Sat, 01 Jan 2000 01:00:00 GMT"),
        (946684800, 946688400),
        (946684800000, 946688400000),
        (Number("946684800.5"), Number("946688400.5")),
        ("pending", "pending"),
        ("2000-99-01", "2000-99-01"),
        (7, 7),
        (None, None),
        (Number("1e400"), Number("1e400")),
    ],
)
def test_a_moved_time_keeps_its_form(value: JsonValue, later: JsonValue) -> None:
    """What is no time stays as it is."""
    assert times.moved(value, HOUR) == later


def test_a_date_moves_by_days() -> None:
    assert times.moved("2000-02-28", timedelta(days=1)) == "2000-02-29"


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 - the zone is added below
    st.integers(-5000, 5000),
)
def test_moving_there_and_back_gives_the_same(moment: datetime, minutes: int) -> None:
    text = moment.replace(tzinfo=UTC, microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")
    span = timedelta(minutes=minutes)
    assert times.moved(times.moved(text, span), -span) == text


@pytest.mark.parametrize("text", ["2031-03-04T05:06:07Z", "2031-03-04T05:06:07.890Z", "2031-03-04T05:06:07.89-03:30"])
def test_other_spellings_are_the_same_instant(text: str) -> None:
    for other in (times.with_offset(text), times.with_fraction(text)):
        assert other is not None
        assert other != text
        assert instant_of(other) == instant_of(text)


@pytest.mark.parametrize("text", ["2031-03-04", "pending", "Sat, 01 Jan 2000 00:00:00 GMT"])
def test_what_has_no_offset_or_fraction_has_no_other_spelling(text: str) -> None:
    assert times.with_offset(text) is None
    assert times.with_fraction(text) is None
    assert times.without_zone(text) is None


def test_an_offset_can_be_left_out() -> None:
    assert times.without_zone("2031-03-04T05:06:07.890Z") == "2031-03-04T05:06:07.890"
    assert times.without_zone("2031-03-04T05:06:07+02:00") == "2031-03-04T05:06:07"
    assert times.without_zone("2031-03-04T05:06:07") is None


def test_a_time_can_be_written_as_seconds() -> None:
    assert times.as_epoch("2000-01-01T00:00:00Z") == 946684800
    assert times.as_epoch("pending") is None
