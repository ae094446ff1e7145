"""When no gap is found between two JSON promises, the matching knows no value between them either."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.harness.contract.differences import CONTAINERS, VALUES, edited, near, rules_for
from treaty.contract import rules as kinds
from treaty.contract.difference_json import json_gaps
from treaty.contract.difference_shapes import Shape
from treaty.contract.json_value import JsonValue, Number
from treaty.contract.rules import Combine, RuleList, rule_list
from treaty.contract.scopes import root_scope

_MANY = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@given(example=CONTAINERS | VALUES, strict=st.booleans(), data=st.data())
@_MANY
def test_what_is_said_to_lie_within_does(example: JsonValue, strict: bool, data: st.DataObject) -> None:
    """Without a gap, every value near either example that the narrow promise accepts is accepted by the wide one."""
    rules = data.draw(rules_for(example))
    other, other_rules = data.draw(edited(example, rules))
    narrow = Shape(example, root_scope(rules), strict=strict)
    wide = Shape(other, root_scope(other_rules), strict=strict)
    forth = json_gaps(example, rules, other, other_rules, strict=strict)
    back = json_gaps(other, other_rules, example, rules, strict=strict)
    for value in data.draw(st.lists(near(example) | near(other), min_size=6, max_size=10)):
        if not forth and narrow.accepts(value):
            assert wide.accepts(value), ("forth", value)
        if not back and wide.accepts(value):
            assert narrow.accepts(value), ("back", value)


@given(example=CONTAINERS | VALUES, strict=st.booleans(), data=st.data())
@_MANY
def test_a_promise_lies_within_itself(example: JsonValue, strict: bool, data: st.DataObject) -> None:
    """Whatever the rules are."""
    rules = data.draw(rules_for(example))
    assert json_gaps(example, rules, example, rules, strict=strict) == []


NULL_OR_TEXT = rule_list(kinds.Type(), kinds.Null(), combine=Combine.OR)
SAFE_TABLE: list[tuple[str, JsonValue, dict[str, RuleList], JsonValue, dict[str, RuleList]]] = [
    (
        "another example of a type",
        {"a": "x"},
        {"$.a": rule_list(kinds.Type())},
        {"a": "y"},
        {"$.a": rule_list(kinds.Type())},
    ),
    ("a constant of the type", {"a": "x"}, {}, {"a": "y"}, {"$.a": rule_list(kinds.Type())}),
    (
        "an integer is a number",
        {"a": 1},
        {"$.a": rule_list(kinds.Integer())},
        {"a": 1},
        {"$.a": rule_list(kinds.AnyNumber())},
    ),
    (
        "a number is of its type",
        {"a": 1},
        {"$.a": rule_list(kinds.AnyNumber())},
        {"a": 1},
        {"$.a": rule_list(kinds.Type())},
    ),
    (
        "a timestamp is a text",
        {"a": "2"},
        {"$.a": rule_list(kinds.Regex(pattern=r"\d{4}-\d\d-\d\dT\d\d"))},
        {"a": "x"},
        {"$.a": rule_list(kinds.Type())},
    ),
    (
        "a date is a text",
        {"a": "2"},
        {"$.a": rule_list(kinds.Date(pattern="yyyy-MM-dd"))},
        {"a": "x"},
        {"$.a": rule_list(kinds.Type())},
    ),
    (
        "fewer words",
        {"a": "x"},
        {"$.a": rule_list(kinds.Regex(pattern="x|y"))},
        {"a": "x"},
        {"$.a": rule_list(kinds.Regex(pattern="z|y|x"))},
    ),
    ("a text is null or a text", {"a": "x"}, {"$.a": rule_list(kinds.Type())}, {"a": "x"}, {"$.a": NULL_OR_TEXT}),
    ("one more member in an answer", {"a": 1, "b": 2}, {}, {"a": 1}, {}),
    (
        "a tighter length",
        [1],
        {"$": rule_list(kinds.Type(minimum=2, maximum=3))},
        [1],
        {"$": rule_list(kinds.Type(minimum=1))},
    ),
    ("a fixed list of the type", [1, 1], {}, [1], {"$": rule_list(kinds.Type(minimum=1))}),
    (
        "numbers by value",
        {"a": Number("12.0")},
        {"$.a": rule_list(kinds.AnyNumber(), kinds.Regex(pattern=r"12\.00*"))},
        {"a": 12},
        {"$.a": rule_list(kinds.AnyNumber(), kinds.Regex(pattern=r"12(\.0+)?"))},
    ),
    ("equal numbers", {"a": Number("1.10")}, {}, {"a": Number("1.1")}, {}),
    (
        "an element that is there",
        [1, 2],
        {},
        [2],
        {
            "$": rule_list(
                kinds.ArrayContains(variants=(kinds.Variant(index=0, rules={"$": rule_list(kinds.Equality())}),))
            )
        },
    ),
    (
        "a map of values",
        {"x": 1},
        {
            "$": rule_list(kinds.EachKey(rules=(kinds.Regex(pattern="[a-c]"),)), kinds.Values()),
            "$.*": rule_list(kinds.Integer()),
        },
        {"y": 2},
        {
            "$": rule_list(kinds.EachKey(rules=(kinds.Regex(pattern="[a-z]"),)), kinds.Values()),
            "$.*": rule_list(kinds.AnyNumber()),
        },
    ),
]
"""Promises of answers, each lying within the second."""

SAME_SETS = {"another example of a type", "equal numbers", "a number is of its type"}
"""Those that also lie within each other the other way round."""


@pytest.mark.parametrize(
    ("name", "narrow", "narrow_rules", "wide", "wide_rules"),
    SAFE_TABLE,
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_one_promise_lies_within_another(
    name: str, narrow: JsonValue, narrow_rules: dict[str, RuleList], wide: JsonValue, wide_rules: dict[str, RuleList]
) -> None:
    assert json_gaps(narrow, narrow_rules, wide, wide_rules, strict=False) == []
    back = json_gaps(wide, wide_rules, narrow, narrow_rules, strict=False)
    assert bool(back) is (name not in SAME_SETS)


@pytest.mark.parametrize(
    ("narrow", "rules", "wide", "wide_rules", "location", "extra"),
    [
        ({"a": 1}, {}, {"a": 1, "b": 2}, {}, "body.$.b", "the member to be absent"),
        (
            {"a": "x"},
            {"$.a": rule_list(kinds.Regex(pattern=r"\d+"))},
            {"a": "x"},
            {"$.a": rule_list(kinds.Type())},
            "body.$.a",
            "0",
        ),
        (
            {"a": 1},
            {"$.a": rule_list(kinds.AnyNumber())},
            {"a": 1},
            {"$.a": rule_list(kinds.Integer())},
            "body.$.a",
            "0.0",
        ),
        ({"a": "x"}, {"$.a": NULL_OR_TEXT}, {"a": "x"}, {"$.a": rule_list(kinds.Type())}, "body.$.a", "null"),
        (
            [{"a": 1}],
            {"$": rule_list(kinds.Type(minimum=1)), "$[*].a": rule_list(kinds.Type())},
            [{"a": 1}],
            {"$": rule_list(kinds.Type(minimum=1)), "$[*].a": rule_list(kinds.Null())},
            "body.$[*].a",
            "1",
        ),
        ([1], {"$": rule_list(kinds.Type())}, [1], {"$": rule_list(kinds.Type(minimum=2))}, "body.$", "0 elements"),
        ([1, 2], {}, [1], {}, "body.$", "2 elements"),
        ({"a": [1]}, {}, {"a": {}}, {}, "body.$.a", "[1]"),
        ({"a": {"b": 1}}, {}, {"a": 1}, {}, "body.$.a", '{"b":1}'),
        (
            {"a": "x"},
            {"$.a": rule_list(kinds.Regex(pattern="(?i)x"))},
            {"a": "x"},
            {"$.a": rule_list(kinds.Regex(pattern="(?i)[xy]"))},
            "body.$.a",
            "",
        ),
    ],
)
def test_a_gap_says_where_and_gives_an_example(
    narrow: JsonValue,
    rules: dict[str, RuleList],
    wide: JsonValue,
    wide_rules: dict[str, RuleList],
    location: str,
    extra: str,
) -> None:
    """The last one cannot be shown: its patterns are not read."""
    (gap, *_) = json_gaps(narrow, rules, wide, wide_rules, strict=False)
    assert (gap.location, gap.extra) == (location, extra)


def test_requests_may_have_no_other_members() -> None:
    """One member more is a gap in a request, and none in an answer."""
    (gap,) = json_gaps({"a": 1, "b": 2}, {}, {"a": 1}, {}, strict=True)
    assert (gap.location, gap.narrow, gap.wide, gap.extra) == ("body.$.b", "2", "absent", "this member")
    assert json_gaps({"a": 1, "b": 2}, {}, {"a": 1}, {}, strict=False) == []


def test_positions_that_a_rule_names_hide_no_others() -> None:
    """Elements between those of the example and a named one are looked at, too."""
    size, at_seven = rule_list(kinds.Type(maximum=5)), {"$[7]": rule_list(kinds.Type())}
    narrow = {"$": size, "$[*]": rule_list(kinds.Type()), **at_seven}
    wide = {"$": size, "$[0]": rule_list(kinds.Type()), "$[*]": rule_list(kinds.Null()), **at_seven}
    (gap,) = json_gaps([1], narrow, [1], wide, strict=False)
    assert gap.location == "body.$[*]"


def test_a_deep_document_is_compared_in_time_in_step_with_its_size() -> None:
    """Lists in lists, each told apart by position, do not multiply."""
    deep: JsonValue = "x"
    for _ in range(12):
        deep = {"list": [deep]}
    rules = {"$.list": rule_list(kinds.Type(minimum=1))}
    assert json_gaps(deep, rules, deep, rules, strict=False) == []
