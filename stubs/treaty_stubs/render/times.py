"""Times as services write them: telling the notation of an example, and writing another moment in the same one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from typing import Final

from treaty.contract.json_value import JsonValue, Number

_ISO: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d)(:\d\d)?(?:([.,])(\d{1,9}))?(Z|z|[+-]\d\d:?\d\d|[+-]\d\d)?"
)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_HTTP_DATE: Final = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_UNITS: Final = ((9, 10, 0), (12, 13, 3), (15, 16, 6), (18, 19, 9))
"""Fewest and most digits of a count since the epoch (1973 to 2286), and its unit as a power of ten of a second."""
_NANOSECONDS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time that an example holds.

    Attributes:
        at: when; times without an offset are taken as UTC, days as their midnight.
        write: writes another time in the same notation.
        whole_day: it is a day, without a time.

    """

    at: datetime
    write: Callable[[datetime], JsonValue]
    whole_day: bool = False


def read_moment(value: JsonValue) -> Moment | None:
    """Tell the notation of a time; None when the value is no time that we know.

    Known are RFC 3339 with any fraction and offset, the same without offset, dates, HTTP dates (RFC 9110 section
    5.6.7), and counts of seconds, milliseconds, microseconds or nanoseconds since 1970, as number or text.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return _read_count(value, lambda count: count)
    if isinstance(value, Number):
        return _read_fraction(value.text)
    if not isinstance(value, str):
        return None
    if value.isascii() and value.isdigit():
        return _read_count(int(value), str) if len(value) < 20 else None
    try:
        return _read_text(value)
    except ValueError:
        return None


def _read_text(text: str) -> Moment | None:
    if match := _ISO.fullmatch(text):
        return _read_iso(match)
    if _DATE.fullmatch(text):
        day = date.fromisoformat(text)
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return Moment(at=midnight, write=lambda at: at.date().isoformat(), whole_day=True)
    if _HTTP_DATE.fullmatch(text):
        return Moment(at=parsedate_to_datetime(text), write=lambda at: format_datetime(at.astimezone(UTC), usegmt=True))
    return None


def _read_iso(match: re.Match[str]) -> Moment:
    day, letter, minutes, seconds, point, fraction, offset = match.groups()
    zone = _zone(offset)
    at = datetime.fromisoformat(f"{day}T{minutes}{seconds or ':00'}").replace(tzinfo=zone)
    at += timedelta(microseconds=int((fraction or "0").ljust(6, "0")[:6]))
    return Moment(at=at, write=_iso_writer(letter, bool(seconds), point or "", len(fraction or ""), offset))


@lru_cache(maxsize=256)
def _iso_writer(
    letter: str,
    seconds: bool,  # noqa: FBT001 - one key of the cache
    point: str,
    digits: int,
    offset: str | None,
) -> Callable[[datetime], str]:
    zone = _zone(offset)
    ending = offset or ""
    # Writing a moment takes several times as long as looking whether it lies in the second that was written last.
    written = (datetime(1970, 1, 1, tzinfo=zone), "")

    def write(moment: datetime) -> str:
        nonlocal written
        local = moment if moment.tzinfo is zone else moment.astimezone(zone)
        second, text = written
        since = local - second
        if since.seconds or since.days or not text:
            second = local.replace(microsecond=0)
            # 2026-01-02T03:04:05, and behind it the offset
            text = second.isoformat(letter, "seconds")[: 19 if seconds else 16]
            written = (second, text)
        if digits == 3:
            return f"{text}{point}{local.microsecond // 1000:03d}{ending}"
        if digits:
            return text + point + f"{local.microsecond:06d}".ljust(digits, "0")[:digits] + ending
        return text + ending

    return write


def _zone(offset: str | None) -> timezone:
    if offset is None or offset in {"Z", "z"}:
        return UTC
    sign = -1 if offset[0] == "-" else 1
    digits = offset[1:].replace(":", "").ljust(4, "0")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


def _read_count(count: int, write: Callable[[int], JsonValue]) -> Moment | None:
    if count <= 0:
        return None
    per_second = next((10**power for few, most, power in _EPOCH_UNITS if few <= len(str(count)) <= most), None)
    if per_second is None:
        return None
    at = _EPOCH + timedelta(microseconds=count * 1_000_000 // per_second)
    return Moment(at=at, write=lambda moment: write(_nanoseconds(moment) * per_second // _NANOSECONDS))


def _read_fraction(text: str) -> Moment | None:
    whole, point, digits = text.partition(".")
    if not point or not whole.isdigit() or not digits.isdigit() or len(whole) not in {9, 10, 12, 13}:
        return None
    unit = 1000 if len(whole) > 10 else 1
    at = _EPOCH + timedelta(microseconds=int(Decimal(text) * 1_000_000 / unit))
    places = len(digits)

    def write(moment: datetime) -> Number:
        value = Decimal(_nanoseconds(moment)) * unit / _NANOSECONDS
        return Number(f"{value:.{places}f}")

    return Moment(at=at, write=write)


def _nanoseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000
