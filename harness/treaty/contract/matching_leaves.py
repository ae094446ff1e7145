"""Matching the leaves of JSON, and what the matchers at one place say together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from treaty.contract import rules as kinds
from treaty.contract.json_value import JsonValue
from treaty.contract.matching_values import describe_rule, json_equal, kind_of
from treaty.contract.mismatch import Fault, show
from treaty.contract.rules import Matcher
from treaty.contract.scopes import Rules, Scope

Check: TypeAlias = Callable[[JsonValue], "list[Fault] | None"]
"""Takes what came; gives None, or the faults at and below its place."""


def compile_leaf(expected: JsonValue, scope: Scope) -> Check:
    """Compile an example that is no object and no list; without rules it must be equal."""
    rules = scope.rules
    if rules is None:
        return _equality(expected)
    tests = rules.json
    if len(tests) == 1 and isinstance(rules.matchers[0], kinds.Type):
        return _same_kind(expected, rules.matchers[0])
    if len(tests) == 1:
        test = tests[0]

        def check_one(actual: JsonValue) -> list[Fault] | None:
            reason = test(expected, actual)
            return None if reason is None else [_fault(rules.matchers[0], expected, actual, reason)]

        return check_one

    def check(actual: JsonValue) -> list[Fault] | None:
        reasons = [test(expected, actual) for test in tests]
        return combined(
            rules,
            [
                own_fault(matcher, expected, actual, reason)
                for matcher, reason in zip(rules.matchers, reasons, strict=True)
            ],
        )

    return check


def _same_kind(expected: JsonValue, matcher: Matcher) -> Check:
    wanted = kind_of(expected)

    def check(actual: JsonValue) -> list[Fault] | None:
        if kind_of(actual) == wanted:
            return None
        reason = f"{show(actual)} ({kind_of(actual)}) is not of the type of the example ({wanted})"
        return [_fault(matcher, expected, actual, reason)]

    return check


def _equality(expected: JsonValue) -> Check:
    def check(actual: JsonValue) -> list[Fault] | None:
        if json_equal(expected, actual):
            return None
        return [_unequal(expected, actual)]

    if not isinstance(expected, (str, int)) or isinstance(expected, bool):
        return check
    kind = type(expected)

    def check_quickly(actual: JsonValue) -> list[Fault] | None:
        return None if actual == expected and type(actual) is kind else [_unequal(expected, actual)]

    return check_quickly


def _unequal(expected: JsonValue, actual: JsonValue) -> Fault:
    return Fault("equality", show(expected), show(actual), f"{show(actual)} is not equal to {show(expected)}")


def own_fault(matcher: Matcher, expected: JsonValue, actual: JsonValue, reason: str | None) -> list[Fault] | None:
    """Make the fault of one matcher; None where it has no reason to complain."""
    return None if reason is None else [_fault(matcher, expected, actual, reason)]


def _fault(matcher: Matcher, expected: JsonValue, actual: JsonValue, reason: str) -> Fault:
    return Fault(describe_rule(matcher), show(expected), show(actual), reason)


def combined(rules: Rules, results: list[list[Fault] | None]) -> list[Fault] | None:
    """Combine what each matcher said by AND or OR."""
    if rules.any_of and any(result is None for result in results):
        return None
    return [fault for result in results if result for fault in result] or None
