"""Unusual answers of a provider's dependencies."""

from __future__ import annotations

from typing import Any

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import view_of, views_of


def order_call(
    session: Session, at: float, user: int, asked: int, answer: dict[str, Any], status: int, made: dict[str, Any]
) -> None:
    """Add an order, and the question about the user that the order service asks meanwhile."""
    session.call("web>order", "POST /orders", {"user_id": user}, status, made, at=at, lasting=0.5)
    session.call("order>user", f"GET /users/{user}", None, asked, answer, at=at + 0.1)


def shop() -> Session:
    session = Session()
    session.call("web>user", "POST /users", {"name": "x"}, 201, {"id": 3, "status": "active"}, at=1)
    order_call(session, 2, 3, 200, {"id": 3, "status": "active"}, 201, {"id": 1, "user_id": 3})
    session.call("web>user", "PUT /users/3/status", {"status": "locked"}, 200, at=3)
    order_call(session, 4, 3, 200, {"id": 3, "status": "locked"}, 403, {"error": "locked"})
    return session


def expectations(session: Session, description: str) -> list[dict[str, Any]]:
    state = view_of(session, "web>order", description).state
    return [step["expect"] for step in state.get("steps", []) if "expect" in step]


def test_an_answer_that_differs_from_the_usual_one_is_expected_by_the_state() -> None:
    (expected,) = expectations(shop(), "POST /orders -> 403")
    assert expected["provider"] == "user"
    assert expected["status"] == 200
    assert expected["body"] == {"body.$.status": "locked"}
    assert expected["request"]["path"].startswith("/users/${user_id_")


def test_the_usual_answer_is_left_to_the_stand_in() -> None:
    assert expectations(shop(), "POST /orders -> 201") == []


def test_a_status_that_differs_is_unusual_too() -> None:
    session = Session()
    session.call("web>user", "POST /users", {"name": "x"}, 201, {"id": 3}, at=1)
    order_call(session, 2, 3, 200, {"id": 3}, 201, {"id": 1, "user_id": 3})
    session.call("web>user", "DELETE /users/3", None, 204, at=3)
    order_call(session, 4, 3, 404, {"error": "not_found"}, 422, {"error": "no_user"})
    (expected,) = expectations(session, "POST /orders -> 422")
    assert (expected["status"], "body" in expected) == (404, False)


def test_the_state_says_what_is_unusual() -> None:
    state = view_of(shop(), "web>order", "POST /orders -> 403").state
    assert state["name"] == "user answers GET /users/{id} with status locked"


def test_calls_about_other_things_and_at_other_times_are_not_expected() -> None:
    session = shop()
    session.call("order>user", "GET /users/9", None, 404, {"error": "not_found"}, at=4.2)
    session.call("order>user", "GET /users/3", None, 404, {"error": "not_found"}, at=9)
    (expected,) = expectations(session, "POST /orders -> 403")
    assert expected["body"] == {"body.$.status": "locked"}


def test_what_a_provider_asks_by_itself_while_a_state_is_awaited_counts() -> None:
    session = Session()
    session.call("web>pay", "POST /payments", {"order_id": 5}, 201, {"id": 1, "status": "pending"}, at=1)
    session.call("pay>order", "GET /orders/5", None, 200, {"id": 5, "status": "open"}, at=1.5)
    session.call("web>pay", "GET /payments/1", None, 200, {"id": 1, "status": "success"}, at=2)
    session.call("web>pay", "POST /payments", {"order_id": 6}, 201, {"id": 2, "status": "pending"}, at=3)
    session.call("pay>order", "GET /orders/6", None, 200, {"id": 6, "status": "cancelled"}, at=3.5)
    session.call("web>pay", "GET /payments/2", None, 200, {"id": 2, "status": "failed"}, at=4)
    awaited = {
        tuple(step["expect"]["body"].items())
        for view in views_of(session, "web>pay")
        for step in view.state.get("steps", [])
        if "expect" in step
    }
    assert awaited == {(("body.$.status", "cancelled"),)}
