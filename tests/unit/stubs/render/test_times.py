"""Telling the notation of a time, and writing another moment in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.json_value import JsonValue, Number
from treaty_stubs.render.times import read_moment

_LATER = datetime(2031, 2, 3, 4, 5, 6, 789012, tzinfo=UTC)


@pytest.mark.parametrize(
    ("example", "at", "later"),
    [
        ("2024-05-06T07:08:09Z", "2024-05-06T07:08:09+00:00", "2031-02-03T04:05:06Z"),
        ("2024-05-06T07:08:09.1Z", "2024-05-06T07:08:09.100000+00:00", "2031-02-03T04:05:06.7Z"),
        (
            "2024-05-06T07:08:09.123456789+02:00",
            "2024-05-06T05:08:09.123456+00:00",
            "2031-02-03T06:05:06.789012000+02:00",
        ),
        ("2024-05-06T07:08:09-0330", "2024-05-06T10:38:09+00:00", "2031-02-03T00:35:06-0330"),
        ("2024-05-06 07:08:09,123", "2024-05-06T07:08:09.123000+00:00", "2031-02-03 04:05:06,789"),
        ("2024-05-06T07:08", "2024-05-06T07:08:00+00:00", "2031-02-03T04:05"),
        ("2024-05-06", "2024-05-06T00:00:00+00:00", "2031-02-03"),
        ("Mon, 06 May 2024 07:08:09 GMT", "2024-05-06T07:08:09+00:00", "Mon, 03 Feb 2031 04:05:06 GMT"),
        (1714979289, "2024-05-06T07:08:09+00:00", 1927857906),
        (1714979289123, "2024-05-06T07:08:09.123000+00:00", 1927857906789),
        (1714979289123456, "2024-05-06T07:08:09.123456+00:00", 1927857906789012),
        (1714979289123456789, "2024-05-06T07:08:09.123456+00:00", 1927857906789012000),
        ("1714979289", "2024-05-06T07:08:09+00:00", "1927857906"),
        (Number("1714979289.25"), "2024-05-06T07:08:09.250000+00:00", Number("1927857906.79")),
        (Number("1714979289123.5"), "2024-05-06T07:08:09.123500+00:00", Number("1927857906789.0")),
    ],
)
def test_notations(example: JsonValue, at: str, later: JsonValue) -> None:
    """Each notation of DESIGN 4.2 is read, and written with the same precision, offset and separators."""
    moment = read_moment(example)
    assert moment is not None
    assert moment.at == datetime.fromisoformat(at)
    assert moment.write(_LATER) == later


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        7,
        -1714979289,
        9007001,
        "",
        "soon",
        "2024-13-01",
        "2024-02-30T00:00:00Z",
        "17149",
        Number("1.5"),
        [],
        {},
        "9" * 30,
        "Mon, 31 Feb 2024 07:08:09 GMT",
        10**20,
    ],
)
def test_what_is_no_time(value: JsonValue) -> None:
    """Numbers too small or large, texts that only look like a date, and other values are left alone."""
    assert read_moment(value) is None


@given(st.integers(0, 200 * 365 * 86400 * 10**6), st.sampled_from(["seconds", "milliseconds", "microseconds"]))
def test_writing_its_own_moment_gives_the_example(microseconds: int, precision: str) -> None:
    """A time that is read and written again is the same text."""
    at = datetime(1980, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    example = at.isoformat(timespec=precision)
    moment = read_moment(example)
    assert moment is not None
    assert moment.write(moment.at) == example


def test_days_are_marked() -> None:
    """A day has no time of day, so it must not decide which moment of an answer is the earliest."""
    day, moment = read_moment("2024-05-06"), read_moment("2024-05-06T00:00:00Z")
    assert day is not None
    assert moment is not None
    assert day.whole_day
    assert not moment.whole_day
    assert moment.write(moment.at + timedelta(seconds=1)) == "2024-05-06T00:00:01Z"
