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
from treaty.contract.rules import Combine, Matcher, RuleList, rule_list
from treaty.contract.scopes import root_scope

_MANY = settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


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
