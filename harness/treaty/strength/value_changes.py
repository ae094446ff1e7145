"""Other values for one scalar of an answer, as services break: another word, another unit, another form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Final

from treaty.contract.json_value import JsonValue, Number, decimal_of, is_number
from treaty.normalize.shapes import Shape
from treaty.strength.change import Harm
from treaty.strength.evidence import Judged, Role, has_form
from treaty.strength.places import same
from treaty.strength.times import as_epoch, moved, unit_of, without_zone

_ZONE_AWAY: Final = timedelta(hours=2)
_NUMERIC: Final = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,18})?")
_IDENTITIES: Final = frozenset({Role.ECHO, Role.CARRIED, Role.CREATED})
_MOST_DIGITS: Final = 30


def value_changes(judged: Judged) -> Iterator[tuple[Harm, JsonValue]]:
    """Give harmful values for a scalar; each kind at most a few times, none equal to what is there.

    Which of them there are depends on what the scalar is: of a value that is not promised only the type counts.
    """
    for kind, value in _all(judged):
        if not same(value, judged.value):
            yield kind, value


def _all(judged: Judged) -> Iterator[tuple[Harm, JsonValue]]:
    value = judged.value
    if value is None:
        if judged.exact:
            yield Harm.FILLED, "filled"
        return
    yield Harm.NULLED, None
    yield Harm.NESTED, {"value": value}
    yield from _retyped(judged)
    if isinstance(value, bool):
        if judged.exact:
            yield Harm.FLIPPED, not value
    elif is_number(value):
        yield from _numbers(judged)
    elif isinstance(value, str):
        yield from _texts(judged, value)


def _retyped(judged: Judged) -> Iterator[tuple[Harm, JsonValue]]:
    value = judged.value
    yield Harm.RETYPED, [value]
    if isinstance(value, bool):
        yield Harm.RETYPED, "true" if value else "false"
    elif isinstance(value, int):
        yield Harm.RETYPED, str(value)
        if judged.role in _IDENTITIES:
            yield Harm.RETYPED, Number(f"{value}.5")
    elif isinstance(value, Number):
        yield Harm.RETYPED, value.text
    elif isinstance(value, str) and _NUMERIC.fullmatch(value):
        yield Harm.RETYPED, Number(value) if "." in value else int(value)
    elif isinstance(value, str):
        yield Harm.RETYPED, 7


def _numbers(judged: Judged) -> Iterator[tuple[Harm, JsonValue]]:
    value = judged.value
    assert isinstance(value, (int, Number))
    if judged.role is Role.CLOCK or (judged.shape is Shape.EPOCH and unit_of(value)):
        yield from _epochs(value)
        return
    if not judged.exact:
        return
    if judged.role in _IDENTITIES and isinstance(value, int):
        yield Harm.OTHER_ID, value + 1
        return
    number = decimal_of(value)
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        return
    if judged.role is Role.CODE:
        yield Harm.WORD, value + 1 if isinstance(value, int) else Number(format(number + 1, "f"))
        return
    kind = Harm.OTHER_ID if judged.role is Role.CARRIED else Harm.VALUE
    yield kind, int(number) + 1 if isinstance(value, int) else Number(format(number + 1, "f"))
    yield Harm.PRECISION, Number(format(number + Decimal("0.0000001"), "f"))
    yield Harm.UNIT, _scaled(value, Decimal(100))
    yield Harm.UNIT, _scaled(value, Decimal("0.001"))


def _epochs(value: int | Number) -> Iterator[tuple[Harm, JsonValue]]:
    unit = unit_of(value)
    if not unit:
        return
    yield Harm.UNIT, _scaled(value, Decimal(1000)) if unit < 10**9 else _scaled(value, Decimal("0.000001"))
    yield Harm.UNIT, _scaled(value, Decimal("0.001"))
    yield Harm.SHIFTED, moved(value, _ZONE_AWAY)


def _scaled(value: int | Number, factor: Decimal) -> JsonValue:
    made = decimal_of(value) * factor
    return int(made) if isinstance(value, int) and made == made.to_integral_value() else Number(format(made, "f"))


def _texts(judged: Judged, value: str) -> Iterator[tuple[Harm, JsonValue]]:
    if judged.role is Role.CODE:
        yield Harm.WORD, "something_else"
        yield Harm.WORD, f"{value}_2"
        yield Harm.CASE, value.swapcase()
    elif judged.exact:
        kind = Harm.VALUE if judged.role is Role.GIVEN else Harm.OTHER_ID
        yield kind, _neighbour(value)
    if judged.role is Role.CLOCK or judged.shape in {Shape.TIMESTAMP, Shape.DATE, Shape.HTTP_DATE}:
        yield from _times(judged, value)
    elif has_form(judged.shape) and judged.role is not Role.SECRET:
        yield Harm.FORMAT, "not what it was"
        yield from _broken(judged.shape, value)


def _neighbour(value: str) -> str:
    """Give another text of the same form: the last letter or digit is another one."""
    for position in range(len(value) - 1, -1, -1):
        character = value[position]
        other = "1" if character == "0" else "0" if character.isdigit() else "b" if character == "a" else "a"
        if character.isascii() and character.isalnum():
            return value[:position] + other + value[position + 1 :]
    return f"{value}x"


def _times(judged: Judged, value: str) -> Iterator[tuple[Harm, JsonValue]]:
    epoch = as_epoch(value)
    if epoch is not None:
        yield Harm.FORMAT, epoch
        yield Harm.FORMAT, str(epoch)
    yield Harm.FORMAT, "04.03.2031"
    if judged.shape is Shape.DATE:
        yield Harm.FORMAT, f"{value}T00:00:00Z"
        return
    yield Harm.FORMAT, "Tue Mar  4 05:06:07 2031"
    naive = without_zone(value)
    if naive is not None:
        yield Harm.ZONE_DROPPED, naive
    if judged.role is Role.CLOCK:
        yield Harm.SHIFTED, moved(value, _ZONE_AWAY)


def _broken(shape: Shape, value: str) -> Iterator[tuple[Harm, JsonValue]]:
    match shape:
        case Shape.UUID:
            yield Harm.FORMAT, value.replace("-", "")
            yield Harm.FORMAT, value[:-1]
        case Shape.HEX:
            yield Harm.FORMAT, f"{value[:-1]}z"
            yield Harm.FORMAT, value[:-1]
        case Shape.ULID:
            yield Harm.FORMAT, value[:-1]
        case Shape.EMAIL:
            yield Harm.FORMAT, value.replace("@", " at ")
        case Shape.URL:
            yield Harm.FORMAT, value.partition("://")[2]
