"""Matching rules as values: matchers, lists of them, and the rules of one request, response or message.

Source: Pact specification V2 to V4, section "Matchers". How a rule is written in a file is known to `treaty.pactfile`,
what it accepts to the ``matching`` modules.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from treaty.contract.categories import Categories
from treaty.contract.generators import Generator
from treaty.contract.json_value import JsonValue


class Combine(enum.Enum):
    """How several matchers on one place are combined."""

    AND = "AND"
    OR = "OR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """One matcher; a subclass for each kind. Keys that we do not know are kept in `unknown`."""

    name: ClassVar[str] = ""
    unknown: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Equality(Matcher):
    """The value equals the example."""

    name = "equality"


@dataclass(frozen=True, slots=True, kw_only=True)
class Regex(Matcher):
    """The whole value, as text, matches a regular expression (Rust or Java syntax)."""

    name = "regex"
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Type(Matcher):
    """The value has the type of the example; on a list, `minimum` and `maximum` bound its length."""

    name = "type"
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Include(Matcher):
    """The value, as text, contains `value`."""

    name = "include"
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Integer(Matcher):
    """A number written without fraction and exponent; 1.0 is none."""

    name = "integer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decimal(Matcher):
    """A number written with a fraction or an exponent; 1 is none."""

    name = "decimal"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyNumber(Matcher):
    """Any number."""

    name = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Boolean(Matcher):
    """True or false."""

    name = "boolean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Null(Matcher):
    """JSON null."""

    name = "null"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Matcher):
    """A text that parses by a Java date pattern (`java_dates`); an empty pattern stands for the ISO form."""

    pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Date(Moment):
    """A date."""

    name = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Time(Moment):
    """A time of day."""

    name = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateTime(Moment):
    """A date with a time of day."""

    name = "datetime"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentType(Matcher):
    """Bytes whose content is of a media type, told by their beginning."""

    name = "contentType"
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Values(Matcher):
    """An object whose keys do not matter; its values follow the rules below it."""

    name = "values"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEmpty(Matcher):
    """A value of the type of the example that is not empty."""

    name = "notEmpty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Semver(Matcher):
    """A semantic version (semver.org 2.0.0)."""

    name = "semver"


STATUS_CLASSES: Final[Mapping[str, range]] = {
    "info": range(100, 200),
    "success": range(200, 300),
    "redirect": range(300, 400),
    "clientError": range(400, 500),
    "serverError": range(500, 600),
    "nonError": range(400),
    "error": range(400, 600),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCode(Matcher):
    """A status of a class (a key of `STATUS_CLASSES`), or one of a list."""

    name = "statusCode"
    status: str | tuple[int, ...] = "success"


@dataclass(frozen=True, slots=True, kw_only=True)
class EachKey(Matcher):
    """Every key of an object satisfies all `rules`."""

    name = "eachKey"
    rules: tuple[Matcher, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EachValue(Matcher):
    """Every value of an object or list satisfies all `rules`."""

    name = "eachValue"
    rules: tuple[Matcher, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One element that a list must contain: the example at `index`, under rules relative to that element."""

    index: int
    rules: Mapping[str, RuleList] = field(default_factory=dict)
    generators: Mapping[str, Generator] = field(default_factory=dict)
    unknown: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayContains(Matcher):
    """A list that holds, in any order and among others, an element for each variant."""

    name = "arrayContains"
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginMatcher(Matcher):
    """A matcher that only a plugin knows; nothing matches it here."""

    name = "plugin"
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleList:
    """The matchers of one place."""

    matchers: tuple[Matcher, ...]
    combine: Combine = Combine.AND
    unknown: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingRules(Categories[RuleList]):
    """The rules of one request, response or message."""


NO_RULES: Final = MatchingRules()


def rule_list(*matchers: Matcher, combine: Combine = Combine.AND) -> RuleList:
    """Build a rule list from its matchers."""
    return RuleList(matchers=matchers, combine=combine)
