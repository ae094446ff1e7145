"""Whether a time in an answer is as near to now as it was when it was recorded.

Normalisation writes times as a fixed moment, shifted as far as the recorded value lay ahead (rounded to minutes), and
values that lay less than 90 seconds ahead as the moment itself: hence the tolerance.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Final

from treaty.contract.json_value import JsonValue, Number
from treaty.normalize.shapes import instant_of

TOLERANCE: Final = timedelta(seconds=120)
_BASE: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MINUTE: Final = timedelta(minutes=1)
_FARTHEST: Final = timedelta(days=366 * 100)
_UNITS: Final = (1, 1_000, 1_000_000, 1_000_000_000)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_ZONE: Final = re.compile(r"(Z|[+-]\d{2}:?\d{2}(:\d{2})?| GMT)$")
_CLOCKS_DIFFER: Final = timedelta(seconds=2)
_OFFSETS: Final = tuple(timedelta(minutes=15 * quarter) for quarter in range(-12 * 4, 14 * 4 + 1))
_MOST_DIGITS: Final = 21
"""Before the point, of a number that is a time: nanoseconds have 19 for centuries to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When an answer was made, by the provider's clock.

    Attributes:
        begun: before anything was sent that the answer could be about; None when that is not known.
        ended: after the answer came.

    """

    begun: datetime | None
    ended: datetime

    def seen_by(self, server_date: str) -> Window:
        """Take over the provider's clock, which its header Date tells, where it differs from ours."""
        try:
            told = parsedate_to_datetime(server_date)
        except ValueError:
            return self
        shift = (told if told.tzinfo else told.replace(tzinfo=UTC)) - self.ended
        if abs(shift) <= _CLOCKS_DIFFER:
            return self
        return Window(begun=None if self.begun is None else self.begun + shift, ended=self.ended + shift)


def distance(value: JsonValue, example: JsonValue, window: Window) -> str:
    """Say how a time misses the window that its example asks for; empty when it does not, or is no such time."""
    unit = _unit(example)
    promised = _instant(example, unit)
    if promised is None or isinstance(value, bool):
        return ""
    ahead = promised - _BASE
    if not timedelta(0) <= ahead <= _FARTHEST or ahead % _MINUTE:
        return ""
    try:
        return _missed(value, unit, ahead, window)
    except OverflowError:
        return "the time is out of all reach"


def _missed(value: JsonValue, unit: int, ahead: timedelta, window: Window) -> str:
    latest = window.ended + ahead + TOLERANCE
    earliest = None if window.begun is None else window.begun + ahead - TOLERANCE
    expected = "now" if not ahead else f"{ahead} after now"
    if isinstance(value, str) and _DAY.fullmatch(value):
        return _missed_day(value, earliest, latest, expected)
    found = _instant(value, unit)
    if found is None:
        return ""
    candidates = [found]
    if isinstance(value, str) and not _ZONE.search(value):
        # Without an offset it may be the time of any zone.
        candidates = [found - offset for offset in _OFFSETS]
    if any((earliest is None or earliest <= each) and each <= latest for each in candidates):
        return ""
    if all(each > latest for each in candidates):
        return (
            f"the time is {_rounded(min(candidates) - window.ended - ahead)} later than expected, which is {expected}"
        )
    reference = window.begun or window.ended
    return f"the time is {_rounded(reference + ahead - max(candidates))} earlier than expected, which is {expected}"


def _missed_day(value: str, earliest: datetime | None, latest: datetime, expected: str) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return ""
    # A day begins at another time in every zone.
    if day > (latest + timedelta(hours=14)).date():
        return f"the day is later than expected, which is {expected}"
    if earliest is not None and day < (earliest - timedelta(hours=12)).date():
        return f"the day is earlier than expected, which is {expected}"
    return ""


def _unit(example: JsonValue) -> int:
    """Give how many units a second has in a number that stands for the fixed moment, or one ahead of it."""
    if isinstance(example, bool) or not isinstance(example, (int, Number)):
        return 0
    value = Decimal(example) if isinstance(example, int) else example.value
    base = Decimal(int(_BASE.timestamp()))
    span = Decimal(int(_FARTHEST.total_seconds()))
    return next((unit for unit in _UNITS if base <= value / unit <= base + span), 0) if _is_time(value) else 0


def _instant(value: JsonValue, unit: int) -> datetime | None:
    if isinstance(value, str):
        if _DAY.fullmatch(value):
            try:
                return datetime.fromisoformat(value).replace(tzinfo=UTC)
            except ValueError:
                return None
        return instant_of(value)
    if not unit or not isinstance(value, (int, Number)):
        return None
    number = Decimal(value) if isinstance(value, int) else value.value
    if not _is_time(number):
        raise OverflowError
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(number / unit))


def _is_time(number: Decimal) -> bool:
    # Asked before any arithmetic, which overflows with an exponent of many digits.
    return number.is_finite() and abs(number.adjusted()) < _MOST_DIGITS


def _rounded(span: timedelta) -> str:
    return str(timedelta(seconds=round(span.total_seconds())))
