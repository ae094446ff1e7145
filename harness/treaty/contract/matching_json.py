"""Matching JSON: the example and its rules compiled into closures, one for each place of the example.

A check takes what came and gives None, or the faults below its place. Two things are kinder than the official engine:
matchers combined by OR are so on objects too, and ``OR [type, null]`` accepts null where the example is an object or a
list (the official engine combines by AND on objects and rejects null in both).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from treaty.contract import rules as kinds
from treaty.contract.json_value import JsonValue
from treaty.contract.matching_containers import ANY_CONTAINER, JsonList, JsonObject, list_reason, object_reason
from treaty.contract.matching_leaves import Check, combined, compile_leaf, own_fault
from treaty.contract.matching_values import describe_rule, kind_of, text_test
from treaty.contract.mismatch import ALL, Fault, bounded, cut, show
from treaty.contract.rules import Matcher
from treaty.contract.scopes import KEYS_FREE, Rules, Scope, each_scope, root_scope
from treaty.errors import counted

_BY_VALUE = (kinds.Values, kinds.EachValue, kinds.ArrayContains)


def compile_json(expected: JsonValue, scope: Scope, *, strict: bool, most: int = ALL) -> Check:
    """Compile an example under its rules.

    Args:
        expected: the example.
        scope: the rules at its place.
        strict: unexpected members of objects are faults (in requests), else they are allowed (in responses).
        most: how many faults are enough; then the comparison ends, and a last one says what it left out.

    """
    if isinstance(expected, Mapping):
        return _object(expected, scope, strict=strict, most=most)
    if isinstance(expected, Sequence) and not isinstance(expected, str):
        return _list(expected, scope, strict=strict, most=most)
    return compile_leaf(expected, scope)


# --- objects ------------------------------------------------------------------------------------------------------


def _object(expected: JsonObject, scope: Scope, *, strict: bool, most: int) -> Check:
    rules, cascaded = scope.rules, scope.cascaded
    structure = _structure(expected, scope, strict=strict, most=most)
    own = _object_rules(expected, scope, strict=strict, most=most)
    by_value_only = rules is not None and not cascaded and all(isinstance(m, _BY_VALUE) for m in rules.matchers)

    def check(actual: JsonValue) -> list[Fault] | None:
        if type(actual) is not dict and not isinstance(actual, Mapping):  # the first is quicker, and nearly always so
            return _wrong_kind(expected, actual, scope)
        if strict and not expected and actual:
            return [Fault("equality", "{}", show(actual), f"expected an empty object, got {show(actual)}")]
        faults = None if by_value_only else structure(actual)
        if own is None or (faults and len(faults) > most):
            return faults
        return bounded([*(faults or ()), *(own(actual) or ())], most) or None

    return check


def _wrong_kind(expected: JsonValue, actual: JsonValue, scope: Scope) -> list[Fault] | None:
    rules = scope.rules
    if actual is None and rules is not None and not scope.cascaded and rules.any_of and kinds.Null.name in rules.names:
        return None
    reason = f"{show(actual)} ({kind_of(actual)}) is not of the type of the example ({kind_of(expected)})"
    return [Fault("type", show(expected), show(actual), reason)]


def _structure(
    expected: JsonObject, scope: Scope, *, strict: bool, most: int
) -> Callable[[JsonObject], list[Fault] | None]:
    """Check keys, and the values under the keys of the example."""
    free = bool(scope.direct & KEYS_FREE)
    children = [
        (key, compile_json(value, scope.step(key), strict=strict, most=most)) for key, value in expected.items()
    ]
    size = len(expected)
    closed = strict and not free

    def unexpected(actual: JsonObject) -> int:
        return len(actual) - sum(key in actual for key in expected) if closed else 0

    def check(actual: JsonObject) -> list[Fault] | None:
        faults: list[Fault] = []
        for position, (key, child) in enumerate(children, 1):
            if key in actual:
                found = child(actual[key])
                if not found:
                    continue
                faults += [fault.at(key) for fault in found]
            elif free:
                continue
            else:
                wanted = show(expected[key])
                faults.append(Fault("equality", wanted, "", f"the member {key!r} is missing").at(key))
            if len(faults) >= most:
                return bounded(faults, most, left=size - position + unexpected(actual))
        if closed and (faults or len(actual) != size):
            count = unexpected(actual)
            names = (key for key in actual if key not in expected)
            listed = [_unexpected(key, actual[key]) for key in islice(names, min(count, most - len(faults)))]
            return bounded(faults + listed, most, left=count - len(listed)) or None
        return faults or None

    return check


def _unexpected(key: str, value: JsonValue) -> Fault:
    return Fault("equality", "", show(value), f"the member {cut(key)!r} was not expected").at(key)


def _object_rules(expected: JsonObject, scope: Scope, *, strict: bool, most: int) -> Check | None:
    """Check what the matchers at the place of an object say of the object itself."""
    rules = scope.rules
    if rules is None:
        return None
    checks = [
        _object_matcher(matcher, expected, scope, strict=strict, most=most)
        for matcher in rules.matchers
        if not (scope.cascaded and isinstance(matcher, (*ANY_CONTAINER, kinds.Type)))
    ]
    if not checks or (rules.any_of and len(checks) < len(rules.matchers)):
        return None
    if len(checks) == 1:
        return checks[0]
    return lambda actual: combined(rules, [check(actual) for check in checks])


def _object_matcher(matcher: Matcher, expected: JsonObject, scope: Scope, *, strict: bool, most: int) -> Check:
    if not scope.cascaded:
        if isinstance(matcher, kinds.EachKey):
            return _each_key(matcher, most)
        if isinstance(matcher, _BY_VALUE):
            below = each_scope(matcher) if isinstance(matcher, kinds.EachValue) else scope
            return _each_member(expected, below, strict=strict, most=most)

    def check(actual: JsonValue) -> list[Fault] | None:
        if not isinstance(actual, Mapping):
            return None
        return own_fault(matcher, expected, actual, object_reason(matcher, expected, actual, cascaded=scope.cascaded))

    return check


def _each_key(matcher: kinds.EachKey, most: int) -> Check:
    tests = [(rule, text_test(rule)) for rule in matcher.rules]

    def check(actual: JsonValue) -> list[Fault] | None:
        if not isinstance(actual, Mapping):
            return None
        faults: list[Fault] = []
        for position, key in enumerate(actual, 1):
            for rule, test in tests:
                reason = test("", key)
                if reason is not None:
                    faults.append(Fault(f"eachKey {describe_rule(rule)}", "", cut(key), f"the key: {reason}").at(key))
            if len(faults) >= most:
                return bounded(faults, most, left=len(actual) - position)
        return faults or None

    return check


def _each_member(expected: JsonObject, below: Scope, *, strict: bool, most: int) -> Check:
    """Check every value: against the example under its key, else against the example under the first key."""
    known = {key: compile_json(value, below.step(key), strict=strict, most=most) for key, value in expected.items()}
    first = min(expected) if expected else None
    others: dict[int, Check] = {}

    def check(actual: JsonValue) -> list[Fault] | None:
        if not isinstance(actual, Mapping) or first is None:
            return None
        faults: list[Fault] = []
        for position, (key, value) in enumerate(actual.items(), 1):
            child = known.get(key)
            if child is None:
                scope = below.step(key)
                child = others.get(id(scope))
                if child is None:
                    child = others[id(scope)] = compile_json(expected[first], scope, strict=strict, most=most)
            found = child(value)
            if found:
                faults += [fault.at(key) for fault in found]
                if len(faults) >= most:
                    return bounded(faults, most, left=len(actual) - position)
        return faults or None

    return check


# --- lists --------------------------------------------------------------------------------------------------------


def _list(expected: JsonList, scope: Scope, *, strict: bool, most: int) -> Check:
    rules = scope.rules
    check = (
        _plain_list(expected, scope, strict=strict, most=most)
        if rules is None
        else _ruled_list(expected, scope, rules, strict=strict, most=most)
    )

    def check_kind(actual: JsonValue) -> list[Fault] | None:
        if type(actual) is not list and (isinstance(actual, str) or not isinstance(actual, Sequence)):
            return _wrong_kind(expected, actual, scope)
        return check(actual)

    return check_kind


def _plain_list(
    expected: JsonList, scope: Scope, *, strict: bool, most: int
) -> Callable[[JsonList], list[Fault] | None]:
    elements = _elements(expected, scope, strict=strict, most=most)
    size = len(expected)

    def check(actual: JsonList) -> list[Fault] | None:
        if not size and actual:
            return [Fault("equality", "[]", show(actual), f"expected an empty list, got {show(actual)}")]
        faults = elements(actual[:size]) or []
        if len(actual) != size:
            reason = f"expected {counted(size, 'element')}, got {len(actual)}"
            faults.append(Fault("equality", show(expected), show(actual), reason))
        return bounded(faults, most) or None

    return check


def _elements(expected: JsonList, scope: Scope, *, strict: bool, most: int) -> Callable[[JsonList], list[Fault] | None]:
    """Check every element that came against the example at its position, or against the first example."""
    known = [
        compile_json(value, scope.step(position), strict=strict, most=most) for position, value in enumerate(expected)
    ]
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
                    found_check = others[id(below)] = compile_json(expected[0], below, strict=strict, most=most)
                child = found_check
            found = child(value)
            if found:
                faults += [fault.at(position) for fault in found]
                if len(faults) >= most:
                    return bounded(faults, most, left=len(actual) - position - 1)
        return faults or None

    return check


def _ruled_list(
    expected: JsonList, scope: Scope, rules: Rules, *, strict: bool, most: int
) -> Callable[[JsonList], list[Fault] | None]:
    if not expected:
        return lambda _: None  # there is no example that elements could be held against
    by_content = [m for m in rules.matchers if not isinstance(m, (kinds.ArrayContains, kinds.EachValue))]
    contents = _elements(expected, scope, strict=strict, most=most) if by_content else None
    checks = [_list_matcher(matcher, expected, scope, strict=strict, most=most) for matcher in rules.matchers]

    def check(actual: JsonList) -> list[Fault] | None:
        results = [one(actual) for one in checks]
        if not rules.any_of:
            faults = (contents(actual) if contents is not None else None) or []
            for result in results:
                faults += result or ()
            return bounded(faults, most) or None
        if contents is not None:
            below = contents(actual)
            results = [
                result if isinstance(matcher, (kinds.ArrayContains, kinds.EachValue)) else (result or below)
                for matcher, result in zip(rules.matchers, results, strict=True)
            ]
        return combined(rules, results)

    return check


def _list_matcher(
    matcher: Matcher, expected: JsonList, scope: Scope, *, strict: bool, most: int
) -> Callable[[JsonList], list[Fault] | None]:
    """Check what one matcher says of the list itself, apart from its elements in order."""
    if isinstance(matcher, kinds.ArrayContains):
        return _array_contains(matcher, expected, strict=strict)
    if isinstance(matcher, kinds.EachValue):
        return (
            (lambda _: None) if scope.cascaded else _elements(expected, each_scope(matcher), strict=strict, most=most)
        )

    def check(actual: JsonList) -> list[Fault] | None:
        return own_fault(matcher, expected, actual, list_reason(matcher, expected, actual, cascaded=scope.cascaded))

    return check


def _array_contains(
    matcher: kinds.ArrayContains, expected: JsonList, *, strict: bool
) -> Callable[[JsonList], list[Fault] | None]:
    equal = {"$": kinds.rule_list(kinds.Equality())}
    variants = matcher.variants or [kinds.Variant(index=index, rules=equal) for index in range(len(expected))]
    checks = [
        (
            variant.index,
            compile_json(expected[variant.index], root_scope(variant.rules), strict=strict, most=1)
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
