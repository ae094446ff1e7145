"""The wire form of times."""

import re
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from treaty_shop.platform.clock import from_wire, now, optional_from_wire, optional_to_wire, to_wire

_FIRST = datetime(1, 1, 2, tzinfo=UTC)
_MILLISECONDS = st.integers(0, (datetime.max.replace(tzinfo=UTC) - _FIRST) // timedelta(milliseconds=1))


@given(_MILLISECONDS)
def test_a_time_comes_back_from_its_wire_form(milliseconds: int) -> None:
    """The wire form is RFC 3339 with Z and three digits, and loses nothing."""
    instant = _FIRST + timedelta(milliseconds=milliseconds)
    text = to_wire(instant)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    assert from_wire(text) == instant


def test_an_offset_is_converted_to_utc() -> None:
    """What is written is always UTC."""
    instant = datetime(2025, 3, 9, 20, 49, 46, tzinfo=timezone(timedelta(hours=8)))
    assert to_wire(instant) == "2025-03-09T12:49:46.000Z"


def test_now_has_whole_milliseconds() -> None:
    """What is kept is what is written."""
    instant = now()
    assert from_wire(to_wire(instant)) == instant


def test_never_stays_never() -> None:
    """None is None in both directions."""
    assert optional_to_wire(None) is None
    assert optional_from_wire(None) is None
