"""Changes of a reply: what they are called, whether they break a promise, and which rule sees them."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from treaty.strength.reply import Case


class Harm(enum.Enum):
    """Changes that break a promise; the value is the name in reports."""

    DROPPED = "field dropped"
    RENAMED = "field renamed"
    NULLED = "value nulled"
    FILLED = "null filled"
    RETYPED = "type changed"
    NESTED = "value nested"
    WRAPPED = "body wrapped"
    EMPTIED = "list emptied"
    SHORTENED = "element dropped"
    BODILESS = "body gone"
    ANYTHING = "body replaced by anything"
    FLIPPED = "boolean flipped"
    WORD = "code word changed"
    CASE = "code word in other case"
    VALUE = "value changed"
    OTHER_ID = "another id than asked for"
    SWAPPED = "ids swapped"
    PRECISION = "precision changed"
    UNIT = "unit changed"
    FORMAT = "format broken"
    ZONE_DROPPED = "time zone dropped"
    SHIFTED = "time shifted by a zone"
    INCLUDED = "input in a text changed"
    STATUS = "status changed"
    MEDIA_TYPE = "media type changed"
    HEADER_GONE = "header dropped"
    HEADER = "header changed"
    ENCODING = "encoding changed"


class Harmless(enum.Enum):
    """Changes that a healthy provider may make at any time; the value is the name in reports."""

    FIELD = "field added"
    KEYS = "keys reordered"
    LIST = "unordered list reordered"
    MEMBER = "element of others added"
    IDS = "other ids"
    TIMES = "other times"
    SPELLING = "other spelling of a time"
    NUMBER = "other spelling of a number"
    PROSE = "prose reworded"
    HEADERS = "headers in other order and case"
    MORE_HEADERS = "other and more headers"
    WHITESPACE = "other white space"
    CHARSET = "charset named"


RULES: dict[Harm, str] = {
    Harm.DROPPED: "keep the field in the example: the body is compared key by key",
    Harm.RENAMED: "keep the field in the example: the body is compared key by key",
    Harm.NULLED: "a matcher of its type without an alternative that is null",
    Harm.FILLED: "equality with null (no matcher at all)",
    Harm.RETYPED: "a matcher of its type: integer, decimal, boolean, or type",
    Harm.NESTED: "a matcher of its type",
    Harm.WRAPPED: "keep the fields in the example",
    Harm.EMPTIED: "type with min 1, or an example of the list",
    Harm.SHORTENED: "the list without a matcher, or type with min",
    Harm.BODILESS: "an example of the body",
    Harm.ANYTHING: "an example of the body",
    Harm.FLIPPED: "equality (no matcher at all)",
    Harm.WORD: "equality, or a regex of the words that may come",
    Harm.CASE: "equality, or a regex of the words that may come",
    Harm.VALUE: "equality, or for Treaty the cause echo or carried with its source",
    Harm.OTHER_ID: "for Treaty the cause echo or carried with its source",
    Harm.SWAPPED: "for Treaty the cause echo or carried with its source",
    Harm.PRECISION: "equality, or number and a regex of its spellings",
    Harm.UNIT: "equality, or number and a regex of its spellings; for times the cause clock",
    Harm.FORMAT: "a regex of the form",
    Harm.ZONE_DROPPED: "a regex that demands an offset",
    Harm.SHIFTED: "for Treaty the cause clock, with a state that makes what the answer is about",
    Harm.INCLUDED: "include, or a regex around it; for Treaty the cause echo with its source",
    Harm.STATUS: "the status itself (no matcher for it)",
    Harm.MEDIA_TYPE: "the header Content-Type",
    Harm.HEADER_GONE: "the header in the example",
    Harm.HEADER: "a regex of the header's value",
    Harm.ENCODING: "the header Content-Type, and an example of the body",
}
"""Which rule would catch a change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One changed reply.

    Attributes:
        kind: what was done.
        location: where, as in reports of `verify`: ``status``, ``header.NAME``, ``body.$.id``.
        before: what stood there, for people.
        after: what stands there now.
        because: why it can be a break, or why it is none.
        case: the reply, with what it is held against.

    """

    kind: Harm | Harmless
    location: str
    before: str
    after: str
    because: str
    case: Case

    @property
    def is_harmful(self) -> bool:
        """Whether a contract should notice."""
        return isinstance(self.kind, Harm)
