"""What each matcher says of a whole object or list, apart from what lies in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from treaty.contract import rules as kinds
from treaty.contract.json_value import JsonValue
from treaty.contract.matching_values import json_equal
from treaty.contract.mismatch import show
from treaty.contract.rules import Matcher

JsonObject: TypeAlias = Mapping[str, JsonValue]
JsonList: TypeAlias = Sequence[JsonValue]

ANY_CONTAINER: Final = (
    kinds.Regex,
    kinds.ArrayContains,
    kinds.EachKey,
    kinds.EachValue,
    kinds.Values,
)
_ANY_LIST: Final = (
    *ANY_CONTAINER,
    kinds.AnyNumber,
    kinds.Integer,
    kinds.Decimal,
    kinds.Moment,
    kinds.Include,
    kinds.ContentType,
    kinds.Boolean,
    kinds.Semver,
)


def object_reason(matcher: Matcher, expected: JsonObject, actual: JsonObject, *, cascaded: bool) -> str | None:
    """Say why a matcher does not accept an object, keys and values apart; None when it does."""
    if isinstance(matcher, kinds.Type):
        return None if cascaded else _size_reason(matcher, len(actual), "members")
    if isinstance(matcher, kinds.Equality):
        return None if json_equal(expected, actual) else f"{show(actual)} is not equal to {show(expected)}"
    if isinstance(matcher, kinds.NotEmpty):
        return None if actual else "the object is empty"
    return None if isinstance(matcher, ANY_CONTAINER) else f"the matcher {matcher.name!r} does not apply to an object"


def _size_reason(matcher: kinds.Type, size: int, what: str) -> str | None:
    if matcher.minimum is not None and size < matcher.minimum:
        return f"there are {size} {what}, at least {matcher.minimum} were expected"
    if matcher.maximum is not None and size > matcher.maximum:
        return f"there are {size} {what}, at most {matcher.maximum} were expected"
    return None


def list_reason(matcher: Matcher, expected: JsonList, actual: JsonList, *, cascaded: bool) -> str | None:
    """Say why a matcher does not accept a list, its elements apart; None when it does."""
    if isinstance(matcher, kinds.Type):
        return None if cascaded else _size_reason(matcher, len(actual), "elements")
    if isinstance(matcher, kinds.Equality):
        return None if json_equal(expected, actual) else f"{show(actual)} is not equal to {show(expected)}"
    if isinstance(matcher, kinds.NotEmpty):
        return None if actual else "the list is empty"
    return None if isinstance(matcher, _ANY_LIST) else f"the matcher {matcher.name!r} does not apply to a list"
