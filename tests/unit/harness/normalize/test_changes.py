"""What changes by itself."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import flow_of, observed
from treaty.contract.json_value import JsonValue
from treaty.normalize.changes import FILLED, Changes, code_of, is_code, learn
from treaty.normalize.names import Name

STATUS = ("pay", Name(entity="payment", field="status"))


def learned(session: Session) -> Changes:
    return learn(observed(session), flow_of(session))


def polls(*statuses: str) -> Session:
    session = Session()
    session.call("a>pay", "POST /payments", {}, 201, {"id": 1, "status": statuses[0]})
    for status in statuses[1:]:
        session.call("a>pay", "GET /payments/1", None, 200, {"id": 1, "status": status})
    return session


def test_two_reads_that_differ_with_no_call_between_are_a_change_by_itself() -> None:
    changes = learned(polls("pending", "pending", "success"))
    assert changes.steps == {STATUS: {("pending", "success")}}
    assert changes.is_later(STATUS, "success")
    assert not changes.is_later(STATUS, "pending")
    assert changes.still_to_come(STATUS, "pending") == ["success"]
    assert changes.still_to_come(STATUS, "success") == []


def test_changes_chain_and_circles_end() -> None:
    changes = learned(polls("new", "open", "done", "new"))
    assert sorted(changes.still_to_come(STATUS, "new"), key=str) == ["done", "open"]


def test_a_write_between_two_reads_explains_the_change() -> None:
    session = polls("pending", "pending")
    session.call("a>pay", "POST /payments/1/refund", {}, 200, {"done": True})
    session.call("a>pay", "GET /payments/1", None, 200, {"id": 1, "status": "refunded"})
    assert learned(session).steps == {}


def test_a_write_to_another_thing_explains_nothing() -> None:
    session = polls("pending", "pending")
    session.call("a>pay", "POST /payments", {}, 201, {"id": 2, "status": "pending"})
    session.call("a>pay", "GET /payments/1", None, 200, {"id": 1, "status": "success"})
    assert learned(session).steps == {STATUS: {("pending", "success")}}


def test_a_refused_write_explains_nothing() -> None:
    session = polls("pending", "pending")
    session.call("a>pay", "POST /payments/1/refund", {}, 409, {"error": "pending"})
    session.call("a>pay", "GET /payments/1", None, 200, {"id": 1, "status": "success"})
    assert learned(session).steps == {STATUS: {("pending", "success")}}


def test_views_are_taken_of_things_in_lists_and_wrappers_too() -> None:
    session = polls("pending")
    session.call("a>pay", "GET /payments", None, 200, {"data": [{"id": 1, "status": "success"}]})
    changes = learned(session)
    token = flow_of(session).at(1, "response.body.$.id")
    assert token is not None
    (views,) = changes.views.values()
    assert [view.number for view in views] == [1, 2]
    assert views[1].locations[STATUS[1]] == "body.$.data[0].status"
    assert changes.steps == {STATUS: {("pending", "success")}}


def test_members_of_a_list_do_not_change_by_themselves_where_a_call_may_have_changed_all() -> None:
    session = Session()
    session.call("a>pay", "POST /payments", {"x": 1}, 201, {"id": 1, "status": "pending"})
    session.call("a>pay", "GET /payments", None, 200, [{"id": 1, "status": "pending"}])
    session.call("a>pay", "POST /payments/settle-all", {"now": True}, 200, {"done": True})
    session.call("a>pay", "GET /payments", None, 200, [{"id": 1, "status": "success"}])
    assert learned(session).steps == {}


def test_a_write_between_two_looks_at_a_list_explains_the_change_of_a_member() -> None:
    session = Session()
    session.call("a>pay", "POST /payments", {"x": 1}, 201, {"id": 1, "status": "pending"})
    session.call("a>pay", "GET /payments", None, 200, [{"id": 1, "status": "pending"}])
    session.call("a>pay", "POST /payments/1/refund", {}, 200, {"done": True})
    session.call("a>pay", "GET /payments", None, 200, [{"id": 1, "status": "refunded"}])
    assert learned(session).steps == {}


def test_things_of_other_providers_are_not_viewed() -> None:
    session = Session()
    session.call("a>user", "POST /users", {}, 201, {"id": 1, "active": True})
    session.call("a>report", "GET /reports", None, 200, {"user": {"id": 1, "active": False}})
    assert learned(session).steps == {}


def test_a_view_keeps_codes_and_marks_the_rest() -> None:
    kept: list[tuple[JsonValue, JsonValue]] = [
        (None, None), (True, True), ("pending", "pending"), ("two words", FILLED), (7, FILLED),
    ]  # fmt: skip
    assert [code_of(value) for value, _ in kept] == [code for _, code in kept]
    assert [is_code(code) for _, code in kept] == [False, True, True, False, False]


def test_a_view_is_found_by_the_exchange_it_was_seen_in() -> None:
    session = polls("pending", "success")
    changes = learned(session)
    (token,) = changes.views
    view = changes.view_in(token, 2)
    assert view is not None
    assert view.fields[STATUS[1]] == "success"
    assert changes.view_in(token, 9) is None
