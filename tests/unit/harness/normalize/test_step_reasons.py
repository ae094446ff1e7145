"""Why each call of a set-up is there."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Session
from treaty.normalize.pipeline import normalize


def reasons(session: Session, description: str) -> list[tuple[int, str]]:
    """Give the exchange and the reason of each step of one interaction."""
    (edge,) = normalize(session.exchanges).evidence().values()
    (found,) = (each for each in edge.values() if each.description == description)
    return [(step.exchange, step.why) for step in found.steps]


def test_a_call_that_makes_what_is_named_later() -> None:
    session = Session()
    session.call("a>b", "POST /users", {}, 201, {"id": 41})
    session.call("a>b", "POST /orders", {"user_id": 41}, 201, {"id": 12})
    session.call("a>b", "GET /orders/12", None, 200, {"id": 12})
    assert reasons(session, "GET /orders/{id} -> 200") == [
        (1, "makes the user id that a later call names"),
        (2, "makes the order id that a later call names"),
    ]


def test_a_change_of_what_is_read() -> None:
    session = Session()
    session.call("a>b", "PUT /settings/theme", {"value": "dark"}, 200, {"value": "dark"})
    session.call("a>b", "GET /settings/theme", None, 200, {"value": "dark"})
    assert reasons(session, "GET /settings/theme -> 200") == [(1, "changes what lies at /settings/theme")]


def test_a_change_that_is_no_creation_and_has_another_path() -> None:
    session = Session()
    session.call("a>b", "POST /orders", {}, 201, {"id": 12})
    session.call("a>b", "POST /orders/12/cancel", None, 200, {"id": 12, "status": "cancelled"})
    session.call("a>b", "GET /orders/12", None, 200, {"id": 12, "status": "cancelled"})
    assert reasons(session, "GET /orders/{id} -> 200")[1] == (2, "changes what the order id names")


def test_a_state_that_comes_by_itself_is_waited_for() -> None:
    session = Session()
    session.call("a>b", "POST /jobs", {}, 202, {"id": 12, "status": "queued"})
    session.call("a>b", "GET /jobs/12", None, 200, {"id": 12, "status": "queued"})
    session.call("a>b", "GET /jobs/12", None, 200, {"id": 12, "status": "done"})
    (edge,) = normalize(session.exchanges).evidence().values()
    waits = [step.why for each in edge.values() for step in each.steps if step.why.startswith("waits")]
    assert waits == ['waits until body.$.status is "done": it changes by itself']


def test_a_logout_before_a_refusal() -> None:
    session = Session()
    known = (("Authorization", "Bearer abcdefgh12345678"),)
    session.call("a>b", "POST /login", {"user": "ann"}, 200, {"token": "abcdefgh12345678"})
    session.call("a>b", "GET /me", None, 200, {"id": 4}, headers=known)
    session.call("a>b", "POST /logout", None, 204, headers=known)
    session.call("a>b", "GET /me", None, 401, headers=known)
    assert (3, "after it, the credentials are accepted no more") in reasons(session, "GET /me -> 401")


def test_what_a_list_shows_and_what_it_leaves_out() -> None:
    """The second ticket is there so that a filter that is ignored would be seen."""
    session = Session()
    session.call("a>b", "POST /tickets", {"priority": "high"}, 201, {"id": 12, "priority": "high"})
    session.call("a>b", "POST /tickets", {"priority": "low"}, 201, {"id": 13, "priority": "low"})
    session.call("a>b", "GET /tickets?priority=high", None, 200, {"items": [{"id": 12, "priority": "high"}]})
    assert reasons(session, "GET /tickets -> 200") == [
        (1, "makes the ticket id that the answer shows"),
        (2, "is there beside what the answer lists: a filter that is ignored would show it"),
    ]
