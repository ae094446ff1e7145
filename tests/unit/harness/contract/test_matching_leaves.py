"""Leaves of JSON, and what several matchers say of one."""

from __future__ import annotations

import pytest

from treaty.contract import rules
from treaty.contract.json_value import JsonValue
from treaty.contract.matching_leaves import combined, compile_leaf
from treaty.contract.mismatch import Fault
from treaty.contract.rules import Combine, Matcher, RuleList
from treaty.contract.scopes import Rules, root_scope

_TYPE, _DIGITS = rules.Type(), rules.Regex(pattern=r"\d+")


def _said(example: JsonValue, actual: JsonValue, combine: Combine, *matchers: Matcher) -> list[str]:
    scope = root_scope({"$": RuleList(matchers=matchers, combine=combine)} if matchers else {})
    return [fault.rule for fault in compile_leaf(example, scope)(actual) or ()]


@pytest.mark.parametrize(
    ("actual", "combine", "said"),
    [
        ("12", Combine.AND, []),
        ("x", Combine.AND, [r"regex \d+"]),
        (None, Combine.AND, ["type", r"regex \d+"]),
        ("x", Combine.OR, []),
        (12, Combine.OR, []),
        (None, Combine.OR, ["type", r"regex \d+"]),
    ],
)
def test_all_matchers_of_a_leaf_or_any(actual: JsonValue, combine: Combine, said: list[str]) -> None:
    """What is refused is told by each matcher that refuses it."""
    assert _said("7", actual, combine, _TYPE, _DIGITS) == said


def test_without_a_rule_a_leaf_is_equal_in_kind_and_value() -> None:
    """1 is neither true nor "1"."""
    assert [_said(1, actual, Combine.AND) for actual in (1, True, "1")] == [[], ["equality"], ["equality"]]


def test_what_any_of_several_accepts_has_no_faults() -> None:
    """And what none accepts has those of all, in order."""
    either = Rules(RuleList(matchers=(_TYPE, _DIGITS), combine=Combine.OR))
    first, second = Fault("a", "", "", ""), Fault("b", "", "", "")
    assert combined(either, [[first], None]) is None
    assert combined(either, [[first], [second]]) == [first, second]
