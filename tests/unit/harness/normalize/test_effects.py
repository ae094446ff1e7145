"""What calls about something else did to a thing."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.test_slices import steps


def test_a_call_after_which_a_thing_looks_different_is_needed() -> None:
    session = Session()
    session.call("a>b", "POST /accounts", {"balance": "100.00"}, 201, {"id": 1, "balance": "100.00"})
    session.call("a>b", "POST /transfers", {"account_id": 1, "amount": "30.00"}, 201, {"id": 5})
    session.call("a>b", "GET /accounts/1", None, 200, {"id": 1, "balance": "70.00"})
    assert steps(session) == ["POST /accounts", "POST /transfers"]


def test_a_call_that_left_a_thing_as_it_was_is_not_needed() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 1, "name": "x"})
    session.call("a>b", "POST /orders", {"user_id": 1}, 201, {"id": 5})
    session.call("a>b", "GET /users/1", None, 200, {"id": 1, "name": "x"})
    assert steps(session) == ["POST /users"]


def test_a_look_that_was_the_same_before_needs_no_more_than_then() -> None:
    session = Session()
    session.call("a>b", "POST /rooms", {"kind": "double"}, 201, {"id": 1, "kind": "double"})
    session.call("a>b", "GET /rooms/1/free", None, 200, {"free": True})
    session.call("a>b", "POST /bookings", {"room_id": 1}, 201, {"id": 5})
    session.call("a>b", "GET /rooms/1/free", None, 200, {"free": False})
    session.call("a>b", "DELETE /bookings/5", None, 204)
    session.call("a>b", "GET /rooms/1/free", None, 200, {"free": True})
    assert steps(session, 4) == ["POST /rooms", "POST /bookings"]
    assert steps(session) == ["POST /rooms"]


def test_a_call_that_came_once_too_often_needs_those_before_it() -> None:
    session = Session()
    key = "k3y-0123456789abcdef0123"
    session.call("a>b", "POST /keys", {}, 201, {"id": 1, "api_key": key})
    session.call("a>b", "GET /quota", None, 200, {}, headers=(("X-Api-Key", key),))
    session.call("a>b", "GET /quota", None, 429, {}, headers=(("X-Api-Key", key),))
    assert steps(session) == ["POST /keys", "GET /quota"]
