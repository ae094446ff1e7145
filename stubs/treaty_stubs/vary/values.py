"""Other values that the rules of a place accept."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from treaty.contract import java_dates
from treaty.contract import rules as kinds
from treaty.contract.json_value import JsonInvalid, JsonValue, Number, is_number, loads
from treaty.contract.regex_samples import sample
from treaty.contract.rules import Matcher
from treaty.contract.scopes import Rules
from treaty_stubs.render.created import maker
from treaty_stubs.render.times import read_moment

_TEXTS: Final = (
    "",
    "x",
    "  spaced  out  ",
    "Zoë Ωμέγα 日本語 🙂",
    "quo\"ted \\ and 'single'",
    "<b>bold</b> &amp; more",
    "two\nlines",
    "0",
    "null",
    "word " * 60,
)
"""Texts that consumers trip over; a rule that asks for a text accepts them all."""
_WHOLE: Final = (0, 1, 2**31 - 1, 2**31, 2**53 - 1)
_FRACTIONS: Final = ("0.0", "0.1", "1.10", "123456789.123456789", "1e3", "0.30000000000000004")
_MOST_DAYS: Final = 4000
_NULL_SHARE: Final = 0.3
_FIRST: Final = (
    kinds.Regex,
    kinds.Moment,
    kinds.Include,
    kinds.Semver,
    kinds.Boolean,
    kinds.Integer,
    kinds.Decimal,
    kinds.AnyNumber,
    kinds.NotEmpty,
    kinds.Type,
)
"""Matchers that say most come first: what one makes is held against all of them afterwards."""


def other_value(rules: Rules, value: JsonValue, chance: random.Random) -> JsonValue:
    """Draw a value for a place; the same one where there is no other that we know to make.

    It is likely to satisfy the rules, and has to be held against them.

    Args:
        rules: those that decide at the place.
        value: what stands there, not an object or a list.
        chance: where it is drawn from.

    """
    if rules.any_of and kinds.Null.name in rules.names and value is not None and chance.random() < _NULL_SHARE:
        return None
    matchers: list[Matcher] = [matcher for kind in _FIRST for matcher in rules.matchers if isinstance(matcher, kind)]
    if not matchers:
        return value
    matcher = chance.choice(matchers) if rules.any_of else matchers[0]
    return _by_matcher(matcher, value, chance)


def _by_matcher(matcher: Matcher, value: JsonValue, chance: random.Random) -> JsonValue:
    if isinstance(matcher, kinds.Regex):
        return _by_pattern(matcher.pattern, value, chance)
    if isinstance(matcher, kinds.Moment):
        pattern = matcher.pattern or _ISO_PATTERNS.get(type(matcher), "")
        with suppress(java_dates.DatePatternInvalid):
            return java_dates.write_moment(_some_time(chance), pattern) if pattern else _like(value, chance)
        return value
    if isinstance(matcher, kinds.Include):
        return f"{chance.choice(('', 'before '))}{matcher.value}{chance.choice(('', ' after'))}"
    make = _MADE.get(type(matcher))
    return _like(value, chance) if make is None else make(chance)


def _by_pattern(pattern: str, value: JsonValue, chance: random.Random) -> JsonValue:
    if isinstance(value, str) and read_moment(value) is not None:
        # A sample would soon be the thirtieth of February, which a pattern may accept and a consumer need not.
        return _like(value, chance)
    text = sample(pattern, chance)
    if text is None or isinstance(value, str):
        return value if text is None else text
    with suppress(JsonInvalid):
        made = loads(text)
        if is_number(made) == is_number(value):
            return made
    return value


def _like(value: JsonValue, chance: random.Random) -> JsonValue:
    """Draw another value of the type of one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, Number):
        return _fraction(chance)
    moment = read_moment(value)
    if moment is not None:
        return moment.write(_some_time(chance))
    make = maker(value)
    if isinstance(value, int):
        return chance.choice(_WHOLE) if make is None or chance.random() < 0.5 else make(chance)
    if not isinstance(value, str):
        return value
    return chance.choice(_TEXTS) if make is None else make(chance)


def _some_time(chance: random.Random) -> datetime:
    """Draw a time by the seed alone, so that a variation is the same on another day."""
    return datetime(2020, 1, 1, tzinfo=UTC) + timedelta(
        days=chance.randrange(_MOST_DAYS), milliseconds=chance.randrange(86_400_000)
    )


def _whole(chance: random.Random) -> JsonValue:
    return chance.choice(_WHOLE) if chance.random() < 0.5 else chance.randrange(10**7)


def _fraction(chance: random.Random) -> JsonValue:
    return Number(chance.choice(_FRACTIONS) if chance.random() < 0.5 else f"{chance.randrange(10**6) / 100:.2f}")


_ISO_PATTERNS: Final[Mapping[type[Matcher], str]] = {
    kinds.Date: java_dates.ISO_DATE,
    kinds.Time: java_dates.ISO_TIME,
    kinds.DateTime: java_dates.ISO_DATETIME,
}
_MADE: Final[Mapping[type[Matcher], Callable[[random.Random], JsonValue]]] = {
    kinds.Integer: _whole,
    kinds.Decimal: _fraction,
    kinds.AnyNumber: lambda chance: _whole(chance) if chance.random() < 0.5 else _fraction(chance),
    kinds.Boolean: lambda chance: chance.random() < 0.5,
    kinds.Semver: lambda chance: f"{chance.randrange(20)}.{chance.randrange(20)}.0-rc.{chance.randrange(9)}",
    kinds.NotEmpty: lambda chance: chance.choice(_TEXTS[1:]),
}
