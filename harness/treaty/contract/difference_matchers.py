"""The order on matchers, as a table: what each accepts of every kind of JSON value, and of texts.

One list of matchers lies within another when it does so for every kind of value (`find_value_outside`). The table
follows `matching_values.json_test` and `text_test`; a matcher sees a value as a text (`plain_text`), so that a regular
expression for digits accepts ``12`` and ``"12"``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from treaty.contract import java_dates
from treaty.contract import rules as kinds
from treaty.contract.difference_formulas import ALL, NOTHING, Either, Every, Formula, literal, matching, named, unknown
from treaty.contract.json_value import JsonValue, Number, dumps
from treaty.contract.matching_values import default_pattern, kind_of, shortest
from treaty.contract.rules import Matcher

KINDS: Final = ("string", "integer", "decimal", "boolean", "null", "object", "array")
"""The kinds of JSON values; numbers are told apart by how they are written."""

_ANY_TEXT: Final = r"[\s\S]*"
DOMAINS: Final[Mapping[str, Formula]] = {
    "string": ALL,
    "integer": matching("0|-?[1-9][0-9]*"),
    "decimal": named(
        ("domain", "decimal"),
        # Whole numbers of very many digits are kept as they are written, too (`json_value.loads`).
        r"-?(0|[1-9][0-9]*)(\.[0-9]+([eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)|-?[1-9][0-9]{40,}",
    ),
    "boolean": matching("true|false"),
    "null": matching("null"),
    "object": named(("domain", "object"), r"\{" + _ANY_TEXT + r"\}"),
    "array": named(("domain", "array"), r"\[" + _ANY_TEXT + r"\]"),
}
"""The texts as which values of each kind are seen; those that are not exact hold others, too."""

_SEMVER_PART: Final = "(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_SEMVER: Final = (
    r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"
    rf"(-{_SEMVER_PART}(\.{_SEMVER_PART})*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?"
)
_DECIMAL: Final = (
    r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
    "|[+-]?([iI][nN][fF]([iI][nN][iI][tT][yY])?|[nN][aA][nN])"
)
_TRUTH: Final = matching("true|false")
_NOT_EMPTY: Final = matching(r"[\s\S]+")


def accepts_of_kind(matcher: Matcher, example: JsonValue, kind: str) -> Formula:
    """Say which values of a kind a matcher accepts at a leaf with this example."""
    match matcher:
        case kinds.Equality() | kinds.Values():
            return exactly(example) if kind_of_leaf(example) == kind else NOTHING
        case kinds.Type():
            return _yes(_type_name(kind) == kind_of(example))
        case kinds.Regex() | kinds.Include() | kinds.Moment():
            return accepts_text(matcher, "")
        case kinds.Semver():
            return matching(_SEMVER) if kind == "string" else NOTHING
        case kinds.Integer():
            return _yes(kind == "integer")
        case kinds.Decimal():
            return _yes(kind == "decimal")
        case kinds.AnyNumber():
            return _yes(kind in {"integer", "decimal"})
        case kinds.Boolean():
            return _TRUTH if kind == "string" else _yes(kind == "boolean")
        case kinds.Null():
            return _yes(kind == "null")
        case kinds.NotEmpty():
            return _not_empty(kind)
        case kinds.ContentType():
            return unknown("contentType", matcher.value)
        case kinds.PluginMatcher():
            return NOTHING
    return ALL


def _yes(answer: bool) -> Formula:  # noqa: FBT001 - a question's answer
    return ALL if answer else NOTHING


def _type_name(kind: str) -> str:
    return "number" if kind in {"integer", "decimal"} else kind


def _not_empty(kind: str) -> Formula:
    if kind == "string":
        return _NOT_EMPTY
    if kind in {"object", "array"}:
        return unknown("notEmpty")
    return _yes(kind != "null")


def kind_of_leaf(value: JsonValue) -> str:
    """Name the kind of a value, out of `KINDS`."""
    if isinstance(value, Number):
        return "decimal"
    kind = kind_of(value)
    return "integer" if kind == "number" else kind


def exactly(value: JsonValue) -> Formula:
    """Give the set of one value, as a text."""
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, (Mapping, Sequence)):
        return unknown("json", dumps(value, sort_keys=True))
    if not isinstance(value, Number):
        return literal(dumps(value))
    sign, digits, exponent = value.value.as_tuple()
    if not isinstance(exponent, int):
        return unknown("number", value.text)
    significant = "".join(map(str, digits)).rstrip("0")
    name = ("number", str(sign), significant, str(exponent + len(digits) - len(significant)))
    # Equal numbers may be written in several ways, and unequal ones may look the same when they are long.
    if float(value.value) in {0.0, float("inf"), float("-inf")}:
        return unknown(*name)
    return named(name, re.escape(shortest(value)))


def accepts_text(matcher: Matcher, example: str, *, of_list: bool = True) -> Formula:  # noqa: PLR0912 - a table
    """Say which texts a matcher accepts where the example is a text.

    Args:
        matcher: the matcher.
        example: what `equality` demands.
        of_list: at a parameter or header, where `eachValue` speaks of each text; not for keys.

    """
    match matcher:
        case kinds.Equality() | kinds.Values():
            return literal(example)
        case kinds.Type():
            return ALL
        case kinds.Regex():
            return matching(matcher.pattern)
        case kinds.Include():
            return _including(matcher.value)
        case kinds.AnyNumber() | kinds.Decimal():
            return matching(_DECIMAL)
        case kinds.Integer():
            return matching(r"\+?[0-9]+")
        case kinds.Boolean():
            return _TRUTH
        case kinds.Moment():
            return _moment(matcher)
        case kinds.NotEmpty():
            return _NOT_EMPTY
        case kinds.Semver():
            return matching(_SEMVER)
        case kinds.StatusCode():
            return named(("statusCode", repr(matcher.status)), r"\d+")
        case kinds.ContentType():
            return unknown("contentType", matcher.value)
        case kinds.EachValue() if of_list:
            return Every(tuple(accepts_text(rule, example, of_list=False) for rule in matcher.rules))
        case kinds.ArrayContains() if of_list:
            return unknown("arrayContains", example, repr(matcher.variants))
    return NOTHING


def _including(text: str) -> Formula:
    return named(("include", text), _ANY_TEXT + re.escape(text) + _ANY_TEXT, exact=True)


def _moment(matcher: kinds.Moment) -> Formula:
    pattern = matcher.pattern or default_pattern(matcher)
    try:
        tokens = java_dates.parse_pattern(pattern)
    except java_dates.DatePatternInvalid:
        return NOTHING
    return named(("moment", pattern), "".join(_moment_part(token) for token in tokens))


def _moment_part(token: java_dates.Token) -> str:
    """Bound what one token of a date pattern takes."""
    letter, count = token.letter, token.count
    if not letter:
        return re.escape(token.text)
    if letter in "yYuS":
        return rf"\d{{1,{min(count, 30)}}}" if count <= 30 else r"\d+"
    if letter in "DnAN":
        return r"\d+"
    if letter in "xX" or (letter == "Z" and count != 4):
        return r"(Z|[+-][\d:]+)"
    if letter in "LwWFdhHkKmsq" or (letter in "MQ" and count <= 2):
        return r"\d{1,2}"
    return ".+"


def combined(parts: Sequence[Formula], *, any_of: bool) -> Formula:
    """Combine what matchers say by AND or OR; no matcher at all accepts everything."""
    if len(parts) == 1:
        return parts[0]
    return Either(tuple(parts)) if any_of and parts else Every(tuple(parts))
