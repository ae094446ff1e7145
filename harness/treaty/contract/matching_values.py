"""What each matcher says of one value: JSON values, texts and bytes (Pact specification V2 to V4, "Matchers").

The semantics are those of the official engine: a regular expression matches the whole value, `type` rejects null,
``1.0`` is no integer. A test gives None when the value is accepted, else the reason as a sentence.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final, TypeAlias

from treaty.contract import java_dates
from treaty.contract import rules as kinds
from treaty.contract.json_value import JsonValue, Number, dumps
from treaty.contract.magic import is_of_type, media_type_of
from treaty.contract.mismatch import cut, show
from treaty.contract.regexes import RegexInvalid, full_matcher
from treaty.contract.rules import Matcher

JsonTest: TypeAlias = Callable[[JsonValue, JsonValue], str | None]
"""Takes the example and what came; gives None, or why it is not accepted."""

TextTest: TypeAlias = Callable[[str, str], str | None]
"""The same for texts."""

_SEMVER: Final = re.compile(
    r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)"
    r"(?:-(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)
_DECIMAL_TEXT: Final = re.compile(
    r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:inf|infinity|nan)", re.ASCII | re.IGNORECASE
)
_INTEGER_TEXT: Final = re.compile(r"\+?\d+", re.ASCII)


def describe_rule(matcher: Matcher) -> str:
    """Name a matcher with what it was given, for people."""
    match matcher:
        case kinds.Regex():
            return f"regex {cut(matcher.pattern)}"
        case kinds.Include() | kinds.ContentType():
            return f"{matcher.name} {cut(matcher.value)}"
        case kinds.Moment():
            return f"{matcher.name} {cut(matcher.pattern or default_pattern(matcher))}"
        case kinds.Type() if matcher.minimum is not None or matcher.maximum is not None:
            bounds = ("" if bound is None else str(bound) for bound in (matcher.minimum, matcher.maximum))
            return f"type {'..'.join(bounds)}"
        case kinds.StatusCode():
            status = matcher.status
            return f"statusCode {status if isinstance(status, str) else ', '.join(map(str, status))}"
        case kinds.PluginMatcher():
            return f"{matcher.kind} (of a plugin)"
    return matcher.name


def default_pattern(matcher: kinds.Moment) -> str:
    """Give the ISO pattern that stands for an empty one."""
    if isinstance(matcher, kinds.Date):
        return java_dates.ISO_DATE
    return java_dates.ISO_TIME if isinstance(matcher, kinds.Time) else java_dates.ISO_DATETIME


# --- JSON ---------------------------------------------------------------------------------------------------------


def json_test(matcher: Matcher) -> JsonTest:
    """Compile a matcher into a test of JSON values; lengths and structure are seen to elsewhere."""
    match matcher:
        case kinds.Equality() | kinds.Values():
            return _equal
        case kinds.Type():
            return _same_type
        case kinds.Regex() | kinds.Include() | kinds.Moment():
            inner = text_test(matcher)
            return lambda _, actual: inner("", plain_text(actual))
        case kinds.Semver():
            return _semver
        case kinds.Integer():
            return lambda _, actual: None if is_integer(actual) else f"{_shown(actual)} is not an integer"
        case kinds.Decimal():
            return lambda _, actual: None if isinstance(actual, Number) else f"{_shown(actual)} is not a decimal number"
        case kinds.AnyNumber():
            return lambda _, actual: (
                None if is_integer(actual) or isinstance(actual, Number) else f"{_shown(actual)} is not a number"
            )
        case kinds.Boolean():
            return lambda _, actual: (
                None
                if isinstance(actual, bool) or (isinstance(actual, str) and actual in {"true", "false"})
                else f"{_shown(actual)} is not a boolean"
            )
        case kinds.Null():
            return lambda _, actual: None if actual is None else f"{_shown(actual)} is not null"
        case kinds.NotEmpty():
            return lambda _, actual: f"{_shown(actual)} is empty" if is_empty(actual) else None
        case kinds.ContentType():
            return _json_content_type(matcher.value)
        case kinds.PluginMatcher():
            return lambda _expected, _actual: f"only a plugin knows the matcher {matcher.kind!r}"
    return _accept


def _accept(_expected: JsonValue, _actual: JsonValue) -> str | None:
    return None


def _equal(expected: JsonValue, actual: JsonValue) -> str | None:
    return None if json_equal(expected, actual) else f"{_shown(actual)} is not equal to {_shown(expected)}"


def _same_type(expected: JsonValue, actual: JsonValue) -> str | None:
    if kind_of(expected) == kind_of(actual):
        return None
    return f"{_shown(actual)} is not of the type of {_shown(expected)}"


def _semver(_expected: JsonValue, actual: JsonValue) -> str | None:
    if isinstance(actual, str) and _SEMVER.fullmatch(actual):
        return None
    return f"{_shown(actual)} is not a semantic version"


def _json_content_type(wanted: str) -> JsonTest:
    def test(_expected: JsonValue, actual: JsonValue) -> str | None:
        data = plain_text(actual).encode(errors="surrogatepass")
        if isinstance(actual, str):
            with suppress(binascii.Error):
                data = base64.b64decode(data, validate=True)
        return None if is_of_type(data, wanted) else f"the content is {media_type_of(data)}, not {wanted}"

    return test


def json_equal(left: JsonValue, right: JsonValue) -> bool:
    """Compare JSON values: 11 differs from 11.0, 1.10 equals 1.1, the order of keys does not matter."""
    if isinstance(left, Mapping):
        return (
            isinstance(right, Mapping)
            and left.keys() == right.keys()
            and all(json_equal(value, right[key]) for key, value in left.items())
        )
    if isinstance(left, str) or isinstance(right, str):
        return left == right
    if isinstance(left, Sequence):
        return isinstance(right, Sequence) and len(left) == len(right) and all(map(json_equal, left, right))
    if isinstance(left, Number):
        return isinstance(right, Number) and (left.text == right.text or left.value == right.value)
    return type(left) is type(right) and left == right


_KINDS: Final[Mapping[type, str]] = {
    str: "string",
    int: "number",
    bool: "boolean",
    Number: "number",
    dict: "object",
    list: "array",
}


def kind_of(value: JsonValue) -> str:
    """Name the JSON type of a value."""
    known = _KINDS.get(type(value))
    if known is not None:
        return known
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, Number)):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, Mapping) else "array"


def is_integer(value: JsonValue) -> bool:
    """Tell whether a value is a number without fraction and exponent."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_empty(value: JsonValue) -> bool:
    """Tell whether a value is null, or a text, list or object without content."""
    return value is None or (isinstance(value, (str, Sequence, Mapping)) and not value)


def plain_text(value: JsonValue) -> str:
    """Give the text that a regular expression sees: a string itself, a decimal number at its shortest, else JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, Number):
        return shortest(value)
    return dumps(value)


def shortest(number: Number) -> str:
    """Write a number as the official engine does after reading it: ``66.00`` as ``66.0``; unchanged when too large."""
    value = float(number.value)
    if value in {float("inf"), float("-inf")}:
        return number.text
    return repr(value).replace("e+", "e").replace("e-0", "e-")


def _shown(value: JsonValue) -> str:
    return f"{cut(show(value))} ({kind_of(value)})" if isinstance(value, (str, int, Number)) else show(value)


# --- texts --------------------------------------------------------------------------------------------------------


def text_test(matcher: Matcher) -> TextTest:  # noqa: PLR0912 - one branch for each matcher
    """Compile a matcher into a test of texts: headers, parameters, form fields, XML, plain text."""
    match matcher:
        case kinds.Equality() | kinds.Values():
            return lambda expected, actual: None if expected == actual else f"{actual!r} is not {expected!r}"
        case kinds.Type():
            return lambda _expected, _actual: None
        case kinds.Regex():
            return _regex(matcher.pattern)
        case kinds.Include():
            wanted = matcher.value
            return lambda _, actual: None if wanted in actual else f"{cut(actual)!r} does not include {cut(wanted)!r}"
        case kinds.AnyNumber() | kinds.Decimal():
            return lambda _, actual: None if _DECIMAL_TEXT.fullmatch(actual) else f"{actual!r} is not a number"
        case kinds.Integer():
            return lambda _, actual: None if _INTEGER_TEXT.fullmatch(actual) else f"{actual!r} is not an integer"
        case kinds.Boolean():
            return lambda _, actual: None if actual in {"true", "false"} else f"{actual!r} is not a boolean"
        case kinds.Moment():
            return _moment(matcher)
        case kinds.NotEmpty():
            return lambda _, actual: None if actual else "the text is empty"
        case kinds.Semver():
            return lambda _, actual: None if _SEMVER.fullmatch(actual) else f"{actual!r} is not a semantic version"
        case kinds.StatusCode():
            return lambda _, actual: (
                status_test(matcher, int(actual)) if actual.isdecimal() else f"{actual!r} is not a status"
            )
        case kinds.ContentType():
            wanted = matcher.value
            return lambda _, actual: None if is_of_type(actual.encode(), wanted) else f"the content is not {wanted}"
        case kinds.PluginMatcher():
            return lambda _expected, _actual: f"only a plugin knows the matcher {matcher.kind!r}"
    name = matcher.name
    return lambda _, actual: f"the matcher {name!r} does not apply to the text {actual!r}"


def _regex(pattern: str) -> TextTest:
    try:
        matches = full_matcher(pattern)
    except RegexInvalid as fault:
        reason = str(fault)
        return lambda _expected, _actual: reason
    return lambda _, actual: None if matches(actual) else f"{cut(actual)!r} does not match {cut(pattern)!r}"


def _moment(matcher: kinds.Moment) -> TextTest:
    pattern = matcher.pattern or default_pattern(matcher)

    def test(_expected: str, actual: str) -> str | None:
        try:
            accepted = java_dates.validate(actual, pattern)
        except java_dates.DatePatternInvalid as fault:
            return str(fault)
        return None if accepted else f"{cut(actual)!r} is not a {matcher.name} of the form {pattern!r}"

    return test


# --- status and bytes ---------------------------------------------------------------------------------------------


def status_test(matcher: Matcher, actual: int) -> str | None:
    """Apply a matcher to a status."""
    if isinstance(matcher, kinds.StatusCode):
        accepted = kinds.STATUS_CLASSES[matcher.status] if isinstance(matcher.status, str) else matcher.status
        return None if actual in accepted else f"{actual} is not one of {matcher.status}"
    if isinstance(matcher, (kinds.Type, kinds.Integer, kinds.AnyNumber)):
        return None
    if isinstance(matcher, (kinds.Regex, kinds.Include)):
        return text_test(matcher)("", str(actual))
    return f"the matcher {matcher.name!r} does not apply to a status"


def bytes_test(matcher: Matcher, expected: bytes, actual: bytes) -> str | None:
    """Apply a matcher to a body of bytes."""
    match matcher:
        case kinds.Equality():
            return None if expected == actual else "the bytes differ"
        case kinds.Type():
            return None
        case kinds.ContentType():
            if is_of_type(actual, matcher.value):
                return None
            return f"the content is {media_type_of(actual)}, not {matcher.value}"
        case kinds.NotEmpty():
            return None if actual else "the body is empty"
        case kinds.Regex() | kinds.Include():
            try:
                return text_test(matcher)("", actual.decode())
            except UnicodeDecodeError:
                return "the body is not text"
    return f"the matcher {matcher.name!r} does not apply to bytes"
