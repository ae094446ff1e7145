"""Headers and parameters: what their own notations allow."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treaty.contract import rules as kinds
from treaty.contract.difference_texts import header_gaps, parameter_gaps
from treaty.contract.matching_text import compile_parameters
from treaty.contract.rules import RuleList, rule_list
from treaty.contract.scopes import named_scope, root_scope

_JSON = rule_list(kinds.Regex(pattern=r"application/json(\s*;.*)?"))


@pytest.mark.parametrize(
    ("name", "narrow", "narrow_rules", "wide", "wide_rules", "within"),
    [
        ("Content-Type", "application/json; charset=utf-8", {}, "application/json", {}, True),
        ("Content-Type", "application/json", {}, "application/json; charset=utf-8", {}, False),
        ("Content-Type", "a/b; x=1; y=2", {}, "a/b;y=2", {}, True),
        ("Content-Type", "a/b; x=1", {}, "a/b; x=2", {}, False),
        ("Content-Type", "application/json", {}, "application/json", {"Content-Type": _JSON}, True),
        ("Content-Type", "application/json; charset=utf-8", {}, "x", {"content-type": _JSON}, True),
        ("Content-Type", "application/json", {"Content-Type": _JSON}, "application/json", {}, True),
        ("Content-Type", "text/plain", {}, "application/json", {"Content-Type": _JSON}, False),
        ("X", "a, b", {}, "a,b", {}, True),
        ("X", "a, b", {}, "a", {"X": rule_list(kinds.Regex(pattern="a, b"))}, False),
        ("X", "a, b", {}, "a", {"X": rule_list(kinds.Include(value="b"))}, True),
        ("X", "a", {"X": rule_list(kinds.Type(minimum=2))}, "a", {"X": rule_list(kinds.Type(minimum=2))}, True),
        ("X", "a", {"X": rule_list(kinds.Type(minimum=1))}, "a", {"X": rule_list(kinds.Type(minimum=3))}, True),
        (
            "Vary",
            "a",
            {"Vary": rule_list(kinds.Type(minimum=1))},
            "a",
            {"Vary": rule_list(kinds.Type(minimum=3))},
            False,
        ),
    ],
)
def test_headers_are_compared_by_what_they_allow(
    name: str,
    narrow: str,
    narrow_rules: Mapping[str, RuleList],
    wide: str,
    wide_rules: Mapping[str, RuleList],
    within: bool,
) -> None:
    gaps = list(header_gaps({name: (narrow,)}, narrow_rules, {name: (wide,)}, wide_rules))
    assert (gaps == []) is within
    assert {gap.location for gap in gaps} <= {f"header.{name}"}


def test_values_of_a_parameter_are_compared_by_position_and_number() -> None:
    rules = named_scope({"p": rule_list(kinds.Type(minimum=1, maximum=3))})
    plain = named_scope({})
    assert list(parameter_gaps({"p": ("1", "2")}, plain, {"p": ("7",)}, rules, "query.")) == []
    assert [gap.extra for gap in parameter_gaps({"p": ("1",)}, rules, {"p": ("1", "2")}, plain, "query.")] == [
        "1 value",
        "3 values",
        '""',
        '"1"',
    ]
    (gap,) = parameter_gaps({"p": ("1", "2")}, plain, {"p": ("1", "3")}, plain, "query.")
    assert (gap.location, gap.narrow, gap.wide, gap.extra) == ("query.p[1]", '"2"', '"3"', '"2"')


FORM_RULES = st.dictionaries(
    st.sampled_from(["$", "$.a", "$.a[0]", "$.a[1]"]),
    st.lists(
        st.sampled_from(
            [
                kinds.Type(),
                kinds.Type(minimum=2),
                kinds.Type(maximum=1),
                kinds.Equality(),
                kinds.Integer(),
                kinds.Regex(pattern="[1x]"),
                kinds.EachValue(rules=(kinds.Integer(),)),
            ]
        ),
        max_size=2,
    ).map(lambda matchers: rule_list(*matchers)),
    max_size=3,
)
FORM_VALUES = st.lists(st.sampled_from(["1", "2", "x"]), min_size=1, max_size=3).map(tuple)


@given(
    narrow=FORM_RULES,
    wide=FORM_RULES,
    examples=st.tuples(FORM_VALUES, FORM_VALUES),
    came=st.lists(FORM_VALUES, min_size=5, max_size=10),
)
@settings(max_examples=400, deadline=None)
def test_a_form_without_gaps_accepts_what_the_other_does(
    narrow: dict[str, RuleList],
    wide: dict[str, RuleList],
    examples: tuple[tuple[str, ...], tuple[str, ...]],
    came: list[tuple[str, ...]],
) -> None:
    """Whatever the rules of the form, of a field and of its values are."""
    left, right = root_scope(narrow), root_scope(wide)
    if not list(parameter_gaps({"a": examples[0]}, left, {"a": examples[1]}, right, "body.$.")):
        accepts = compile_parameters({"a": examples[0]}, left)
        also = compile_parameters({"a": examples[1]}, right)
        for values in (*examples, *came):
            assert accepts({"a": values}) or not also({"a": values})
