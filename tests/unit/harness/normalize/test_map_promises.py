"""What is promised of objects whose keys are ids."""

from __future__ import annotations

from treaty.contract.json_value import JsonValue
from treaty.normalize.map_promises import with_maps
from treaty.normalize.promises import Body


def all_of(*matchers: JsonValue) -> JsonValue:
    """Write a rule."""
    return {"combine": "AND", "matchers": list(matchers)}


def test_entries_become_an_object_with_rules_for_keys_and_values() -> None:
    """What the set-up made is among its keys, in no order."""
    body = Body(
        example={"stock": [{"#key": 9007001, "#value": {"n": 3}}]},
        rules={
            "$.stock": all_of({"match": "type", "min": 1}),
            "$.stock[*]['#key']": all_of({"match": "integer"}),
            "$.stock[*]['#value'].n": all_of({"match": "integer"}),
        },
        closed={
            "body.$.stock": {"length": 1},
            "body.$.stock[*]['#key']": {"contains": ["${item_id}"], "ordered": True},
        },
    )
    made = with_maps(body)
    assert made.example == {"stock": {"9007001": {"n": 3}}}
    assert made.rules["$.stock"] == all_of(
        {"match": "eachKey", "rules": [{"match": "regex", "regex": r"\d+"}]}, {"match": "values"}
    )
    assert made.rules["$.stock.*.n"] == all_of({"match": "integer"})
    assert made.closed == {"body.$.stock": {"contains": ["${item_id}"]}}


def test_other_bodies_stay() -> None:
    """Lists of objects are lists."""
    body = Body(example={"items": [{"id": 1}]}, rules={"$.items": all_of({"match": "type", "min": 1})})
    assert with_maps(body) is body
