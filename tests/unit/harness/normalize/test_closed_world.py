"""Facts that follow from everything a provider holds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import View, views_of
from treaty.contract.json_value import JsonValue, Number
from treaty.normalize.closed_world import is_member_key, is_told


def read(session: Session) -> View:
    (view,) = (view for view in views_of(session, "a>b") if view.request["method"] == "GET")
    return view


def closed(view: View) -> Any:
    return view.interaction.get("comments", {}).get("treaty", {}).get("closed", {})


def notes(*ids: int | str) -> Session:
    session = Session()
    for each in ids:
        session.call("a>b", "POST /notes", {"text": "x y"}, 201, {"id": each})
    return session


def test_totals_and_ends_of_pages_are_typed_and_told_beside() -> None:
    session = notes(1, 2)
    shown: JsonValue = {
        "items": [{"id": 1}, {"id": 2}],
        "total": 2,
        "has_more": False,
        "next": None,
        "ok": True,
        "code": 0,
    }
    session.call("a>b", "GET /notes", None, 200, shown)
    view = read(session)
    facts = closed(view)
    assert facts["body.$.total"] == {"value": 2}
    assert facts["body.$.has_more"] == {"value": False}
    assert facts["body.$.next"] == {"value": None}
    assert facts["body.$.items"] == {"length": 2}
    assert view.rule("$.total") == ["integer"]
    assert view.rule("$.has_more") == ["type"]
    assert "next" not in view.answer
    assert (view.answer["ok"], view.rule("$.ok")) == (True, [])
    assert view.rule("$.code") == ["number", r"0(\.0+)?"]


def test_members_are_named_by_variables_of_the_set_up() -> None:
    session = notes(1, 2)
    session.call("a>b", "GET /notes", None, 200, [{"id": 1}, {"id": 2}])
    view = read(session)
    bound = [name for step in view.state["steps"] for name in step["call"]["bind"]]
    assert closed(view)["body.$[*].id"] == {"contains": [f"${{{name}}}" for name in bound], "ordered": True}


def test_a_list_with_members_that_nobody_made_has_no_length() -> None:
    session = notes(2)
    session.call("a>b", "GET /notes", None, 200, {"items": [{"id": 1}, {"id": 2}], "total": 2})
    facts = closed(read(session))
    assert "body.$.items" not in facts
    assert "body.$.total" not in facts
    assert len(facts["body.$.items[*].id"]["contains"]) == 1


RANDOM = [f"{number}f1c2d3e-0000-4000-8000-00000000000{number}" for number in range(1, 7)]


@pytest.mark.parametrize(
    ("made", "shown", "query", "is_ordered"),
    [
        ([1, 2, 3], [1, 2, 3], "", True),
        ([1, 2, 3], [3, 2, 1], "", True),
        ([1, 2, 3], [2, 3, 1], "", False),
        ([1, 2, 3], [2, 3, 1], "?sort=text", True),
        (RANDOM[:2], RANDOM[:2], "", False),
        (RANDOM, RANDOM, "", True),
        (RANDOM, [RANDOM[1], RANDOM[0], *RANDOM[2:]], "", False),
    ],
)
def test_an_order_is_told_that_a_provider_keeps(
    made: list[Any],
    shown: list[Any],
    query: str,
    is_ordered: bool,
) -> None:
    session = notes(*made)
    session.call("a>b", f"GET /notes{query}", None, 200, [{"id": each} for each in shown])
    assert ("ordered" in closed(read(session))["body.$[*].id"]) is is_ordered


def test_nulls_of_members_are_there_and_may_be_something_else() -> None:
    session = notes(1)
    session.call("a>b", "GET /notes", None, 200, [{"id": 1, "parent": None}])
    view = read(session)
    assert closed(view)["body.$[*].parent"] == {"value": None}
    assert view.answer == [{"id": 9007001}]


def test_fields_of_members_take_every_shape_that_was_seen_anywhere() -> None:
    session = Session()
    session.call("a>b", "POST /notes", {"x": 1}, 201, {"id": 1, "price": Number("9.5"), "by": None})
    session.call("a>b", "DELETE /notes/1", None, 204)
    session.call("a>b", "POST /notes", {"x": 1}, 201, {"id": 2, "price": 9, "by": "Ann B"})
    session.call("a>b", "GET /notes", None, 200, [{"id": 2, "price": 9, "by": "Ann B"}])
    view = read(session)
    assert view.rule("$[*].price") == ["number"]
    assert view.rule("$[*].by") == ["type", "null"]


def test_a_list_that_a_key_of_the_set_up_scopes_is_exact_in_the_standard() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"x": 1}, 201, {"id": 7})
    session.call("a>b", "POST /users/7/notes", {"x": 1}, 201, {"id": 1})
    session.call("a>b", "GET /users/7/notes", None, 200, {"items": [{"id": 1}], "total": 1})
    view = read(session)
    assert view.rule("$.items") == []
    assert closed(view).keys() == {"body.$.items[*].id"}


def test_a_list_below_a_key_from_outside_is_open_once_anybody_adds_to_it() -> None:
    session = Session()
    session.call("a>b", "POST /users/7/notes", {"x": 1}, 201, {"id": 1})
    session.call("a>b", "GET /users/7/notes", None, 200, [{"id": 1}])
    assert read(session).rule("$") == ["type"]


def test_keys_of_members_are_told_from_other_places() -> None:
    assert is_member_key("body.$.items[*].id", ["body.$.items"])
    assert not is_member_key("body.$.items[*]", ["body.$.items"])
    assert not is_member_key("body.$.itemsize", ["body.$.items"])
    assert is_told({"body.$[*].id": {"contains": []}}, "body.$[*].id")
    assert not is_told({"body.$": {"length": 1}}, "body.$")
