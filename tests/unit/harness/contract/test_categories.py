"""The categories in which rules and generators are kept."""

from __future__ import annotations

from treaty.contract.categories import Categories
from treaty.contract.generators import Generators, RandomBoolean
from treaty.contract.rules import Equality, MatchingRules, rule_list


def test_categories_are_given_back_by_name() -> None:
    """Those that are there, and only those."""
    kept: Categories[int] = Categories.of({"status": 0}, {"body": {"$.a": 1}, "query": {}}, {"future": 2})
    assert (kept.status, kept.single) == (0, {"status": 0})
    assert (kept.body, kept.mapped) == ({"$.a": 1}, {"body": {"$.a": 1}})
    assert kept.unknown == {"future": 2}


def test_nothing_said_is_false() -> None:
    assert not MatchingRules()
    assert MatchingRules(unknown={"future": None})
    assert MatchingRules(path=rule_list(Equality()))
    assert Generators(header={"X": RandomBoolean()})


def test_rules_and_generators_differ_though_empty() -> None:
    """Both are categories, of other things."""
    assert MatchingRules() == MatchingRules()
    empty: tuple[object, object] = (MatchingRules(), Generators())
    assert empty[0] != empty[1]
