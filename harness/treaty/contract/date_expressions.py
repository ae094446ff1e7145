"""Expressions that move the present: ``now + 1 day``, ``next monday - 2 weeks``, ``today @ 3 o'clock pm + 5 minutes``.

The grammar is that of Pact's date generators: a base or a relative unit, then additions and subtractions; a date part
and a time part stand on the two sides of an ``@``.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

_WORDS: Final = re.compile(r"\s*(o'clock|[a-z]+|\d+|[+-])", re.IGNORECASE)
_DAYS: Final = tuple(name.lower() for name in calendar.day_name)
_MONTHS: Final = tuple(name.lower() for name in calendar.month_name)
_LARGEST: Final = 10_000_000


class ExpressionInvalid(ValueError):
    """A text is not an expression that moves a moment."""


def move_date(moment: datetime, expression: str) -> datetime:
    """Move a moment by a date expression.

    Raises:
        ExpressionInvalid: when it is none, or leads out of the calendar.

    """
    words = _split(expression)
    if not words:
        return moment
    moment, rest = _date_base(moment, words)
    return _add(moment, rest, _DATE_UNITS)


def move_time(moment: datetime, expression: str) -> datetime:
    """Move a moment by a time expression.

    Raises:
        ExpressionInvalid: when it is none, or leads out of the calendar.

    """
    words = _split(expression)
    if not words:
        return moment
    moment, rest = _time_base(moment, words)
    return _add(moment, rest, _TIME_UNITS)


def move_moment(moment: datetime, expression: str) -> datetime:
    """Move a moment by a date expression and, after an ``@``, a time expression.

    Raises:
        ExpressionInvalid: when it is none, or leads out of the calendar.

    """
    date, _, time = expression.partition("@")
    return move_time(move_date(moment, date), time)


def _split(expression: str) -> list[str]:
    words, position = [], 0
    text = expression.strip()
    while position < len(text):
        found = _WORDS.match(text, position)
        if not found:
            raise ExpressionInvalid(f"{expression!r} cannot be read from {text[position:]!r} on")
        words.append(found[1].lower())
        position = found.end()
    return words


def _date_base(moment: datetime, words: list[str]) -> tuple[datetime, list[str]]:
    first = words[0]
    shifts = {"now": 0, "today": 0, "yesterday": -1, "tomorrow": 1}
    if first in shifts:
        return _shift(moment, days=shifts[first]), words[1:]
    if first in {"next", "last"}:
        if len(words) < 2:
            raise ExpressionInvalid(f"what is {first}?")
        return _relative(moment, words[1], 1 if first == "next" else -1), words[2:]
    return moment, words


def _relative(moment: datetime, unit: str, direction: int) -> datetime:
    """Go to the next or last day of a name, month of a name, or by one unit."""
    if unit in _DATE_UNITS:
        return _DATE_UNITS[unit](moment, direction)
    if unit == "fortnight":
        return _shift(moment, days=14 * direction)
    day = _index(unit, _DAYS)
    if day is not None:
        distance = (day - moment.weekday()) * direction % 7 or 7
        return _shift(moment, days=distance * direction)
    month = _index(unit, _MONTHS)
    if not month:
        raise ExpressionInvalid(f"{unit!r} is no unit, day or month")
    return _to_month(moment, month, direction)


def _index(word: str, names: tuple[str, ...]) -> int | None:
    """Find a name by its whole form or its beginning of at least three letters."""
    if len(word) < 3:
        return None
    return next((position for position, name in enumerate(names) if name and name.startswith(word)), None)


def _to_month(moment: datetime, month: int, direction: int) -> datetime:
    """Go to the first day of the nearest month of this number that is not the present one."""
    day = timedelta(days=direction)
    try:
        while moment.month == month:
            moment += day
        while moment.month != month:
            moment += day
    except OverflowError:
        raise ExpressionInvalid("it leads out of the calendar") from None
    return moment.replace(day=1)


def _time_base(moment: datetime, words: list[str]) -> tuple[datetime, list[str]]:
    first = words[0]
    hour = moment.replace(minute=0, second=0, microsecond=0)
    if first == "now":
        return moment, words[1:]
    if first in {"midnight", "noon"}:
        return hour.replace(hour=0 if first == "midnight" else 12), words[1:]
    if first in {"next", "last"}:
        if len(words) < 2 or words[1] not in _TIME_UNITS:
            raise ExpressionInvalid(f"what is {first}?")
        return _TIME_UNITS[words[1]](moment, 1 if first == "next" else -1), words[2:]
    if first.isdecimal():
        if words[1:2] != ["o'clock"] or not 1 <= int(first) <= 12:
            raise ExpressionInvalid(f"an hour is written as 1 to 12 o'clock, not {first!r}")
        return _clock_hour(moment, hour, int(first), words[2:])
    return moment, words


def _clock_hour(moment: datetime, hour: datetime, number: int, rest: list[str]) -> tuple[datetime, list[str]]:
    half = rest[0] if rest[:1] in (["am"], ["pm"]) else "pm" if moment.hour < 12 else "am"
    if rest[:1] in (["am"], ["pm"]):
        rest = rest[1:]
    return hour.replace(hour=number % 12 + (12 if half == "pm" else 0)), rest


def _add(moment: datetime, words: list[str], units: Mapping[str, Callable[[datetime, int], datetime]]) -> datetime:
    """Add and subtract amounts: a sign, a number and a unit each."""
    if len(words) % 3:
        raise ExpressionInvalid(f"{' '.join(words)!r} is not a list of signs, numbers and units")
    for start in range(0, len(words), 3):
        sign, number, unit = words[start : start + 3]
        if sign not in {"+", "-"} or not number.isdecimal() or unit not in units or int(number) > _LARGEST:
            raise ExpressionInvalid(f"{sign} {number} {unit} is not a sign, a number and a unit")
        moment = units[unit](moment, int(number) if sign == "+" else -int(number))
    return moment


def _shift(moment: datetime, **amounts: int) -> datetime:
    try:
        return moment + timedelta(**amounts)
    except OverflowError:
        raise ExpressionInvalid("it leads out of the calendar") from None


def _months(moment: datetime, count: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + count, 12)
    if not 1 <= year <= 9999:
        raise ExpressionInvalid("it leads out of the calendar")
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


_DATE_UNITS: Final[Mapping[str, Callable[[datetime, int], datetime]]] = {
    name + plural: move
    for name, move in {
        "day": lambda moment, count: _shift(moment, days=count),
        "week": lambda moment, count: _shift(moment, weeks=count),
        "month": _months,
        "year": lambda moment, count: _months(moment, 12 * count),
    }.items()
    for plural in ("", "s")
}
_TIME_UNITS: Final[Mapping[str, Callable[[datetime, int], datetime]]] = {
    name + plural: move
    for name, move in {
        "hour": lambda moment, count: _shift(moment, hours=count),
        "minute": lambda moment, count: _shift(moment, minutes=count),
        "second": lambda moment, count: _shift(moment, seconds=count),
        "millisecond": lambda moment, count: _shift(moment, milliseconds=count),
    }.items()
    for plural in ("", "s")
}
