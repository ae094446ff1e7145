"""Matching JSON: the example and its rules compiled into closures, one for each place of the example.

A check takes what came and gives None, or the faults below its place. Two things are kinder than the official engine:
matchers combined by OR are so on objects too, and ``OR [type, null]`` accepts null where the example is an object or a
list (the official engine combines by AND on objects and rejects null in both).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from treaty.contract import rules as kinds
from treaty.contract.json_value import JsonValue
from treaty.contract.matching_containers import ANY_CONTAINER, JsonList, JsonObject, list_reason, object_reason
from treaty.contract.matching_values import describe_rule, json_equal, kind_of, text_test
from treaty.contract.mismatch import Fault, show
from treaty.contract.rules import Matcher
from treaty.contract.scopes import KEYS_FREE, Rules, Scope, each_scope, root_scope
from treaty.errors import counted

Check: TypeAlias = Callable[[JsonValue], "list[Fault] | None"]

_BY_VALUE = (kinds.Values, kinds.EachValue, kinds.ArrayContains)


def compile_json(expected: JsonValue, scope: Scope, *, strict: bool) -> Check:
    """Compile an example under its rules.

    Args:
        expected: the example.
        scope: the rules at its place.
        strict: unexpected members of objects are faults (in requests), else they are allowed (in responses).

    """
    if isinstance(expected, Mapping):
        return _object(expected, scope, strict=strict)
    if isinstance(expected, Sequence) and not isinstance(expected, str):
        return _list(expected, scope, strict=strict)
    return _leaf(expected, scope)


# --- leaves -------------------------------------------------------------------------------------------------------


def _leaf(expected: JsonValue, scope: Scope) -> Check:
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
        return _combine(
            rules,
            [_own(matcher, expected, actual, reason) for matcher, reason in zip(rules.matchers, reasons, strict=True)],
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


def _own(matcher: Matcher, expected: JsonValue, actual: JsonValue, reason: str | None) -> list[Fault] | None:
    return None if reason is None else [_fault(matcher, expected, actual, reason)]


def _fault(matcher: Matcher, expected: JsonValue, actual: JsonValue, reason: str) -> Fault:
    return Fault(describe_rule(matcher), show(expected), show(actual), reason)


def _combine(rules: Rules, results: list[list[Fault] | None]) -> list[Fault] | None:
    """Combine what each matcher said by AND or OR."""
    if rules.any_of and any(result is None for result in results):
        return None
    return [fault for result in results if result for fault in result] or None


# --- objects ------------------------------------------------------------------------------------------------------


def _object(expected: JsonObject, scope: Scope, *, strict: bool) -> Check:
    rules, cascaded = scope.rules, scope.cascaded
    structure = _structure(expected, scope, strict=strict)
    own = _object_rules(expected, scope, strict=strict)
    by_value_only = rules is not None and not cascaded and all(isinstance(m, _BY_VALUE) for m in rules.matchers)

    def check(actual: JsonValue) -> list[Fault] | None:
        if type(actual) is not dict and not isinstance(actual, Mapping):  # the first is quicker, and nearly always so
            return _wrong_kind(expected, actual, scope)
        if strict and not expected and actual:
            return [Fault("equality", "{}", show(actual), f"expected an empty object, got {show(actual)}")]
        faults = None if by_value_only else structure(actual)
        if own is None:
            return faults
        return [*(faults or ()), *(own(actual) or ())] or None

    return check


def _wrong_kind(expected: JsonValue, actual: JsonValue, scope: Scope) -> list[Fault] | None:
    rules = scope.rules
    if actual is None and rules is not None and not scope.cascaded and rules.any_of and kinds.Null.name in rules.names:
        return None
    reason = f"{show(actual)} ({kind_of(actual)}) is not of the type of the example ({kind_of(expected)})"
    return [Fault("type", show(expected), show(actual), reason)]


def _structure(expected: JsonObject, scope: Scope, *, strict: bool) -> Callable[[JsonObject], list[Fault] | None]:
    """Check keys, and the values under the keys of the example."""
    free = bool(scope.direct & KEYS_FREE)
    children = [(key, compile_json(value, scope.step(key), strict=strict)) for key, value in expected.items()]
    size = len(expected)

    def check(actual: JsonObject) -> list[Fault] | None:
        faults: list[Fault] = []
        for key, child in children:
            if key in actual:
                found = child(actual[key])
                if found:
                    faults += [fault.at(key) for fault in found]
            elif not free:
                wanted = show(expected[key])
                faults.append(Fault("equality", wanted, "", f"the member {key!r} is missing").at(key))
        if strict and not free and len(actual) != size:
            faults += [
                Fault("equality", "", show(value), f"the member {key!r} was not expected").at(key)
                for key, value in actual.items()
                if key not in expected
            ]
        return faults or None

    return check


def _object_rules(expected: JsonObject, scope: Scope, *, strict: bool) -> Check | None:
    """Check what the matchers at the place of an object say of the object itself."""
    rules = scope.rules
    if rules is None:
        return None
    checks = [
        _object_matcher(matcher, expected, scope, strict=strict)
        for matcher in rules.matchers
        if not (scope.cascaded and isinstance(matcher, (*ANY_CONTAINER, kinds.Type)))
    ]
    if not checks or (rules.any_of and len(checks) < len(rules.matchers)):
        return None
    if len(checks) == 1:
        return checks[0]
    return lambda actual: _combine(rules, [check(actual) for check in checks])


def _object_matcher(matcher: Matcher, expected: JsonObject, scope: Scope, *, strict: bool) -> Check:
    if not scope.cascaded:
        if isinstance(matcher, kinds.EachKey):
            return _each_key(matcher)
        if isinstance(matcher, _BY_VALUE):
            below = each_scope(matcher) if isinstance(matcher, kinds.EachValue) else scope
            return _each_member(expected, below, strict=strict)

    def check(actual: JsonValue) -> list[Fault] | None:
        if not isinstance(actual, Mapping):
            return None
        return _own(matcher, expected, actual, object_reason(matcher, expected, actual, cascaded=scope.cascaded))

    return check


def _each_key(matcher: kinds.EachKey) -> Check:
    tests = [(rule, text_test(rule)) for rule in matcher.rules]

    def check(actual: JsonValue) -> list[Fault] | None:
        if not isinstance(actual, Mapping):
            return None
        faults = []
        for key in actual:
            for rule, test in tests:
                reason = test("", key)
                if reason is not None:
                    faults.append(Fault(f"eachKey {describe_rule(rule)}", "", key, f"the key: {reason}").at(key))
        return faults or None

    return check


def _each_member(expected: JsonObject, below: Scope, *, strict: bool) -> Check:
    """Check every value: against the example under its key, else against the example under the first key."""
    known = {key: compile_json(value, below.step(key), strict=strict) for key, value in expected.items()}
    first = min(expected) if expected else None
    others: dict[int, Check] = {}

    def check(actual: JsonValue) -> list[Fault] | None:
        if not isinstance(actual, Mapping) or first is None:
            return None
        faults: list[Fault] = []
        for key, value in actual.items():
            child = known.get(key)
            if child is None:
                scope = below.step(key)
                child = others.get(id(scope))
                if child is None:
                    child = others[id(scope)] = compile_json(expected[first], scope, strict=strict)
            found = child(value)
            if found:
                faults += [fault.at(key) for fault in found]
        return faults or None

    return check


# --- lists --------------------------------------------------------------------------------------------------------


def _list(expected: JsonList, scope: Scope, *, strict: bool) -> Check:
    rules = scope.rules
    check = (
        _plain_list(expected, scope, strict=strict)
        if rules is None
        else _ruled_list(expected, scope, rules, strict=strict)
    )

    def check_kind(actual: JsonValue) -> list[Fault] | None:
        if type(actual) is not list and (isinstance(actual, str) or not isinstance(actual, Sequence)):
            return _wrong_kind(expected, actual, scope)
        return check(actual)

    return check_kind


def _plain_list(expected: JsonList, scope: Scope, *, strict: bool) -> Callable[[JsonList], list[Fault] | None]:
    elements = _elements(expected, scope, strict=strict)
    size = len(expected)

    def check(actual: JsonList) -> list[Fault] | None:
        if not size and actual:
            return [Fault("equality", "[]", show(actual), f"expected an empty list, got {show(actual)}")]
        faults = elements(actual[:size]) or []
        if len(actual) != size:
            reason = f"expected {counted(size, 'element')}, got {len(actual)}"
            faults.append(Fault("equality", show(expected), show(actual), reason))
        return faults or None

    return check


def _elements(expected: JsonList, scope: Scope, *, strict: bool) -> Callable[[JsonList], list[Fault] | None]:
    """Check every element that came against the example at its position, or against the first example."""
    known = [compile_json(value, scope.step(position), strict=strict) for position, value in enumerate(expected)]
    others: dict[int, Check] = {}
    size = len(known)

    def check(actual: JsonList) -> list[Fault] | None:
        faults: list[Fault] = []
        for position, value in enumerate(actual):
            if position < size:
                child = known[position]
            else:
                below = scope.step(position)
                found_check = others.get(id(below))
                if found_check is None:
                    found_check = others[id(below)] = compile_json(expected[0], below, strict=strict)
                child = found_check
            found = child(value)
            if found:
                faults += [fault.at(position) for fault in found]
        return faults or None

    return check


def _ruled_list(
    expected: JsonList, scope: Scope, rules: Rules, *, strict: bool
) -> Callable[[JsonList], list[Fault] | None]:
    if not expected:
        return lambda _: None  # there is no example that elements could be held against
    by_content = [m for m in rules.matchers if not isinstance(m, (kinds.ArrayContains, kinds.EachValue))]
    contents = _elements(expected, scope, strict=strict) if by_content else None
    checks = [_list_matcher(matcher, expected, scope, strict=strict) for matcher in rules.matchers]

    def check(actual: JsonList) -> list[Fault] | None:
        results = [one(actual) for one in checks]
        if not rules.any_of:
            faults = (contents(actual) if contents is not None else None) or []
            for result in results:
                faults += result or ()
            return faults or None
        if contents is not None:
            below = contents(actual)
            results = [
                result if isinstance(matcher, (kinds.ArrayContains, kinds.EachValue)) else (result or below)
                for matcher, result in zip(rules.matchers, results, strict=True)
            ]
        return _combine(rules, results)

    return check


def _list_matcher(
    matcher: Matcher, expected: JsonList, scope: Scope, *, strict: bool
) -> Callable[[JsonList], list[Fault] | None]:
    """Check what one matcher says of the list itself, apart from its elements in order."""
    if isinstance(matcher, kinds.ArrayContains):
        return _array_contains(matcher, expected, strict=strict)
    if isinstance(matcher, kinds.EachValue):
        return (lambda _: None) if scope.cascaded else _elements(expected, each_scope(matcher), strict=strict)

    def check(actual: JsonList) -> list[Fault] | None:
        return _own(matcher, expected, actual, list_reason(matcher, expected, actual, cascaded=scope.cascaded))

    return check


def _array_contains(
    matcher: kinds.ArrayContains, expected: JsonList, *, strict: bool
) -> Callable[[JsonList], list[Fault] | None]:
    equal = {"$": kinds.rule_list(kinds.Equality())}
    variants = matcher.variants or [kinds.Variant(index=index, rules=equal) for index in range(len(expected))]
    checks = [
        (
            variant.index,
            compile_json(expected[variant.index], root_scope(variant.rules), strict=strict)
            if variant.index < len(expected)
            else None,
        )
        for variant in variants
    ]

    def check(actual: JsonList) -> list[Fault] | None:
        faults = []
        for index, accepts in checks:
            if accepts is None:
                reason = f"the example has no element {index} for the variant"
                faults.append(Fault("arrayContains", "", show(actual), reason))
            elif all(accepts(value) for value in actual):
                wanted = show(expected[index])
                reason = f"no element is like {wanted}"
                faults.append(Fault("arrayContains", wanted, show(actual), reason))
        return faults or None

    return check
