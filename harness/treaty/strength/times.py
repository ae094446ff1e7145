"""Times as services write them, moved and written in other ways, always in the form that they had."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Final

from treaty.contract.json_value import JsonValue, Number, decimal_of, is_number
from treaty.normalize.shapes import Shape, instant_of, shape_of

_UNITS: Final = (1, 1_000, 1_000_000, 1_000_000_000)
_OLDEST: Final = Decimal(900_000_000)
_NEWEST: Final = Decimal(5_000_000_000)
_ZONE: Final = re.compile(r"(Z|[+-]\d{2}:?\d{2}(:\d{2})?)$")
_FRACTION: Final = re.compile(r"\.(\d+)")
_NANOSECONDS: Final = 9


def unit_of(value: JsonValue) -> int:
    """Give how many units a second has in a number that can be an instant between 1998 and 2128, else 0."""
    if not is_number(value):
        return 0
    assert isinstance(value, (int, Number))
    number = decimal_of(value)
    return next((unit for unit in _UNITS if number.is_finite() and _OLDEST <= number / unit <= _NEWEST), 0)


def moved(value: JsonValue, span: timedelta) -> JsonValue:
    """Move a time; what is none stays."""
    unit = unit_of(value)
    if unit:
        assert isinstance(value, (int, Number))
        made = decimal_of(value) + Decimal(str(span.total_seconds())) * unit
        return int(made) if isinstance(value, int) else Number(format(made, "f"))
    if not isinstance(value, str):
        return value
    shape = shape_of(value)
    if shape is Shape.DATE:
        return _moved_date(value, span)
    instant = instant_of(value)
    if instant is None:
        return value
    if shape is Shape.HTTP_DATE:
        return format_datetime((instant + span).astimezone(UTC), usegmt=True)
    return written_like(value, instant + span)


def written_like(text: str, moment: datetime) -> str:
    """Write a moment with the separator, the length of the fraction and the offset that an RFC 3339 text has."""
    fraction = _FRACTION.search(text)
    zone = _ZONE.search(text[10:])
    written = moment.strftime(f"%Y-%m-%d{text[10]}%H:%M:%S")
    if fraction:
        written += "." + f"{moment.microsecond:06d}".ljust(_NANOSECONDS, "0")[: len(fraction[1])]
    return written + (zone[0] if zone else "")


def with_offset(text: str) -> str | None:
    """Write the same instant at two hours east of Greenwich; None for a text that has no offset."""
    zone = _ZONE.search(text[10:])
    instant = instant_of(text)
    if zone is None or instant is None or shape_of(text) is not Shape.TIMESTAMP:
        return None
    fraction = _FRACTION.search(text)
    local = instant.astimezone(UTC) + timedelta(hours=2)
    return local.strftime(f"%Y-%m-%d{text[10]}%H:%M:%S") + (fraction[0] if fraction else "") + "+02:00"


def with_fraction(text: str) -> str | None:
    """Write the same instant with a fraction of another length; None for what has no time of day."""
    if shape_of(text) is not Shape.TIMESTAMP:
        return None
    fraction = _FRACTION.search(text)
    if fraction:
        return text.replace(fraction[0], f"{fraction[0]}000"[: _NANOSECONDS + 1], 1)
    return text[:19] + ".000" + text[19:]


def without_zone(text: str) -> str | None:
    """Leave out the offset; None for a text that has none."""
    zone = _ZONE.search(text[10:])
    return text[: -len(zone[0])] if zone and shape_of(text) is Shape.TIMESTAMP else None


def as_epoch(text: str) -> int | None:
    """Give the instant as seconds since 1970; None for what is none."""
    instant = instant_of(text)
    return None if instant is None else int(instant.timestamp())


def _moved_date(text: str, span: timedelta) -> str:
    try:
        day = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (day + span).date().isoformat()
