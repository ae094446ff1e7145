"""The shape of a scalar: what kind of value a text or a number is, judged by its own form.

The shape is evidence, never a verdict: whether a value is promised exactly is decided in `promises` (DESIGN 4.2).
`Shape.KEY` is of no value by itself: it is that of keys which have no form in common (`key_forms`).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from functools import lru_cache
from itertools import pairwise
from typing import Final

from treaty.contract.json_value import JsonValue, Number


class Shape(enum.Enum):
    """The forms that a scalar can have."""

    NULL = "null"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    EPOCH = "epoch"
    UUID = "uuid"
    HEX = "hex"
    ULID = "ulid"
    OPAQUE = "opaque"
    TIMESTAMP = "timestamp"
    DATE = "date"
    HTTP_DATE = "http-date"
    EMAIL = "email"
    URL = "url"
    VERSION = "version"
    NUMBERED = "numbered"
    KEY = "key"
    CODE = "code"
    PROSE = "prose"
    EMPTY = "empty"

    # Members are themselves and nothing else; asking for the name of each, millions of times, takes long.
    __hash__ = object.__hash__


RARE: Final = frozenset({Shape.UUID, Shape.HEX, Shape.ULID, Shape.OPAQUE})
"""Shapes whose values speak for themselves: two equal ones are the same value, not chance."""

GIVEN: Final = RARE | {Shape.KEY}
"""Shapes of what a provider made up: nothing follows from the order of such values, or from what they are made of."""

TIMES: Final = frozenset({Shape.TIMESTAMP, Shape.DATE, Shape.HTTP_DATE, Shape.EPOCH})

TIMESTAMP_REGEX: Final = (
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[T ]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,9})?"
    r"(Z|[+-]\d{2}:?\d{2}(:\d{2})?)?"
)
"""RFC 3339 with any fraction and any offset, or none (naive)."""

ZONED_REGEX: Final = TIMESTAMP_REGEX.removesuffix("?")
"""RFC 3339: with an offset. Who reads a time without one takes it for another time."""

NAIVE_REGEX: Final = TIMESTAMP_REGEX.removesuffix(r"(Z|[+-]\d{2}:?\d{2}(:\d{2})?)?")
"""A time without an offset."""

DATE_REGEX: Final = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
HTTP_DATE_REGEX: Final = (
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} "
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT"
)
UUID_REGEX: Final = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
EMAIL_REGEX: Final = r"[^@\s]+@[^@\s]+"

_FORMS: Final = (
    (Shape.UUID, re.compile(UUID_REGEX)),
    (Shape.TIMESTAMP, re.compile(TIMESTAMP_REGEX)),
    (Shape.DATE, re.compile(DATE_REGEX)),
    (Shape.HTTP_DATE, re.compile(HTTP_DATE_REGEX)),
    (Shape.URL, re.compile(r"[a-z][a-z0-9+.-]*://\S+")),
    (Shape.EMAIL, re.compile(EMAIL_REGEX)),
    (Shape.VERSION, re.compile(r"v?\d+\.\d+(\.\d+)*([-+.]?[0-9A-Za-z]+)*")),
    (Shape.ULID, re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")),
)
_HEX: Final = re.compile(r"[0-9a-f]{12,}|[0-9A-F]{12,}")
_DIGEST_INSIDE: Final = re.compile(r"(?<![0-9A-Za-z])(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{32,}(?![0-9A-Za-z])")
"""A digest behind a word, as in ``basicauth:97bc77bd...``: its digits are no number."""
_WHOLE: Final = re.compile(r"\d+")
_LONG_DIGITS: Final = re.compile(r"\d{6,}")
_OPAQUE: Final = re.compile(r"(?=[^\s]*[A-Za-z])[A-Za-z0-9_\-+/=.~]{16,}")
_MIXED: Final = 0.3
"""How often a random text changes between upper and lower case and digits, by its length, at least; words do not."""
_HUMPS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_VOWELS: Final = re.compile(r"[aeiouyAEIOUY]")
_LONG_RUN: Final = 14
_CODE: Final = re.compile(r"[^\s<>{}]{1,64}")
_EPOCH_UNITS: Final = (1, 1_000, 1_000_000, 1_000_000_000)
_EPOCH_SPAN: Final = timedelta(days=400)
_BEYOND_EPOCHS: Final = 10**20
"""More nanoseconds than any instant has; larger numbers (``1e400``) need not be computed with."""


def shape_of(value: JsonValue, *, at: datetime | None = None) -> Shape:
    """Give the shape of a scalar.

    Args:
        value: a JSON scalar.
        at: when it was seen (aware); numbers near this instant in seconds, milli-, micro- or nanoseconds are epochs.

    """
    if value is None:
        return Shape.NULL
    if isinstance(value, bool):
        return Shape.BOOLEAN
    if isinstance(value, int):
        return Shape.EPOCH if at is not None and epoch_unit(value, at) else Shape.INTEGER
    if isinstance(value, Number):
        return Shape.EPOCH if at is not None and _is_epoch(value.value, at) else Shape.DECIMAL
    if isinstance(value, str):
        return _shape_of_text(value)
    raise TypeError(f"not a scalar: {type(value).__name__}")


@lru_cache(maxsize=65536)
def _shape_of_text(text: str) -> Shape:
    if not text:
        return Shape.EMPTY
    for shape, form in _FORMS:
        if form.fullmatch(text):
            return shape
    if any(character.isspace() for character in text) or "<" in text:
        return Shape.PROSE
    if _HEX.fullmatch(text) and not _WHOLE.fullmatch(text):
        return Shape.HEX
    if _OPAQUE.fullmatch(text) and _looks_random(text):
        return Shape.OPAQUE
    if _DIGEST_INSIDE.search(text):
        return Shape.OPAQUE
    if _LONG_DIGITS.search(text):
        return Shape.NUMBERED
    return Shape.CODE if _CODE.fullmatch(text) else Shape.PROSE


def is_numbered(value: JsonValue) -> bool:
    """Tell whether a text has a number in it, as codes of single things have (``D-15``), and words for a kind not."""
    return isinstance(value, str) and any(character.isdigit() for character in value)


def _looks_random(text: str) -> bool:
    """Tell tokens from readable names: few separators, and letters mixed with digits within one run."""
    for run in re.split(r"[_\-./+=~]", text):
        if len(run) < 10:
            continue
        if len(re.findall(r"[A-Za-z]\d|\d[A-Za-z]|[a-z][A-Z]", run)) >= 3 and re.search(r"\d", text):
            return True
        kinds = [character.isdigit() * 2 + character.isupper() for character in run]
        changes = sum(first != second for first, second in pairwise(kinds))
        if changes >= max(4, _MIXED * len(run)) and len(set(kinds)) > 1 and _is_unreadable(run):
            return True
        if len(run) >= _LONG_RUN and _is_shuffled(run):
            return True
    return False


def _is_shuffled(run: str) -> bool:
    """Tell whether capitals and digits stand where words have none: single letters, and capitals in a row, all over."""
    humps = _HUMPS.findall(run)
    odd = [hump for hump in humps if len(hump) < 3 or (len(hump) < 5 and not _VOWELS.search(hump)) or hump.isupper()]
    return len(odd) >= 4 and 2 * len(odd) > len(humps) and any(map(str.islower, run)) and any(map(str.isupper, run))


def _is_unreadable(run: str) -> bool:
    """Tell whether a run of letters and digits is no chain of words written with capitals."""
    humps = _HUMPS.findall(run)
    return len(run) / len(humps) < 2.5


def _is_epoch(value: Decimal, at: datetime) -> bool:
    return 0 < value < _BEYOND_EPOCHS and epoch_unit(int(value), at) > 0


def epoch_unit(value: int, at: datetime) -> int:
    """Give how many units a second has (1, 1000, ...) when the number is an instant within 400 days of `at`, else 0."""
    if not 0 < value < _BEYOND_EPOCHS:
        return 0
    for unit in _EPOCH_UNITS:
        if abs(value / unit - at.timestamp()) < _EPOCH_SPAN.total_seconds():
            return unit
    return 0


def timestamp_regex(texts: Collection[str]) -> str:
    """Give the regular expression of times: with an offset if all have one, without if none has."""
    if not texts:
        return TIMESTAMP_REGEX
    zoned = [re.fullmatch(ZONED_REGEX, text) is not None for text in texts]
    return ZONED_REGEX if all(zoned) else NAIVE_REGEX if not any(zoned) else TIMESTAMP_REGEX


def instant_of(text: str) -> datetime | None:
    """Parse an RFC 3339 time or an HTTP date; a time without an offset counts as UTC. None when it is neither."""
    if re.fullmatch(HTTP_DATE_REGEX, text):
        return parsedate_to_datetime(text)
    if not re.fullmatch(TIMESTAMP_REGEX, text):
        return None
    trimmed = re.sub(r"(\.\d{6})\d+", r"\1", text.replace(" ", "T", 1))
    try:
        instant = datetime.fromisoformat(trimmed)
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
