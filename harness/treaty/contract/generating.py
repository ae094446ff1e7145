"""Making the values that generators stand for, with an injected source of chance, time and provider state."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final
from uuid import UUID

from treaty.contract import generators as kinds
from treaty.contract import java_dates
from treaty.contract.date_expressions import ExpressionInvalid, move_date, move_moment, move_time
from treaty.contract.generators import Generator
from treaty.contract.json_value import JsonValue, Number, dumps
from treaty.contract.regex_samples import sample
from treaty.contract.regexes import first_group

_REFERENCE: Final = re.compile(r"\$\{([^}]*)\}")
"""A name in an expression of the standard part of a pact; unlike in our set-up steps there is no way to escape it."""


class ValueMissing(KeyError):
    """A provider state did not return a value that a generator names; the argument is the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where values come from.

    Attributes:
        random: the source of chance; a seeded one repeats itself.
        clock: gives the present as an aware moment.
        state: what the provider states returned.
        lenient: a value that the states did not return leaves the example, instead of raising `ValueMissing`.
        base_url: what stands before the path in `MockServerURL`; empty leaves the example.

    """

    random: Random
    clock: Callable[[], datetime]
    state: Mapping[str, JsonValue] = field(default_factory=dict)
    lenient: bool = False
    base_url: str = ""


def generate(generator: Generator, example: JsonValue, source: Source) -> JsonValue:
    """Make a value in place of an example; a number stays a number, a text stays a text.

    What cannot be made (an unknown date pattern, a generator of a plugin) leaves the example.

    Raises:
        ValueMissing: when the provider states did not return what is asked for, unless `source` is lenient.

    """
    match generator:
        case kinds.RandomInt():
            low, high = sorted((generator.minimum, generator.maximum))
            return _like(example, str(source.random.randint(low, high)))
        case kinds.RandomDecimal():
            return _like(example, _decimal(generator.digits, source.random))
        case kinds.RandomHexadecimal():
            return "".join(source.random.choices("0123456789ABCDEF", k=_bounded(generator.digits)))
        case kinds.RandomString():
            letters = string.ascii_letters + string.digits
            return "".join(source.random.choices(letters, k=_bounded(generator.size)))
        case kinds.RegexText():
            made = sample(generator.pattern, source.random)
            return example if made is None else made
        case kinds.Uuid():
            return _uuid(generator.format, source.random)
        case kinds.Moment():
            return _moment(generator, example, source)
        case kinds.RandomBoolean():
            return source.random.random() < 0.5
        case kinds.FromProviderState():
            return _from_state(generator, example, source)
        case kinds.MockServerUrl():
            return _url(generator, example, source)
    return example


def _like(example: JsonValue, digits: str) -> JsonValue:
    """Give digits as a text where the example is a text, else as a number."""
    if isinstance(example, str):
        return digits
    return Number(digits) if "." in digits else int(digits)


def _bounded(length: int) -> int:
    return max(0, min(length, 100_000))


def _decimal(digits: int, random: Random) -> str:
    count = max(2, _bounded(digits))
    whole = random.randint(1, count - 1)
    first = random.choice("123456789") if whole > 1 else random.choice(string.digits)
    text = first + "".join(random.choices(string.digits, k=count - 1))
    return f"{text[:whole]}.{text[whole:]}"


def _uuid(form: str, random: Random) -> str:
    value = UUID(int=random.getrandbits(128), version=4)
    if form == "simple":
        return value.hex
    if form == "upper-case-hyphenated":
        return str(value).upper()
    return value.urn if form == "URN" else str(value)


def _moment(generator: kinds.Moment, example: JsonValue, source: Source) -> JsonValue:
    defaults: dict[type[kinds.Moment], tuple[Callable[[datetime, str], datetime], str]] = {
        kinds.DateNow: (move_date, java_dates.ISO_DATE),
        kinds.TimeNow: (move_time, java_dates.ISO_TIME),
    }
    move, default = defaults.get(type(generator), (move_moment, java_dates.ISO_DATETIME))
    try:
        moved = move(source.clock(), generator.expression)
        return java_dates.write_moment(moved, generator.pattern or default)
    except (ExpressionInvalid, java_dates.DatePatternInvalid):
        return example


def _from_state(generator: kinds.FromProviderState, example: JsonValue, source: Source) -> JsonValue:
    expression = generator.expression
    try:
        return _convert(resolve(expression, source.state), generator.data_type)
    except ValueMissing:
        if source.lenient:
            return example
        raise


def resolve(expression: str, state: Mapping[str, JsonValue]) -> JsonValue:
    """Fill in an expression: a bare name, or a text with ``${name}``; a text that is only that keeps the value's type.

    Raises:
        ValueMissing: when a name has no value.

    """
    if "${" not in expression:
        return _value(expression, state)
    alone = _REFERENCE.fullmatch(expression)
    if alone:
        return _value(alone[1], state)
    return _REFERENCE.sub(lambda found: _as_text(_value(found[1], state)), expression)


def _value(name: str, state: Mapping[str, JsonValue]) -> JsonValue:
    if name not in state:
        raise ValueMissing(name)
    return state[name]


def _as_text(value: JsonValue) -> str:
    return value if isinstance(value, str) else dumps(value)


def _convert(value: JsonValue, data_type: str) -> JsonValue:
    """Give a value the type that a generator names; what cannot be converted stays."""
    text = _as_text(value)
    try:
        match data_type.upper():
            case "STRING":
                return text
            case "INTEGER":
                return int(text) if isinstance(value, (str, int)) else int(float(text))
            case "DECIMAL" | "FLOAT":
                made = value if isinstance(value, Number) else Number(repr(float(text)))
                return made if made.value.is_finite() else value
            case "BOOLEAN" if text in {"true", "false"}:
                return text == "true"
    except (ValueError, OverflowError):
        return value
    return value


def _url(generator: kinds.MockServerUrl, example: JsonValue, source: Source) -> JsonValue:
    """Put the base address before what the group of the pattern keeps of the example."""
    if not source.base_url or not generator.pattern:
        return example
    kept = first_group(generator.pattern, generator.example or (example if isinstance(example, str) else ""))
    return example if kept is None else source.base_url.rstrip("/") + "/" + kept.lstrip("/")
