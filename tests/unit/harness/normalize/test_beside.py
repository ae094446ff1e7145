"""What is set up beside what a list shows."""

from __future__ import annotations

from typing import Any

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import View, views_of
from treaty.contract.json_value import JsonValue
from treaty.normalize.beside import is_scope


def listing(session: Session) -> list[View]:
    """Give the interactions that read lists."""
    return [view for view in views_of(session, "a>b") if view.request["method"] == "GET"]


def closed(view: View) -> Any:
    return view.interaction.get("comments", {}).get("treaty", {}).get("closed", {})


def tickets(*priorities: str) -> tuple[Session, list[JsonValue]]:
    session = Session()
    made: list[JsonValue] = [{"id": number, "priority": each} for number, each in enumerate(priorities, start=1)]
    for ticket, priority in zip(made, priorities, strict=True):
        session.call("a>b", "POST /tickets", {"priority": priority}, 201, ticket)
    return session, made


def test_a_filtered_list_is_read_where_something_is_left_out() -> None:
    session, made = tickets("high", "low")
    session.call("a>b", "GET /tickets?priority=high", None, 200, {"items": made[:1], "total": 1})
    (view,) = listing(session)
    assert view.steps == ["call POST /tickets -> 201", "call POST /tickets -> 201"]
    assert view.state["steps"][1]["call"]["request"]["body"]["content"] == {"priority": "low"}
    assert closed(view)["body.$.items"] == {"length": 1}
    assert closed(view)["body.$.total"] == {"value": 1}


def test_one_that_shows_everything_needs_nothing_more() -> None:
    session, made = tickets("high", "low")
    session.call("a>b", "GET /tickets", None, 200, {"items": made})
    (view,) = listing(session)
    assert len(view.steps) == 2


def test_an_empty_list_is_read_where_something_is_left_out() -> None:
    session, _ = tickets("low")
    session.call("a>b", "GET /tickets?priority=high", None, 200, {"items": []})
    (view,) = listing(session)
    assert (view.steps, closed(view)) == (["call POST /tickets -> 201"], {"body.$.items": {"length": 0}})


def test_what_is_there_goes_before_what_was_deleted() -> None:
    session, made = tickets("low", "low", "high")
    session.call("a>b", "DELETE /tickets/2", None, 204)
    session.call("a>b", "GET /tickets?priority=high", None, 200, {"items": made[2:]})
    (view,) = listing(session)
    assert view.steps == ["call POST /tickets -> 201"] * 2


def test_where_all_else_was_deleted_that_is_left_out() -> None:
    session, made = tickets("low", "low")
    session.call("a>b", "DELETE /tickets/1", None, 204)
    session.call("a>b", "GET /tickets", None, 200, {"items": made[1:]})
    (view,) = listing(session)
    assert view.steps == ["call POST /tickets -> 201"] * 2 + ["call DELETE /tickets/{id} -> 204"]


def test_an_answer_that_counts_more_than_it_shows_needs_all_that_it_counts() -> None:
    session, made = tickets("a", "b", "c", "d")
    session.call("a>b", "GET /tickets?page=1&size=2", None, 200, {"items": made[:2], "total": 4})
    (view,) = listing(session)
    assert len(view.steps) == 4
    assert closed(view)["body.$.total"] == {"value": 4}
    assert "elements" in closed(view)["body.$.items[*].id"]
    assert view.interaction["response"]["matchingRules"]["body"]["$.items"]["matchers"] == [
        {"match": "type", "min": 1, "max": 2}
    ]


def test_what_another_flow_like_this_one_shows_tells_nothing_new() -> None:
    session = Session()
    for user in (1, 2):
        session.call("a>b", "POST /users", {"x": 1}, 201, {"id": user})
        session.call("a>b", "POST /loans", {"user_id": user}, 201, {"id": user, "user_id": user})
        session.call("a>b", f"GET /users/{user}/loans", None, 200, [{"id": user, "user_id": user}])
    (view,) = listing(session)
    assert view.steps == ["call POST /users -> 201", "call POST /loans -> 201"]


def test_the_loan_of_another_user_is_there_when_nobody_lists_it() -> None:
    session = Session()
    for user in (1, 2):
        session.call("a>b", "POST /users", {"x": 1}, 201, {"id": user})
        session.call("a>b", "POST /loans", {"user_id": user}, 201, {"id": user, "user_id": user})
    session.call("a>b", "GET /users/1/loans", None, 200, [{"id": 1, "user_id": 1}])
    (view,) = listing(session)
    assert view.steps == ["call POST /users -> 201", "call POST /loans -> 201"] * 2


def test_what_the_set_up_makes_and_a_list_does_not_show_was_moved_before() -> None:
    session = Session()
    session.call("a>b", "POST /boards", {"x": 1}, 201, {"id": 1})
    for card in (2, 3):
        session.call("a>b", "POST /boards/1/cards", {"x": 1}, 201, {"id": card, "board_id": 1})
    session.call("a>b", "POST /cards/2/archive", {"why": "old"}, 200, {"id": 2})
    session.call("a>b", "GET /boards/1/cards", None, 200, [{"id": 3, "board_id": 1}])
    (view,) = listing(session)
    assert view.steps[-1] == "call POST /cards/{id}/archive -> 200"


def test_keys_say_what_a_list_is_about_and_cursors_do_not() -> None:
    assert is_scope("request.path[1]")
    assert is_scope("request.query.user_id[0]")
    assert not is_scope("request.query.cursor[0]")
    assert not is_scope("request.query.pageToken[0]")
    assert not is_scope("request.body.$.user_id")
