"""New values in the place of values that a consumer made up: unused, improbable, and of the recorded form."""

from __future__ import annotations

import re
import string
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from random import Random, SystemRandom
from threading import Lock
from typing import Final

from treaty.contract.json_value import JsonValue, Number

DERIVED: Final = "base64"
"""Follows from other values: the base64 of a text with ``${name}`` in it (Basic credentials, RFC 7617)."""

KINDS: Final = ("integer", "string", "uuid", "hex", "datetime", DERIVED)

_LOWEST_INTEGER: Final = 1_000_000_000
_HIGHEST_INTEGER: Final = 2**31 - 1
_VARIABLE: Final = re.compile(r"[A-Za-z1-9]")
_FILE: Final = re.compile(r"(.{2,}?)((?:\.tar)?\.[A-Za-z][A-Za-z0-9]{1,4})", re.DOTALL)
"""A name whose ending says what it is: that stays."""

_BASE: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""As which normalisation writes the present."""

_FARTHEST: Final = timedelta(days=366 * 10)
_MINUTE: Final = timedelta(minutes=1)
_ATTEMPTS: Final = 1000
_DATETIME: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:(?P<between>[T ])\d{2}:\d{2}(?::\d{2}(?:\.(?P<fraction>\d{1,9}))?)?"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_MINUTES_ONLY: Final = re.compile(r"[T ]\d{2}:\d{2}(?!:?\d|:)")


class MintingExhausted(ValueError):
    """A recorded value is so short that all its variants are used up, or its form is not the one that is claimed."""


class Minter:
    """Makes values that this process has not made before; for several threads at once.

    Args:
        random: the source of chance; the system's by default, so that two runs against one provider do not collide.
        now: the clock, with a time zone.

    """

    def __init__(self, *, random: Random | None = None, now: Callable[[], datetime] | None = None) -> None:
        self._random: Final = SystemRandom() if random is None else random
        self._now: Final = _utc_now if now is None else now
        self._used: Final[set[str]] = set()
        self._lock: Final = Lock()

    def mint(self, kind: str, like: JsonValue) -> JsonValue:
        """Make a new value.

        Args:
            kind: one of `KINDS` but `DERIVED`.
            like: the recorded value; strings keep its length, case and character classes.

        Raises:
            MintingExhausted: when no unused value of that form exists.

        """
        if kind == "integer":
            return int(self._unused(lambda: str(self._random.randint(_LOWEST_INTEGER, _HIGHEST_INTEGER)), "integer"))
        if kind == "datetime":
            return self._datetime(like)
        text = like if isinstance(like, str) else ""
        makers: dict[str, Callable[[], str]] = {
            "uuid": lambda: self._uuid(text),
            "hex": lambda: self._hex(text),
            "string": lambda: self._variant(text),
        }
        return self._unused(makers[kind], text)

    def _unused(self, make: Callable[[], str], like: str) -> str:
        for _ in range(_ATTEMPTS):
            value = make()
            with self._lock:
                if value != like and value not in self._used:
                    self._used.add(value)
                    return value
        raise MintingExhausted(f"no unused value of the form of {like!r} was found")

    def _uuid(self, like: str) -> str:
        made = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        if like and "-" not in like:
            made = made.replace("-", "")
        return made.upper() if like.isupper() else made

    def _hex(self, like: str) -> str:
        digits = "0123456789ABCDEF" if like.isupper() else "0123456789abcdef"
        return "".join(self._random.choice(digits) for _ in range(len(like) or 32))

    def _variant(self, like: str) -> str:
        file = None if "@" in like else _FILE.fullmatch(like)
        # An ending stays only where something is left to vary.
        stem = file[1] if file and _VARIABLE.search(file[1]) else ""
        local, at, domain = (stem, "", like[len(stem) :]) if stem else like.partition("@")
        varied = [self._vary(character, before) for before, character in zip(" " + local, local, strict=False)]
        return "".join(varied) + at + domain

    def _vary(self, character: str, before: str) -> str:
        """Choose another character of the same class; a number keeps its leading zero, or that it has none."""
        if character in string.ascii_lowercase:
            return self._random.choice(string.ascii_lowercase)
        if character in string.ascii_uppercase:
            return self._random.choice(string.ascii_uppercase)
        if character in string.digits and before in string.digits:
            return self._random.choice(string.digits)
        return self._random.choice("123456789") if character in "123456789" else character

    def _datetime(self, like: JsonValue) -> JsonValue:
        now = self._now() + _ahead(like)
        if isinstance(like, int) and not isinstance(like, bool):
            return _epoch(now, like)
        if isinstance(like, Number):
            return Number(f"{now.timestamp():.3f}")
        text = like if isinstance(like, str) else ""
        form = _DATETIME.fullmatch(text)
        if form is not None:
            return _in_form(now, text, form)
        if re.fullmatch(r"[A-Z][a-z]{2}, .* GMT", text):
            return format_datetime(now.astimezone(UTC), usegmt=True)
        raise MintingExhausted(f"{text!r} is not a date or a time of a known form")


def _ahead(like: JsonValue) -> timedelta:
    """Give how far ahead of now a time shall lie: as far as the recorded one stands behind the fixed moment."""
    try:
        instant = datetime.fromisoformat(like) if isinstance(like, str) else _BASE
    except ValueError:
        return timedelta(0)
    instant = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    ahead = instant - _BASE
    return ahead if timedelta(0) <= ahead <= _FARTHEST and ahead % _MINUTE == timedelta(0) else timedelta(0)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _epoch(now: datetime, like: int) -> int:
    """Seconds, milli-, micro- or nanoseconds: whichever the recorded number can only be."""
    seconds = now.timestamp()
    for factor in (10**9, 10**6, 10**3):
        if like > factor * 10**8:
            return int(seconds * factor)
    return int(seconds)


def _in_form(now: datetime, like: str, form: re.Match[str]) -> str:
    if form["between"] is None:
        return now.strftime("%Y-%m-%d")
    zone = form["zone"]
    local = now.astimezone(_zone(zone))
    text = local.strftime(f"%Y-%m-%d{form['between']}%H:%M")
    if not _MINUTES_ONLY.search(like):
        text += local.strftime(":%S")
    if form["fraction"] is not None:
        width = len(form["fraction"])
        text += "." + f"{local.microsecond:06d}".ljust(9, "0")[:width]
    return text + (zone or "")


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    sign = -1 if text.startswith("-") else 1
    digits = text[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
