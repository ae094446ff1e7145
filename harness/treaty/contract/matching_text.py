"""Matching single texts, lists of texts (parameters, form fields) and bodies of text or bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Final, TypeAlias

from treaty.contract import rules as kinds
from treaty.contract.matching_values import TextTest, bytes_test, describe_rule, text_test
from treaty.contract.mismatch import ALL, Fault, bounded, cut, show_bytes
from treaty.contract.rules import Matcher, RuleList
from treaty.contract.scopes import Rules, Scope
from treaty.errors import counted

TextCheck: TypeAlias = Callable[[str], "list[Fault] | None"]
Parameters: TypeAlias = Mapping[str, Sequence[str]]

_MOST_JOINED: Final = 1000


def compile_text(expected: str, rules: Rules | None) -> TextCheck:
    """Compile a text under its rules; without rules it must be equal."""
    if rules is None:
        return lambda actual: None if actual == expected else [_unequal(expected, actual)]
    tests = [(matcher, _test_of(matcher, test)) for matcher, test in zip(rules.matchers, rules.text, strict=True)]

    def check(actual: str) -> list[Fault] | None:
        faults = []
        for matcher, test in tests:
            reason = test(expected, actual)
            if reason is not None:
                faults.append(Fault(describe_rule(matcher), expected, cut(actual), reason))
            elif rules.any_of:
                return None
        return faults or None

    return check


def _test_of(matcher: Matcher, test: TextTest) -> TextTest:
    """Let `eachValue` of a list apply to each of its texts; `arrayContains` speaks of the list only."""
    if isinstance(matcher, kinds.EachValue):
        tests = [text_test(rule) for rule in matcher.rules]
        return lambda expected, actual: next(filter(None, (one(expected, actual) for one in tests)), None)
    if isinstance(matcher, kinds.ArrayContains):
        return lambda _expected, _actual: None
    return test


def _unequal(expected: str, actual: str) -> Fault:
    return Fault("equality", cut(expected), cut(actual), f"{cut(actual)!r} is not {cut(expected)!r}")


def compile_parameters(
    expected: Parameters, scope: Scope, *, most: int = ALL
) -> Callable[[Parameters], list[Fault] | None]:
    """Compile parameters by name; others than the expected ones are faults.

    Faults lie at the name of a parameter, or at a name and a position; of more than `most` the others are only counted.
    """
    checks = [
        (name, tuple(values), _compile_values(tuple(values), scope.step(name), most))
        for name, values in expected.items()
    ]

    def check(actual: Parameters) -> list[Fault] | None:
        faults: list[Fault] = []
        for name, values, one in checks:
            found = actual.get(name)
            if found is None:
                faults.append(Fault("equality", ", ".join(values), "", f"the parameter {name!r} is missing").at(name))
            else:
                faults += [fault.at(name) for fault in one(found) or ()]
        left = 0
        if len(actual) != len(checks) or faults:
            left = len(actual) - sum(name in actual for name in expected)
            others = islice((name for name in actual if name not in expected), max(0, min(left, most - len(faults))))
            listed = [_unexpected(name, actual[name]) for name in others]
            faults += listed
            left -= len(listed)
        return bounded(faults, most, left=left) or None

    return check


def _unexpected(name: str, values: Sequence[str]) -> Fault:
    return Fault("equality", "", joined(values), f"the parameter {cut(name)!r} was not expected").at(name)


def joined(texts: Sequence[str]) -> str:
    """Write texts in one; what is very long is cut, and not written to its end before."""
    return cut(", ".join(texts[:_MOST_JOINED])) + (
        f", and {len(texts) - _MOST_JOINED:,} more" * (len(texts) > _MOST_JOINED)
    )


def _compile_values(
    expected: tuple[str, ...], scope: Scope, most: int
) -> Callable[[Sequence[str]], list[Fault] | None]:
    rules = scope.rules
    if rules is not None:
        return compile_list(expected, rules, scope, most=most)
    checks = [compile_text(value, scope.step(position).rules) for position, value in enumerate(expected)]

    def check(actual: Sequence[str]) -> list[Fault] | None:
        faults = [
            fault.at(position)
            for position, (one, value) in enumerate(zip(checks, actual, strict=False))
            for fault in one(value) or ()
        ]
        if len(actual) != len(expected):
            reason = f"expected {counted(len(expected), 'value')}, got {len(actual)}"
            faults.append(Fault("equality", joined(expected), joined(actual), reason))
        return bounded(faults, most) or None

    return check


def compile_list(
    expected: Sequence[str], rules: Rules, scope: Scope | None = None, *, most: int = ALL
) -> Callable[[Sequence[str]], list[Fault] | None]:
    """Compile a list of texts under rules of the list: each text must satisfy them, however many there are.

    Only `equality`, bounds and `arrayContains` say something of the list as a whole. In a form, `scope` is the place of
    the list: a text may have more rules of its own there, and bounds that were given above it are not for this list.
    """
    checks = [
        _every(compile_text(value, rules), _own_check(value, scope, place)) for place, value in enumerate(expected)
    ]
    unbounded = scope is not None and scope.cascaded
    wholes = [
        matcher
        for matcher in rules.matchers
        if isinstance(matcher, _OF_LISTS) and not (unbounded and isinstance(matcher, kinds.Type))
    ]

    def check(actual: Sequence[str]) -> list[Fault] | None:
        if not checks:
            return None
        faults: list[Fault] = []
        for position, value in enumerate(actual):
            found = checks[position if position < len(checks) else 0](value)
            if found:
                faults += [fault.at(position) for fault in found]
                if len(faults) >= most:
                    return bounded(faults, most, left=len(actual) - position - 1)
        for matcher in wholes:
            reason = _list_reason(matcher, expected, actual)
            if reason:
                faults.append(Fault(describe_rule(matcher), joined(expected), joined(actual), reason))
        return bounded(faults, most) or None

    return check


def _own_check(value: str, scope: Scope | None, position: int) -> TextCheck | None:
    own = None if scope is None else scope.step(position)
    return None if own is None or own.cascaded else compile_text(value, own.rules)


def _every(check: TextCheck, further: TextCheck | None) -> TextCheck:
    return check if further is None else lambda actual: check(actual) or further(actual)


_OF_LISTS: Final = (kinds.Equality, kinds.Type, kinds.ArrayContains)


def _list_reason(matcher: Matcher, expected: Sequence[str], actual: Sequence[str]) -> str:
    """Say why a matcher does not accept a list of texts as a whole; empty when it does."""
    if isinstance(matcher, kinds.Type):
        too_few = matcher.minimum is not None and len(actual) < matcher.minimum
        too_many = matcher.maximum is not None and len(actual) > matcher.maximum
        return f"there are {len(actual)} values" if too_few or too_many else ""
    if isinstance(matcher, kinds.ArrayContains):
        variants = matcher.variants or [kinds.Variant(index=index) for index in range(len(expected))]
        missing = (variant for variant in variants if not _is_in(variant, expected, actual))
        return next((f"no value is as the variant {variant.index} says" for variant in missing), "")
    return "" if len(expected) == len(actual) else f"expected {len(expected)} values, got {len(actual)}"


def _is_in(variant: kinds.Variant, expected: Sequence[str], actual: Sequence[str]) -> bool:
    if variant.index >= len(expected):
        return False
    accepts = compile_text(expected[variant.index], single_rules(variant.rules.get("$")))
    return any(accepts(value) is None for value in actual)


def compile_plain_text(expected: bytes, scope: Scope, charset: str) -> Callable[[bytes], list[Fault] | None]:
    """Compile a body of text: the rules at ``$`` apply to all of it, else it must be equal byte by byte."""
    rules = scope.rules
    if rules is None:
        return _equal_bytes(expected)
    check = compile_text(_decode(expected, charset) or "", rules)

    def check_text(actual: bytes) -> list[Fault] | None:
        text = _decode(actual, charset)
        if text is None:
            return [Fault(describe_rule(rules.matchers[0]), "", show_bytes(actual), "the body is not text")]
        return check(text)

    return check_text


def compile_bytes(expected: bytes, scope: Scope) -> Callable[[bytes], list[Fault] | None]:
    """Compile a body of bytes: the rules at ``$`` apply to all of it, else it must be equal."""
    rules = scope.rules
    if rules is None:
        return _equal_bytes(expected)

    def check(actual: bytes) -> list[Fault] | None:
        faults = []
        for matcher in rules.matchers:
            reason = bytes_test(matcher, expected, actual)
            if reason is not None:
                faults.append(Fault(describe_rule(matcher), show_bytes(expected), show_bytes(actual), reason))
            elif rules.any_of:
                return None
        return faults or None

    return check


def _equal_bytes(expected: bytes) -> Callable[[bytes], list[Fault] | None]:
    def check(actual: bytes) -> list[Fault] | None:
        if actual == expected:
            return None
        return [Fault("equality", show_bytes(expected), show_bytes(actual), "the body differs")]

    return check


def _decode(data: bytes, charset: str) -> str | None:
    try:
        return data.decode(charset)
    except (UnicodeDecodeError, LookupError):
        return None


def single_rules(rules: RuleList | None) -> Rules | None:
    """Compile the rules of a single value; none at all counts as no rules."""
    return Rules(rules) if rules is not None and rules.matchers else None
