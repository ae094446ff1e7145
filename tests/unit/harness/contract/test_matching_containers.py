"""What a matcher says of a whole object or list."""

from __future__ import annotations

import pytest

from treaty.contract import rules
from treaty.contract.json_value import JsonValue
from treaty.contract.matching_containers import list_reason, object_reason
from treaty.contract.rules import Matcher

AT_LEAST_TWO = rules.Type(minimum=2)
AT_MOST_ONE = rules.Type(maximum=1)


@pytest.mark.parametrize(
    ("matcher", "expected", "actual", "reason"),
    [
        (rules.Type(), {"a": 1}, {}, None),
        (AT_LEAST_TWO, {}, {"a": 1}, "there are 1 members, at least 2 were expected"),
        (AT_LEAST_TWO, {}, {"a": 1, "b": 2}, None),
        (AT_MOST_ONE, {}, {"a": 1, "b": 2}, "there are 2 members, at most 1 were expected"),
        (AT_MOST_ONE, {}, {"a": 1}, None),
        (rules.Equality(), {"a": 1, "b": 2}, {"b": 2, "a": 1}, None),
        (rules.Equality(), {"a": 1}, {"a": 1, "b": 2}, '{"a":1,"b":2} is not equal to {"a":1}'),
        (rules.NotEmpty(), {"a": 1}, {"b": 1}, None),
        (rules.NotEmpty(), {"a": 1}, {}, "the object is empty"),
        (rules.Values(), {"a": 1}, {"b": 1}, None),
        (rules.EachKey(), {"a": 1}, {}, None),
        (rules.EachValue(), {"a": 1}, {}, None),
        (rules.Regex(pattern="x"), {}, {}, None),
        (rules.Integer(), {}, {}, "the matcher 'integer' does not apply to an object"),
        (rules.Boolean(), {}, {}, "the matcher 'boolean' does not apply to an object"),
        (rules.Null(), {}, {}, "the matcher 'null' does not apply to an object"),
    ],
)
def test_of_an_object(
    matcher: Matcher, expected: dict[str, JsonValue], actual: dict[str, JsonValue], reason: str | None
) -> None:
    """Its number of members, equality, emptiness; matchers of plain values do not apply."""
    assert object_reason(matcher, expected, actual, cascaded=False) == reason


@pytest.mark.parametrize(
    ("matcher", "expected", "actual", "reason"),
    [
        (rules.Type(), [1], [], None),
        (AT_LEAST_TWO, [], [1], "there are 1 elements, at least 2 were expected"),
        (AT_LEAST_TWO, [], [1, 2], None),
        (AT_MOST_ONE, [], [1, 2], "there are 2 elements, at most 1 were expected"),
        (rules.Type(minimum=0), [1], [], None),
        (rules.Equality(), [1, 2], [1, 2], None),
        (rules.Equality(), [1, 2], [2, 1], "[2,1] is not equal to [1,2]"),
        (rules.NotEmpty(), [1], [], "the list is empty"),
        (rules.ArrayContains(), [1], [], None),
        (rules.Integer(), [1], ["x"], None),
        (rules.Include(value="x"), [1], [2], None),
        (rules.Null(), [], [], "the matcher 'null' does not apply to a list"),
        (rules.StatusCode(), [], [], "the matcher 'statusCode' does not apply to a list"),
    ],
)
def test_of_a_list(matcher: Matcher, expected: list[JsonValue], actual: list[JsonValue], reason: str | None) -> None:
    """Its length, equality, emptiness; matchers of values wait for the elements."""
    assert list_reason(matcher, expected, actual, cascaded=False) == reason


@pytest.mark.parametrize("bounds", [AT_LEAST_TWO, AT_MOST_ONE])
def test_bounds_that_were_given_above_do_not_hold_here(bounds: rules.Type) -> None:
    """They are of the place they were written for; what lies below has any length."""
    for size in (0, 1, 2, 3):
        assert list_reason(bounds, [], [0] * size, cascaded=True) is None
        assert object_reason(bounds, {}, {str(key): 0 for key in range(size)}, cascaded=True) is None
