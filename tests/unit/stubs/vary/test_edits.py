"""Edits of documents: made together, from the inside out."""

from __future__ import annotations

import random
from typing import Any

from tests.unit.stubs.examples import interaction, json_body, matches, read_interaction
from treaty.contract.json_value import JsonValue
from treaty.contract.scopes import root_scope
from treaty_stubs.vary.bounds import Bounds
from treaty_stubs.vary.edits import ADDED, Edit, apply, shape_edits, value_edits


def _drawn(document: Any, rules: dict[str, Any], *, causes: dict[str, Any] | None = None) -> list[Any]:
    """Give what the edits of many draws make of a document, shape first."""
    response = {"body": json_body(document), "matchingRules": {"body": rules}}
    read = read_interaction(interaction("a", response=response, causes=causes))
    scope, bounds = root_scope(read.response.rules.body), Bounds(read)
    made: list[JsonValue] = []
    for seed in range(60):
        chance = random.Random(seed)
        shaped = apply(list(shape_edits(document, scope, bounds, chance)), document)
        made.append(apply(list(value_edits(shaped, document, scope, bounds, chance)), shaped))
    return made


def test_inner_edits_come_before_those_around_them() -> None:
    document = {"list": [{"a": 1}]}
    edits = [
        Edit(ways=(("list",),), change=lambda value: [*value, *value] if isinstance(value, list) else value),
        Edit(ways=(("list", 0, "a"),), change=lambda _: 2),
    ]
    assert apply(edits, document) == {"list": [{"a": 2}, {"a": 2}]}
    assert document == {"list": [{"a": 1}]}


def test_objects_get_keys_more_and_another_order() -> None:
    made = _drawn({"a": 1, "b": 2}, {})
    assert any(ADDED in each for each in made)
    assert any(next(iter(each)) == "b" for each in made)
    assert all({key: each[key] for key in "ab"} == {"a": 1, "b": 2} for each in made)


def test_keys_go_only_where_keys_are_free() -> None:
    made = _drawn({"map": {"x": 1, "y": 2}, "fixed": {"x": 1}}, {"$.map": matches("values")})
    assert any(len(each["map"]) == 1 for each in made)
    assert all("x" in each["fixed"] for each in made)


def test_lists_are_as_long_as_their_rule_allows() -> None:
    lengths = {len(each["list"]) for each in _drawn({"list": [1]}, {"$.list": matches("type", min=1, max=3)})}
    assert lengths == {1, 2, 3}
    assert {len(each["list"]) for each in _drawn({"list": [1]}, {})} == {1}


def test_elements_that_are_added_are_about_other_things() -> None:
    """They have identities of their own, each the same wherever the element has it, and share what all share."""
    document = {"user": 9007001, "orders": [{"id": 9007002, "self": 9007002, "user": 9007001, "of": "path"}]}
    rules = {"$.orders": matches("type", min=1), "$.orders[*].*": matches("type")}
    causes = {
        "body.$.orders[*].id": {"cause": "created"},
        "body.$.orders[0].of": {"cause": "echo", "of": "query.of"},
    }
    added = [each for made in _drawn(document, rules, causes=causes) for each in made["orders"][1:]]
    assert added
    assert any(each["id"] != 9007002 for each in added)
    assert all(each["id"] == each["self"] and each["user"] == 9007001 and each["of"] == "path" for each in added)


def test_rare_values_change_together_and_exact_ones_never() -> None:
    made = _drawn({"a": "order-77", "b": "order-77", "c": "exact"}, {"$.a": matches("type"), "$.b": matches("type")})
    assert any(each["a"] != "order-77" for each in made)
    assert all(each["a"] == each["b"] and each["c"] == "exact" for each in made)


def test_a_list_without_order_is_turned() -> None:
    made = _drawn({"tags": ["a", "b"]}, {}, causes={"body.$.tags": {"cause": "unordered"}})
    assert any(each["tags"] == ["b", "a"] for each in made)
