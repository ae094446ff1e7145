"""Durations as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty_stubs.faults.durations import LONGEST, parse_duration, write_duration


@pytest.mark.parametrize(("text", "seconds"), [("200ms", 0.2), ("1.5s", 1.5), ("2 m", 120.0), ("0ms", 0.0)])
def test_durations_are_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "5", "1h", "-1s", "11m", "1e3s", "s"])
def test_what_is_no_duration_or_endless_is_none(text: str) -> None:
    assert parse_duration(text) is None


@given(st.integers(0, int(LONGEST * 1000)))
def test_what_is_written_is_read_again(milliseconds: int) -> None:
    assert parse_duration(write_duration(milliseconds / 1000)) == pytest.approx(milliseconds / 1000)
