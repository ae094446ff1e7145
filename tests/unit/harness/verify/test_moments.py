from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.json_value import JsonValue, Number
from treaty.verify.moments import Window, distance

NOW = datetime(2026, 11, 20, 12, 0, 30, tzinfo=UTC)
WINDOW = Window(begun=NOW - timedelta(seconds=10), ended=NOW)
BASE = "2000-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("value", "example"),
    [
        ("2026-11-20T12:00:25.123456Z", "2000-01-01T00:00:00.000000Z"),
        ("2026-11-20T13:00:25+01:00", "2000-01-01T00:00:00+00:00"),
        ("2026-11-20 12:00:25", "2000-01-01 00:00:00"),
        ("2026-11-21 01:00:25", "2000-01-01 00:00:00"),
        ("2026-11-20", "2000-01-01"),
        ("2026-11-21", "2000-01-01"),
        ("Fri, 20 Nov 2026 12:00:25 GMT", "Sat, 01 Jan 2000 00:00:00 GMT"),
        ("2026-11-20T12:15:25Z", "2000-01-01T00:15:00Z"),
        (1795176025, 946684800),
        (1795176025000, 946684800000),
        (1795176025000000000, 946684800000000000),
        (Number("1795176025.5"), Number("946684800.0")),
        (1795176025 + 3600, 946684800 + 3600),
    ],
)
def test_times_near_now_are_as_promised(value: JsonValue, example: JsonValue) -> None:
    """In every notation; a time without an offset may be that of any zone."""
    assert distance(value, example, WINDOW) == ""


@pytest.mark.parametrize(
    ("value", "example", "message"),
    [
        ("2027-12-25T12:00:25Z", BASE, "399 days, 23:59:55 later"),
        ("2026-11-20T13:00:30Z", BASE, "1:00:00 later"),
        ("1970-01-01T00:00:00Z", BASE, "earlier than expected, which is now"),
        ("2026-11-20T12:00:30Z", "2000-01-01T00:15:00Z", "0:14:50 earlier than expected, which is 0:15:00 after now"),
        ("2026-12-20", "2000-01-01", "the day is later"),
        ("2026-01-20", "2000-01-01", "the day is earlier"),
        ("2026-11-20 12:07:30", "2000-01-01 00:00:00", ""),
        ("2025-11-20 12:00:30", "2000-01-01 00:00:00", "earlier"),
        (1795176025000, 946684800, "out of all reach"),
        (1795176, 946684800, "earlier"),
        (10**30, 946684800, "out of all reach"),
    ],
)
def test_times_elsewhere_are_told_with_their_distance(value: JsonValue, example: JsonValue, message: str) -> None:
    """Another unit, zone or year; seven minutes off are told even without an offset."""
    found = distance(value, example, WINDOW)
    assert found
    assert message in found


@pytest.mark.parametrize(
    ("value", "example"),
    [
        ("yesterday", BASE),
        (None, BASE),
        (True, 946684800),
        ("1990-05-17T10:20:30Z", "2024-02-29T10:20:31Z"),
        ("1990-05-17T10:20:30Z", "1999-12-31T00:00:00Z"),
        ("1990-05-17T10:20:30Z", "soon"),
        (12, 12),
    ],
)
def test_what_is_no_time_or_has_no_promise_is_left_alone(value: JsonValue, example: JsonValue) -> None:
    """An example that a person wrote says nothing about now."""
    assert distance(value, example, WINDOW) == ""


@pytest.mark.parametrize("text", ["1e999999999", "-1e999999999", "1e99999999999999999999999", "1e-999999999"])
def test_a_number_of_any_size_is_told_from_a_time(text: str) -> None:
    """Exponents that no arithmetic holds, on either side."""
    assert distance(Number(text), 946684800, WINDOW) != ""
    assert distance(1795176025, Number(text), WINDOW) == ""


def test_without_a_beginning_the_past_is_open() -> None:
    """What was there before may be of any age, but not of the future."""
    window = Window(begun=None, ended=NOW)
    assert distance("1990-05-17T10:20:30Z", BASE, window) == ""
    assert "later" in distance("2027-05-17T10:20:30Z", BASE, window)


def test_a_provider_with_another_clock_is_judged_by_it() -> None:
    """Its header Date tells."""
    shifted = WINDOW.seen_by(format_datetime(NOW + timedelta(days=400), usegmt=True))
    assert distance("2027-12-25T12:00:25Z", BASE, shifted) == ""
    assert "earlier" in distance("2026-11-20T12:00:25Z", BASE, shifted)
    assert WINDOW.seen_by("no date") == WINDOW
    assert WINDOW.seen_by(format_datetime(NOW + timedelta(seconds=1), usegmt=True)) == WINDOW


@given(ahead=st.integers(0, 10_000), late=st.integers(-100, 100), offset=st.integers(-14, 14))
def test_the_distance_of_the_example_is_kept_in_any_zone(ahead: int, late: int, offset: int) -> None:
    """A token that is valid for a quarter of an hour is valid for that from now."""
    example = (datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=ahead)).isoformat()
    moment = NOW + timedelta(minutes=ahead, seconds=late, hours=offset)
    sign = "-" if offset < 0 else "+"
    value = f"{moment:%Y-%m-%dT%H:%M:%S}{sign}{abs(offset):02d}:00"
    assert distance(value, example, WINDOW) == ""
