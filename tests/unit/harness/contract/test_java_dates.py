"""Java date patterns: writing and validating."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.java_dates import DatePatternInvalid, validate, write_moment

_OFFSETS = st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-9, minutes=-30))])
_PATTERNS = [
    "yyyy-MM-dd",
    "yyyy-MM-dd'T'HH:mm:ssXXX",
    "yyyy-MM-dd'T'HH:mm:ss.SSSSSSxxx",
    "EEE, dd MMM yyyy HH:mm:ss Z",
    "EEEE d MMMM uu",
    "hh:mm:ss a",
    "k:m:s",
    "K 'o''clock' a",
    "DDD/yyyy",
    "YYYY-'W'ww-e",
    "QQQ yyyy",
    "QQQQ",
    "A n N",
    "HH:mm O",
    "HH:mm ZZZZ",
    "HH:mm ZZZZZ",
    "HH:mm X",
    "HH:mm xx",
    "G yyyy z",
    "L q W F c",
    "LLL",
    "ee eee eeee",
]


@given(moment=st.datetimes(timezones=_OFFSETS, min_value=datetime(1000, 1, 1)), pattern=st.sampled_from(_PATTERNS))  # noqa: DTZ001 - hypothesis adds the zone
def test_what_is_written_is_valid(moment: datetime, pattern: str) -> None:
    """A moment written in a pattern is a moment in that pattern."""
    assert validate(write_moment(moment, pattern), pattern)


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2024-02-09T15:04:05.006+02:00"),
        ("d.M.yy h a", "9.2.24 3 PM"),
        ("EEE, dd MMM yyyy HH:mm:ss Z", "Fri, 09 Feb 2024 15:04:05 +0200"),
        ("EEEE, MMMM", "Friday, February"),
        ("yyyyMMdd'T'HHmmssX", "20240209T150405+02"),
        ("SSSSSSSSS", "006007000"),
        ("DDD QQQQ", "040 1st quarter"),
        ("e ee eee eeee c", "5 5 Fri Friday 5"),
        ("L LL LLL", "2 02 02"),
    ],
)
def test_moments_are_written_as_java_does(pattern: str, written: str) -> None:
    """Letters and their number decide form and padding."""
    moment = datetime(2024, 2, 9, 15, 4, 5, 6007, tzinfo=timezone(timedelta(hours=2)))
    assert write_moment(moment, pattern) == written


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("2024-13-01", "yyyy-MM-dd"),
        ("2023-02-29", "yyyy-MM-dd"),
        ("2024-02-29T24:00", "yyyy-MM-dd'T'HH:mm"),
        ("2024-02-29T10:00:00.123456", "yyyy-MM-dd'T'HH:mm:ss.SSS"),
        ("2024-02-29T10:00+10:00", "yyyy-MM-dd'T'HH:mmX"),
        ("13:00 PM", "hh:mm a"),
        ("2024-02-29 ", "yyyy-MM-dd"),
        ("٢٠٢٤-02-29x", "yyyy-MM-dd"),
    ],
)
def test_what_is_no_moment_is_refused(text: str, pattern: str) -> None:
    """Validation is a real parse of the whole text."""
    assert not validate(text, pattern)


@pytest.mark.parametrize("pattern", ["", "yyyyTMM", "'open", "MMMMMM", "bb", "yyyy[MM]"])
def test_unknown_patterns_are_said(pattern: str) -> None:
    """A pattern that means nothing is an error."""
    with pytest.raises(DatePatternInvalid):
        validate("2024", pattern)
