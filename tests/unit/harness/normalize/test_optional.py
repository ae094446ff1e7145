"""Keys that things of a kind may lack."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import observed, views_of
from treaty.contract.json_value import JsonValue
from treaty.normalize.optional import VaryingKeys, is_below, things_in, without


def test_a_key_that_only_some_things_have_is_not_asked_of_members_that_others_made() -> None:
    session = Session()
    session.call("a>b", "POST /notes", {"x": 1}, 201, {"id": 1, "text": "one"})
    session.call("a>b", "GET /notes", None, 200, {"items": [{"id": 1, "text": "one", "by": "Ann"}]})
    session.call("a>b", "POST /notes", {"x": 1}, 201, {"id": 2, "text": "two", "by": "Bea"})
    observations = observed(session)
    varying = VaryingKeys.of(observations)
    assert varying.below(observations[1], ["body.$.items"]) == {"body.$.items[*].by"}
    assert varying.below(observations[0], ["body.$.items"]) == frozenset()
    shown = next(view for view in views_of(session, "a>b") if view.request["method"] == "GET")
    assert "by" not in shown.answer["items"][0]


def test_things_are_the_objects_of_an_answer_with_their_kinds() -> None:
    value: JsonValue = {"items": [{"id": 1, "owner": {"id": 2}}]}
    assert list(things_in(value, "body.$", "note")) == [
        ("body.$", "note", frozenset({"items"})),
        ("body.$.items[*]", "note", frozenset({"id", "owner"})),
        ("body.$.items[*].owner", "owner", frozenset({"id"})),
    ]


def test_optional_keys_are_left_out_with_the_rules_below_them() -> None:
    assert without({"a": [{"b": 1, "c": 2}]}, "body.$", frozenset({"body.$.a[*].b"})) == {"a": [{"c": 2}]}
    assert is_below("$.a[*].b", frozenset({"body.$.a[*].b"}))
    assert is_below("$.a[0].b.c", frozenset({"body.$.a[*].b"}))
    assert not is_below("$.a[*].bc", frozenset({"body.$.a[*].b"}))
