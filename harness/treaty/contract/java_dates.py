"""Date patterns of Java (`java.time.format.DateTimeFormatter`), as Pact uses them: validating texts, writing moments.

Validation is a real parse: month 13, the 30th of February and hour 24 for ``HH`` fail. As in the official engine a
numeric field takes at least one digit, and at most as many as it may have.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

_MONTHS: Final = tuple(calendar.month_name)[1:]
_DAYS: Final = tuple(calendar.day_name)
_TOKEN: Final = re.compile(r"'((?:[^']|'')+)'|('')|([A-Za-z])\3*|([^A-Za-z0-9'{}\[\]]+)")

ISO_DATE: Final = "yyyy-MM-dd"
ISO_TIME: Final = "HH:mm:ss"
ISO_DATETIME: Final = "yyyy-MM-dd'T'HH:mm:ssXXX"


class DatePatternInvalid(ValueError):
    """A text is not a date pattern that we know."""


@dataclass(frozen=True, slots=True)
class Token:
    """A letter repeated `count` times, or literal text when `letter` is empty."""

    letter: str
    count: int
    text: str


@lru_cache(maxsize=512)
def parse_pattern(pattern: str) -> tuple[Token, ...]:
    """Split a pattern into its tokens.

    Raises:
        DatePatternInvalid: for a letter that means nothing, too many of one, or an unclosed quote.

    """
    tokens: list[Token] = []
    position = 0
    while position < len(pattern):
        found = _TOKEN.match(pattern, position)
        if not found:
            raise DatePatternInvalid(f"{pattern!r} cannot be read from {pattern[position:]!r} on")
        quoted, quote, letter, text = found.groups()
        if letter:
            count = found.end() - found.start()
            if letter not in _LONGEST or count > _LONGEST[letter]:
                raise DatePatternInvalid(f"{found[0]!r} means nothing in the pattern {pattern!r}")
            tokens.append(Token(letter, count, ""))
        else:
            literal = quoted.replace("''", "'") if quoted else "'" if quote else text
            tokens.append(Token("", 0, literal))
        position = found.end()
    if not tokens:
        raise DatePatternInvalid("the pattern is empty")
    return tuple(tokens)


_ANY_COUNT: Final = 99
_LONGEST: Final[Mapping[str, int]] = {
    **dict.fromkeys("yYuDSnAN", _ANY_COUNT),
    **dict.fromkeys("GMLEeQXxZ", 5),
    **dict.fromkeys("Oz", 4),
    **dict.fromkeys("wWFdhHkKmsqV", 2),
    **dict.fromkeys("ac", 1),
}

_RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "M": (1, 12),
    "L": (1, 12),
    "D": (1, 366),
    "d": (1, 31),
    "Q": (1, 4),
    "q": (1, 4),
    "w": (1, 56),
    "W": (1, 5),
    "F": (0, 4),
    "e": (1, 7),
    "c": (1, 7),
    "h": (1, 12),
    "H": (0, 23),
    "k": (1, 24),
    "K": (0, 11),
    "m": (0, 59),
    "s": (0, 60),
}


@dataclass(frozen=True, slots=True)
class _Validator:
    """A compiled pattern: the form of the whole text, and which group holds what."""

    form: re.Pattern[str]
    ranges: tuple[tuple[str, int, int], ...]
    year: str
    month: str
    day: str


@lru_cache(maxsize=512)
def _validator(pattern: str) -> _Validator:
    parts: list[str] = []
    ranges: list[tuple[str, int, int]] = []
    first: dict[str, str] = {}
    for position, token in enumerate(parse_pattern(pattern)):
        if not token.letter:
            parts.append(re.escape(token.text))
            continue
        group = f"g{position}"
        form = _form(token)
        parts.append(f"(?P<{group}>{form})")
        if token.letter in _RANGES and form.startswith(r"\d"):
            ranges.append((group, *_RANGES[token.letter]))
        first.setdefault("y" if token.letter in "yYu" else token.letter, group)
    return _Validator(
        form=re.compile("".join(parts)),
        ranges=tuple(ranges),
        year=first.get("y", ""),
        month=first.get("M", ""),
        day=first.get("d", ""),
    )


def validate(text: str, pattern: str) -> bool:
    """Tell whether a text is a moment in this pattern.

    Raises:
        DatePatternInvalid: when the pattern cannot be read.

    """
    validator = _validator(pattern)
    found = validator.form.fullmatch(text)
    if not found:
        return False
    if any(not low <= int(found[group]) <= high for group, low, high in validator.ranges):
        return False
    if not validator.day or not validator.month:
        return True
    year = int(found[validator.year]) if validator.year else 2001
    month = _month_number(found[validator.month])
    return int(found[validator.day]) <= calendar.monthrange(year, month)[1]


def _month_number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    return next(number for number, name in enumerate(_MONTHS, 1) if name.lower().startswith(text.lower()[:3]))


def _form(token: Token) -> str:
    """Give the regular expression of one token; repetitions never give back what they took."""
    special = _SPECIAL_FORMS.get(token.letter)
    if special is not None:
        return special(token.count)
    if token.letter in "yYuS":
        return rf"\d{{1,{token.count}}}+"
    if token.letter == "D":
        return r"\d{1,3}+"
    return r"\d++" if token.letter in "nAN" else r"\d{1,2}+"


def _names(names: tuple[str, ...], *, short: bool) -> str:
    return "(?i:" + "|".join(name[:3] if short else name for name in names) + ")"


def _month_form(count: int) -> str:
    return r"\d{1,2}+" if count <= 2 else _names(_MONTHS, short=count == 3)


def _day_number_form(count: int) -> str:
    return _names(_DAYS, short=count == 3) if count > 2 else r"\d"


def _quarter_form(count: int) -> str:
    if count < 3:
        return r"\d{1,2}+"
    return "(?i:Q[1-4])" if count == 3 else "(?i:(?:1st|2nd|3rd|4th) quarter)"


_MINUTE: Final = r"[0-5]\d"


def _offset_form(count: int) -> str:
    """Give the form of ``x``; ``X`` takes Z besides. Hours go to 18 as in Java (the official engine stops at 11)."""
    hour, minute = r"[+-](?:0\d|1[0-8])", _MINUTE
    forms = {
        1: rf"{hour}(?:{minute})?",
        2: rf"{hour}{minute}",
        3: rf"{hour}:{minute}",
        4: rf"{hour}{minute}(?:{minute})?",
        5: rf"{hour}:{minute}(?::{minute})?",
    }
    return forms[count]


def _offset_or_z_form(count: int) -> str:
    return f"(?:Z|{_offset_form(count)})"


def _zone_offset_form(count: int) -> str:
    """Give the form of ``Z``."""
    if count <= 3:
        return _offset_form(2)
    return f"(?:GMT|UTC)(?:{_offset_form(3)})?" if count == 4 else _offset_form(3)


def _localized_offset_form(count: int) -> str:
    hour = r"[+-](?:0\d|1[0-8]|\d)"
    return rf"(?:GMT|UTC){hour}(?::{_MINUTE})?" if count < 4 else rf"(?:GMT|UTC){hour}:{_MINUTE}"


_SPECIAL_FORMS: Final[Mapping[str, Callable[[int], str]]] = {
    "G": lambda _: "(?i:ad|bc)",
    "a": lambda _: "(?i:am|pm)",
    "M": _month_form,
    "E": lambda count: _names(_DAYS, short=count <= 3),
    "e": _day_number_form,
    "c": _day_number_form,
    "Q": _quarter_form,
    "x": _offset_form,
    "X": _offset_or_z_form,
    "Z": _zone_offset_form,
    "O": _localized_offset_form,
    "z": lambda count: "[A-Z]{3,4}" if count < 4 else r"[A-Za-z]+(?: [A-Za-z]+)*",
    "V": lambda _: rf"(?:[A-Za-z]+(?:/[A-Za-z0-9_+-]+)+|UTC|GMT|{_offset_or_z_form(3)})",
}


def write_moment(moment: datetime, pattern: str) -> str:
    """Write an aware moment in a pattern, in English.

    Raises:
        DatePatternInvalid: when the pattern cannot be read.

    """
    return "".join(_write(moment, token) if token.letter else token.text for token in parse_pattern(pattern))


def _write(moment: datetime, token: Token) -> str:
    letter, count = token.letter, token.count
    if letter in "Le" and not (letter == "e" and count > 2):
        # The official engine knows no names of L, and no leading zero of e.
        return str(moment.month).zfill(min(count, 2)) if letter == "L" else str(moment.isoweekday())
    if letter in _NUMBERS:
        return str(_NUMBERS[letter](moment)).zfill(count)
    if letter in "yuY":
        year = moment.isocalendar().year if letter == "Y" else moment.year
        return f"{year % 100:02d}" if count == 2 else str(year).zfill(count)
    if letter == "M":
        name = _MONTHS[moment.month - 1]
        return str(moment.month).zfill(count) if count <= 2 else name[:3] if count == 3 else name
    if letter in "Ece":
        name = _DAYS[moment.weekday()]
        return str(moment.isoweekday()) if letter == "c" else name[:3] if count <= 3 else name
    if letter == "S":
        return f"{moment.microsecond:06d}".ljust(count, "0")[:count]
    if letter in "Qq":
        quarter = (moment.month + 2) // 3
        names = ("1st", "2nd", "3rd", "4th")
        return (
            str(quarter).zfill(count) if count < 3 else f"Q{quarter}" if count == 3 else f"{names[quarter - 1]} quarter"
        )
    return _write_zone(moment, letter, count)


def _write_zone(moment: datetime, letter: str, count: int) -> str:
    if letter == "G":
        return "AD"
    if letter == "a":
        return "AM" if moment.hour < 12 else "PM"
    seconds = _offset_seconds(moment)
    sign, hours, minutes = "-" if seconds < 0 else "+", abs(seconds) // 3600, abs(seconds) // 60 % 60
    if letter in "zV":
        name = moment.tzname() or "UTC"
        return name if re.fullmatch("[A-Z]{3,4}", name) else "UTC"
    if letter == "O" or (letter == "Z" and count == 4):
        return f"GMT{sign}{hours:02d}:{minutes:02d}"
    if letter == "X" and not seconds:
        return "Z"
    if letter in "xX" and count == 1 and not minutes:
        return f"{sign}{hours:02d}"
    colon = ":" if (letter in "xX" and count in {3, 5}) or (letter == "Z" and count == 5) else ""
    return f"{sign}{hours:02d}{colon}{minutes:02d}"


def _offset_seconds(moment: datetime) -> int:
    offset = moment.utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _of_day(moment: datetime) -> int:
    """Give the microseconds since midnight."""
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1_000_000 + moment.microsecond


_NUMBERS: Final[Mapping[str, Callable[[datetime], int]]] = {
    "D": lambda moment: moment.timetuple().tm_yday,
    "d": lambda moment: moment.day,
    "w": lambda moment: moment.isocalendar().week,
    "W": lambda moment: (moment.day + 6) // 7,
    "F": lambda moment: (moment.day - 1) // 7,
    "h": lambda moment: (moment.hour + 11) % 12 + 1,
    "H": lambda moment: moment.hour,
    "k": lambda moment: (moment.hour + 23) % 24 + 1,
    "K": lambda moment: moment.hour % 12,
    "m": lambda moment: moment.minute,
    "s": lambda moment: moment.second,
    "n": lambda moment: moment.microsecond * 1000,
    "A": lambda moment: _of_day(moment) // 1000,
    "N": lambda moment: _of_day(moment) * 1000,
}
