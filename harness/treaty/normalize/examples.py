"""Canonical examples: what stands in a pact where the recorded value is not promised (DESIGN 4.9).

They are synthesised from identity and type, equal where the recorded ones were equal, and satisfy their own rules, so
that the same traffic gives the same bytes whatever its ids and times. Whole numbers are improbable, so that a verifier
that sets up no state fails rather than passes by chance.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

from treaty.contract.json_value import JsonValue, Number
from treaty.normalize.leaves import path_segments, split_url
from treaty.normalize.names import singular, words
from treaty.normalize.shapes import RARE, Shape, epoch_unit, instant_of, shape_of
from treaty.normalize.token_values import Token

FIRST_ID: Final = 9_007_001
ABSENT_ID: Final = 9_007_199
SHORTEST_INSIDE: Final = 3
"""Shorter values are not looked for inside longer texts: they would be found by chance."""
EPOCH_BASE: Final = datetime(2000, 1, 1, tzinfo=UTC)

_DOTS_OF_A_JWT: Final = 2
_LONG_COOKIE: Final = re.compile(r"(=\"?)([^;\"]{16,})")
_NEAR: Final = timedelta(seconds=90)
_DIGITS: Final = re.compile(r"\d+")


def token_example(token: Token, number: int) -> JsonValue:
    """Write a value of the token's form that carries a number."""
    value = token.value
    if token.moment is not None:
        return time_example(value, token.moment)
    if (token.unique and token.shape not in RARE) or isinstance(value, (bool, type(None), Number)):
        return value
    if isinstance(value, int):
        return number
    if not isinstance(value, str):
        raise TypeError(f"not an identifying value: {value!r}")
    if token.shape is Shape.UUID:
        return f"00000000-0000-4000-8000-{number:012d}"
    if token.shape is Shape.HEX:
        return str(number).rjust(len(value), "0")
    if token.shape is Shape.ULID:
        return str(number).rjust(26, "0")
    if token.shape in {Shape.OPAQUE, Shape.KEY}:
        return f"{token.shape.value}-{number}"
    return numbered_example(value, number)


def is_as_sent(token: Token) -> bool:
    """Tell whether a token is what a consumer chose to send, and no such value that is another one each time."""
    return token.location.startswith("request.") and token.shape not in RARE and token.moment is None


def general_example(token: Token) -> JsonValue:
    """Write the example of a token, were it the first of an interaction.

    A name that the consumer made up for what is absent is the same in each recording; a number may be any.
    """
    if token.absent:
        return token.value if token.shape is Shape.CODE else token_example(token, ABSENT_ID)
    return token.value if is_as_sent(token) else token_example(token, FIRST_ID)


def keeps_value(token: Token) -> bool:
    """Tell whether the example of a token is the recorded value, whatever that is."""
    if token.absent:
        return token.shape is Shape.CODE
    return is_as_sent(token) or isinstance(token.value, (bool, type(None), Number))


def numbered_example(text: str, number: int = FIRST_ID) -> str:
    """Put the number in place of the last run of digits, and ``1`` in place of others; without one, behind the text."""
    runs = list(_DIGITS.finditer(text))
    if not runs:
        return f"{text}-{number}"
    last = runs[-1]
    return _DIGITS.sub("1", text[: last.start()]) + str(number) + text[last.end() :]


def is_formed(value: JsonValue) -> bool:
    """Tell whether the stand-in of a secret has a form that readers may look at: an id, or parts as a JWT has them."""
    if not isinstance(value, str) or shape_of(value) in {Shape.UUID, Shape.HEX, Shape.EMAIL}:
        return True
    return _is_web_token(value)


def _is_web_token(value: str) -> bool:
    return value.startswith("eyJ") and value.count(".") >= _DOTS_OF_A_JWT


def secret_example(value: str) -> str:
    """Write a secret with the length and the form of its stand-in, whose classes of characters vary from run to run."""
    shape = shape_of(value)
    if shape is Shape.UUID:
        return f"00000000-0000-4000-8000-{FIRST_ID:012d}"
    if shape is Shape.HEX:
        return str(FIRST_ID).rjust(len(value), "0")
    if shape is Shape.EMAIL:
        return value
    if value.isdigit():
        return "1" * len(value)
    if _is_web_token(value):
        # Header and claims of a stand-in follow from their lengths.
        *readable, signature = value.split(".")
        return ".".join([*readable, _secret_text(len(signature))])
    return _secret_text(len(value))


def _secret_text(length: int) -> str:
    return ("secret" * (length // 6 + 1))[:length]


def credentials_example(header: str, value: str) -> str:
    """Write what an ``Authorization`` or ``Cookie`` header carries: a provider makes other ones for each run.

    Basic credentials stay, because consumers choose them, and short cookies: those may be settings that were declared
    harmless.
    """
    if header.lower() == "cookie":
        return _LONG_COOKIE.sub(lambda found: found[1] + secret_example(found[2]), value)
    if header.lower() != "authorization":
        return value
    scheme, blank, secret = value.rpartition(" ")
    return scheme + blank + secret_example(secret) if scheme.lower() != "basic" and " " not in scheme else value


def time_example(value: JsonValue, at: datetime) -> JsonValue:
    """Write an instant in the form of the recorded one: a fixed moment, shifted as far as the recorded lay ahead.

    Args:
        value: a time of any shape in `shapes.TIMES`.
        at: when the recorded value was sent (aware).

    """
    if isinstance(value, int):
        unit = epoch_unit(value, at)
        ahead = _ahead(datetime.fromtimestamp(value / unit, UTC), at)
        return int((EPOCH_BASE + ahead).timestamp()) * unit
    if isinstance(value, Number):
        return Number(f"{int(EPOCH_BASE.timestamp())}.0")
    text = str(value)
    if shape_of(text) is Shape.DATE:
        return _date_example(text, at)
    instant = instant_of(text)
    if instant is None:
        return "2000-01-01T00:00:00Z"
    moment = EPOCH_BASE + _ahead(instant, at)
    if shape_of(text) is Shape.HTTP_DATE:
        return format_datetime(moment, usegmt=True)
    return _rewrite(text, moment)


def _ahead(instant: datetime, at: datetime) -> timedelta:
    distance = instant - at
    if distance < _NEAR:
        return timedelta(0)
    return timedelta(minutes=round(distance.total_seconds() / 60))


def _date_example(text: str, at: datetime) -> str:
    try:
        day = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return "2000-01-01"
    ahead = max(0, (day.date() - at.date()).days)
    return (EPOCH_BASE + timedelta(days=ahead)).date().isoformat()


def _rewrite(text: str, moment: datetime) -> str:
    separator = text[10]
    fraction = re.search(r"\.(\d+)", text)
    zone = re.search(r"(Z|[+-]\d{2}:?\d{2}(:\d{2})?)$", text[11:])
    written = moment.strftime(f"%Y-%m-%d{separator}%H:%M:%S")
    if fraction:
        written += "." + "0" * (3 if len(fraction.group(1)) == 3 else 6)
    if zone:
        written += "Z" if zone.group(1) == "Z" else "+00:00"
    return written


@dataclass(slots=True, kw_only=True)
class Examples:
    """The examples of one interaction and its set-up: numbers tokens in the order in which they are asked for.

    Args:
        find: gives the token that an entity and a whole number in a text name, if any.

    """

    find: Callable[[str, int], Token | None]
    _given: dict[Token, JsonValue] = field(default_factory=dict)
    _count: int = 0

    def of_token(self, token: Token) -> JsonValue:
        """Give the example of a token; the same token always gives the same."""
        if token not in self._given:
            self._given[token] = self._new(token)
        return self._given[token]

    def apart(self) -> Examples:
        """Give a copy in which more tokens get examples, while these go on as they would have."""
        return replace(self, _given=dict(self._given))

    def _new(self, token: Token) -> JsonValue:
        if token.absent or is_as_sent(token):
            return general_example(token)
        self._count += 1
        return token_example(token, FIRST_ID + self._count - 1)

    def of_text(self, text: str) -> str:
        """Put examples in place of ids inside prose: ``order 12`` follows the order's id when that is a token here."""

        def swap(found: re.Match[str]) -> str:
            token = self.find(_last_word(found.group(1)), int(found.group(3)))
            if token is None:
                return found.group(0)
            return found.group(1) + found.group(2) + str(self.of_token(token))

        return re.sub(r"([A-Za-z]+)(\s*[#:]?\s*)(\d{1,18})", swap, text)

    def of_compound(self, text: str) -> str:
        """Put examples in place of the values of tokens inside a text, where they stand between other characters."""
        for token, example in self._given.items():
            if isinstance(token.value, str) and token.value != example:
                text = str(example).join(re.split(within(token.value), text))
        return text

    def of_url(self, text: str, provider: str) -> str:
        """Write an absolute or relative URL with the provider's name as authority and examples as path values."""
        parts = split_url(text)
        by_value = {str(token.value): str(example) for token, example in self._given.items()}
        path = "/".join(by_value.get(segment, segment) for segment in path_segments(parts.path))
        authority = f"{parts.scheme}://{provider}" if parts.scheme else ""
        return authority + "/" + path + (f"?{self._of_query(parts.query)}" if parts.query else "")

    def _of_query(self, query: str) -> str:
        """Put examples in place of the values of parameters that name a thing: ``author=7``, ``author_id=7``."""

        def swap(found: re.Match[str]) -> str:
            named = {singular(word) for word in words(found[1])}
            same = (token for token in self._given if str(token.value) == found[2] and token.name.entity in named)
            token = next(same, None)
            return found[0] if token is None else f"{found[1]}={self._given[token]}"

        return re.sub(r"([^&=]+)=([^&]*)", swap, query)


def within(value: str) -> str:
    """Give the regular expression that finds a value in a text, not in the middle of a longer word."""
    return rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])"


def _last_word(text: str) -> str:
    parts = words(text)
    return parts[-1] if parts else ""
