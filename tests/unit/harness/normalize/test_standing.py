"""What stands for all calls: settings, and what is read without a key."""

from __future__ import annotations

from typing import Any

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import View, flow_of, observed, views_of
from treaty.normalize.standing import Standing


def behind(session: Session, number: int) -> list[int]:
    standing = Standing(observations=observed(session), flow=flow_of(session))
    item = next(each for each in observed(session) if each.number == number)
    return [other.number for other in standing.behind(item, ())]


def unsettled(session: Session, number: int) -> frozenset[str]:
    standing = Standing(observations=observed(session), flow=flow_of(session))
    item = next(each for each in observed(session) if each.number == number)
    return standing.unsettled(item, ())


def closed(view: View) -> Any:
    return view.interaction.get("comments", {}).get("treaty", {}).get("closed", {})


def test_a_value_that_only_a_setting_explains_needs_the_latest_call_that_set_it() -> None:
    session = Session()
    session.call("a>b", "PUT /settings", {"theme": "dark"}, 200, {"theme": "dark"})
    session.call("a>b", "PUT /settings", {"theme": "light"}, 200, {"theme": "light"})
    session.call("a>b", "PUT /settings", {"theme": "dark"}, 200, {"theme": "dark"})
    session.call("a>b", "POST /teams", {"size": 7}, 201, {"id": 5, "theme": "dark"})
    assert behind(session, 4) == [3]


def test_a_value_that_was_shown_before_anybody_set_it_needs_nothing() -> None:
    session = Session()
    session.call("a>b", "POST /teams", {"size": 7}, 201, {"id": 5, "theme": "dark"})
    session.call("a>b", "PUT /settings", {"theme": "dark"}, 200, {"theme": "dark"})
    session.call("a>b", "POST /teams", {"size": 7}, 201, {"id": 6, "theme": "dark"})
    assert behind(session, 3) == []


def test_what_an_update_of_one_thing_says_is_no_setting() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"x": 1}, 201, {"id": 3})
    session.call("a>b", "PUT /users/3", {"theme": "dark"}, 200, {"id": 3, "theme": "dark"})
    session.call("a>b", "POST /teams", {"size": 7}, 201, {"id": 5, "theme": "dark"})
    assert behind(session, 3) == []


def test_a_value_that_the_request_explains_needs_no_setting() -> None:
    session = Session()
    session.call("a>b", "PUT /settings", {"theme": "dark"}, 200, {"theme": "dark"})
    session.call("a>b", "POST /teams", {"theme": "dark"}, 201, {"id": 5, "theme": "dark"})
    assert behind(session, 2) == []


def test_what_was_shown_before_a_setting_changed_is_promised_where_nobody_changed_it() -> None:
    session = Session()
    session.call("a>b", "POST /teams", {"size": 7}, 201, {"id": 5, "theme": "light"})
    session.call("a>b", "PUT /settings", {"theme": "dark"}, 200, {"theme": "dark"})
    session.call("a>b", "POST /teams", {"size": 7}, 201, {"id": 6, "theme": "dark"})
    assert unsettled(session, 1) == {"body.$.theme"}
    first, second = (view for view in views_of(session, "a>b") if view.request["path"] == "/teams")
    assert (closed(first), first.rule("$.theme")) == ({"body.$.theme": {"value": "light"}}, ["type"])
    assert second.steps == ["call PUT /settings -> 200"]
    assert (closed(second), second.rule("$.theme"), second.answer["theme"]) == ({}, [], "dark")


def test_what_a_read_without_a_key_shows_and_a_call_changes_holds_only_before() -> None:
    session = Session()
    session.call("a>b", "GET /mode", None, 200, {"mode": "open", "kind": "site"})
    session.call("a>b", "PUT /mode", {"mode": "closed"}, 200, {"mode": "closed", "kind": "site"})
    session.call("a>b", "GET /mode", None, 200, {"mode": "closed", "kind": "site"})
    assert unsettled(session, 1) == {"body.$.mode"}
    before = next(view for view in views_of(session, "a>b") if view.request["method"] == "GET" and not view.steps)
    assert closed(before) == {"body.$.mode": {"value": "open"}}


def test_what_a_change_answers_with_is_what_its_path_shows_afterwards() -> None:
    session = Session()
    session.call("a>b", "GET /profile", None, 200, {"name": "typicode", "verified": True})
    session.call("a>b", "PATCH /profile", {"verified": False}, 200, {"name": "typicode", "verified": False})
    assert unsettled(session, 1) == {"body.$.verified"}
    read, _ = views_of(session, "a>b")
    assert closed(read) == {"body.$.verified": {"value": True}}
