"""Other values by each kind of rule."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract import rules as kinds
from treaty.contract.json_value import JsonValue, Number, dumps
from treaty.contract.matching_values import json_test
from treaty.contract.rules import Combine, Matcher, RuleList
from treaty.contract.scopes import Rules
from treaty_stubs.vary.values import other_value

_CASES: list[tuple[Matcher, JsonValue]] = [
    (kinds.Type(), "text"),
    (kinds.Type(), 7),
    (kinds.Type(), Number("1.50")),
    (kinds.Type(), True),
    (kinds.Integer(), 7),
    (kinds.Decimal(), Number("1.5")),
    (kinds.AnyNumber(), 7),
    (kinds.Boolean(), False),
    (kinds.Regex(pattern="open|paid|sent"), "open"),
    (kinds.Regex(pattern=r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "2026-01-02T03:04:05Z"),
    (kinds.Regex(pattern=r"12(\.0+)?"), 12),
    (kinds.Date(pattern="yyyy-MM-dd"), "2026-01-02"),
    (kinds.DateTime(pattern="yyyy-MM-dd HH:mm:ss"), "2026-01-02 03:04:05"),
    (kinds.Include(value="alice"), "hello alice"),
    (kinds.Semver(), "1.2.3"),
    (kinds.NotEmpty(), "x"),
]


@pytest.mark.parametrize(("matcher", "value"), _CASES, ids=lambda each: str(getattr(each, "name", "")))
def test_other_values_satisfy_the_rule_and_do_vary(matcher: Matcher, value: JsonValue) -> None:
    rules = Rules(RuleList(matchers=(matcher,)))
    made = [other_value(rules, value, random.Random(seed)) for seed in range(30)]
    test = json_test(matcher)
    assert [each for each in made if test(value, each) is not None] == []
    assert {dumps(each) for each in made} - {dumps(value)}


def test_what_may_be_null_is_sometimes() -> None:
    rules = Rules(RuleList(matchers=(kinds.Type(), kinds.Null()), combine=Combine.OR))
    made = [other_value(rules, "x", random.Random(seed)) for seed in range(50)]
    assert 0 < made.count(None) < 50


def test_a_value_without_a_rule_that_we_know_stays() -> None:
    rules = Rules(RuleList(matchers=(kinds.Equality(),)))
    assert other_value(rules, "x", random.Random(1)) == "x"


@given(st.integers(0, 10**9))
def test_the_same_chance_gives_the_same_value(seed: int) -> None:
    rules = Rules(RuleList(matchers=(kinds.Type(),)))
    assert other_value(rules, "x", random.Random(seed)) == other_value(rules, "x", random.Random(seed))
