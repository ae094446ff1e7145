"""Matching headers, and the metadata of messages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.contract.matching_containers import list_reason
from treaty.contract.matching_text import compile_list, compile_text
from treaty.contract.matching_values import describe_rule, json_equal
from treaty.contract.mismatch import Fault, cut, show
from treaty.contract.model import HeaderMap
from treaty.contract.rules import Matcher, RuleList, Type
from treaty.contract.scopes import Rules, metadata_scope, named_scope
from treaty.errors import counted

GroupedHeaders: TypeAlias = Mapping[str, tuple[str, ...]]
"""The values of each header by lower-case name; those that are lists by definition are split."""

LISTED: Final = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-expose-headers",
        "access-control-request-headers",
        "allow",
        "cache-control",
        "if-match",
        "if-none-match",
        "vary",
    }
)
"""Headers whose value is a list separated by commas (RFC 9110); these the official tools split."""

_PARAMETERISED: Final = frozenset({"accept", "content-type"})
_COMMA: Final = re.compile(r"\s*,\s*")


def group_headers(lines: Iterable[tuple[str, str]]) -> GroupedHeaders:
    """Group header lines by name."""
    grouped: dict[str, tuple[str, ...]] = {}
    for name, value in lines:
        key = name.lower()
        values = split_header(key, value)
        grouped[key] = (*grouped[key], *values) if key in grouped else values
    return grouped


def split_header(name: str, value: str) -> tuple[str, ...]:
    """Split the value of a header that is a list by definition; `name` in lower case."""
    if name in LISTED and "," in value:
        return tuple(part.strip() for part in value.split(","))
    return (value.strip(),)


def compile_headers(
    expected: HeaderMap, rules: Mapping[str, RuleList]
) -> Callable[[GroupedHeaders], list[Fault] | None]:
    """Compile the promised headers; others are allowed. Faults lie at the name in the case of the contract."""
    scope = named_scope(rules, lower=True)
    checks = [
        (name, name.lower(), values, _compile_header(name.lower(), values, scope.step(name.lower()).rules))
        for name, values in expected.items()
    ]

    def check(actual: GroupedHeaders) -> list[Fault] | None:
        faults: list[Fault] = []
        for name, key, values, one in checks:
            found = actual.get(key)
            if found is None:
                faults.append(Fault("equality", ", ".join(values), "", f"the header {name} is missing").at(name))
            else:
                faults += [fault.at(name) for fault in one(found) or ()]
        return faults or None

    return check


def _compile_header(
    name: str, expected: tuple[str, ...], rules: Rules | None
) -> Callable[[tuple[str, ...]], list[Fault] | None]:
    trimmed = tuple(value.strip() for value in expected)
    if rules is not None:
        single = compile_text(trimmed[0], rules) if len(trimmed) == 1 else None
        several = compile_list(trimmed, rules)
        return lambda actual: single(actual[0]) if single is not None and len(actual) == 1 else several(actual)
    checks = [_compile_value(name, value) for value in trimmed]

    def check(actual: tuple[str, ...]) -> list[Fault] | None:
        faults = [fault for one, value in zip(checks, actual, strict=False) for fault in one(value) or ()]
        if len(actual) != len(trimmed):
            reason = f"expected {counted(len(trimmed), 'value')}, got {len(actual)}"
            faults.append(Fault("equality", ", ".join(trimmed), cut(", ".join(actual)), reason))
        return faults or None

    return check


def _compile_value(name: str, expected: str) -> Callable[[str], list[Fault] | None]:
    if name in _PARAMETERISED:
        return _compile_parameterised(expected)
    normal = _COMMA.sub(",", expected)

    def check(actual: str) -> list[Fault] | None:
        if actual == expected or _COMMA.sub(",", actual) == normal:
            return None
        return [Fault("equality", expected, cut(actual), f"{cut(actual)!r} is not {expected!r}")]

    return check


def _compile_parameterised(expected: str) -> Callable[[str], list[Fault] | None]:
    """Compile a value with parameters: those of the example must be there, in any order and case; others may be."""
    value, parameters = _parameters(expected)

    def check(actual: str) -> list[Fault] | None:
        if actual == expected:
            return None
        got, found = _parameters(actual)
        if got == value and all(found.get(name) == wanted for name, wanted in parameters.items()):
            return None
        return [Fault("equality", expected, cut(actual), f"{cut(actual)!r} is not {expected!r}")]

    return check


def _parameters(text: str) -> tuple[str, dict[str, str]]:
    parts = [part.strip() for part in text.split(";")]
    pairs = (part.partition("=") for part in parts[1:])
    return parts[0], {name.strip(): value.strip().lower() for name, equals, value in pairs if equals}


def compile_metadata(
    expected: Mapping[str, JsonValue], rules: Mapping[str, RuleList]
) -> Callable[[Mapping[str, JsonValue]], list[Fault] | None]:
    """Compile the metadata of a message: keys by exact name, values JSON; other keys are allowed."""
    scope = metadata_scope(rules)
    checks = [
        (key, value, _compile_metadata_value(key, value, scope.step(key).rules)) for key, value in expected.items()
    ]

    def check(actual: Mapping[str, JsonValue]) -> list[Fault] | None:
        faults: list[Fault] = []
        for key, value, one in checks:
            if key in actual:
                faults += [fault.at(key) for fault in one(actual[key]) or ()]
            else:
                faults.append(Fault("equality", show(value), "", f"the metadata {key!r} is missing").at(key))
        return faults or None

    return check


def _size_reason(matcher: Matcher, expected: JsonValue, actual: JsonValue) -> str | None:
    """Apply the bounds of a `type` to a list."""
    if isinstance(matcher, Type) and isinstance(expected, list) and isinstance(actual, list):
        return list_reason(matcher, expected, actual, cascaded=False)
    return None


def _compile_metadata_value(
    key: str, expected: JsonValue, rules: Rules | None
) -> Callable[[JsonValue], list[Fault] | None]:
    if rules is None and key.lower() in {"contenttype", "content-type"} and isinstance(expected, str):
        check = _compile_parameterised(expected)
        return lambda actual: check(actual if isinstance(actual, str) else "")

    def check_value(actual: JsonValue) -> list[Fault] | None:
        if rules is None:
            if json_equal(expected, actual):
                return None
            return [Fault("equality", show(expected), show(actual), f"{show(actual)} is not {show(expected)}")]
        faults = []
        for matcher, test in zip(rules.matchers, rules.json, strict=True):
            reason = test(expected, actual) or _size_reason(matcher, expected, actual)
            if reason is not None:
                faults.append(Fault(describe_rule(matcher), show(expected), show(actual), reason))
            elif rules.any_of:
                return None
        return faults or None

    return check_value
