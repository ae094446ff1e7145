"""Set-ups as backward slices."""

from __future__ import annotations

import pytest

from tests.unit.harness.normalize.sessions import Raw, Session
from tests.unit.harness.normalize.views import flow_of, observed, view_of
from treaty.contract.json_value import JsonValue
from treaty.normalize.changes import learn
from treaty.normalize.slices import Slicer


def steps(session: Session, number: int = 0) -> list[str]:
    """Give the set-up of an exchange (the last when not told), awaits with what they wait for."""
    observations = observed(session)
    flow = flow_of(session)
    slicer = Slicer(observations=observations, flow=flow, changes=learn(observations, flow))
    target = next(item for item in observations if item.number == (number or len(session.exchanges)))
    return [
        f"{step.observation.method} {step.observation.path}" + (f" until {dict(step.until)}" if step.until else "")
        for step in slicer.steps(target)
    ]


def test_an_empty_world_needs_no_set_up() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 1})
    session.call("a>b", "POST /users", {"name": "y"}, 201, {"id": 2})
    assert steps(session) == []


def test_the_calls_that_made_the_values_used_are_needed_and_their_own_needs_too() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 1})
    session.call("a>b", "POST /users", {"name": "y"}, 201, {"id": 2})
    session.call("a>b", "POST /orders", {"user_id": 2}, 201, {"id": 1, "user_id": 2})
    session.call("a>b", "GET /orders/1", None, 200, {"id": 1, "user_id": 2})
    assert steps(session) == ["POST /users", "POST /orders"]


def test_calls_of_any_consumer_count_and_those_to_other_providers_do_not() -> None:
    session = Session()
    session.call("web>user", "POST /users", {"name": "x"}, 201, {"id": 1})
    session.call("web>order", "POST /orders", {"user_id": 1}, 201, {"id": 5, "user_id": 1})
    session.call("payment>order", "PUT /orders/5/status", {"status": "paid"}, 200)
    session.call("mail>order", "GET /orders/5", None, 200, {"id": 5, "user_id": 1, "status": "paid"})
    assert steps(session) == ["POST /orders", "PUT /orders/5/status"]


def test_only_what_came_before_is_needed() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 1})
    session.call("a>b", "GET /users/1", None, 200, {"id": 1})
    session.call("a>b", "DELETE /users/1", None, 204)
    session.call("a>b", "GET /users/1", None, 404)
    assert steps(session, 2) == ["POST /users"]
    assert steps(session, 4) == ["POST /users", "DELETE /users/1"]


def test_refused_and_reading_calls_are_not_replayed() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 1})
    session.call("a>b", "PUT /users/1", {"name": ""}, 422)
    session.call("a>b", "GET /users/1", None, 200, {"id": 1})
    session.call("a>b", "GET /users/1", None, 200, {"id": 1})
    assert steps(session) == ["POST /users"]


def test_a_value_that_a_read_gave_out_needs_that_read() -> None:
    session = Session()
    session.call("a>b", "GET /forms/new", None, 200, {"token": "tok_9f8e7d6c5b4a39281706f5"})
    session.call("a>b", "POST /entries", {"token": "tok_9f8e7d6c5b4a39281706f5"}, 201, {"id": 1})
    assert steps(session) == ["GET /forms/new"]


def test_a_list_needs_what_it_shows() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 1})
    session.call("a>b", "POST /users", {"name": "y"}, 201, {"id": 2})
    session.call("a>b", "GET /users", None, 200, [{"id": 2}])
    assert steps(session) == ["POST /users"]


def test_a_scoped_list_needs_the_writes_below_its_scope() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 1})
    session.call("a>b", "POST /users/1/notes", {"text": "n"}, 201, {"id": 1})
    session.call("a>b", "GET /users/1/notes", None, 200, [{"id": 1}])
    assert steps(session) == ["POST /users", "POST /users/1/notes"]


@pytest.mark.parametrize("field", ["email", "login"])
def test_a_conflict_needs_the_call_it_conflicts_with(field: str) -> None:
    session = Session()
    session.call("a>b", "POST /users", {field: "x@y.org"}, 201, {"id": 1})
    session.call("a>b", "POST /users", {field: "z@y.org"}, 201, {"id": 2})
    session.call("a>b", "POST /users", {field: "x@y.org"}, 409)
    assert steps(session) == ["POST /users"]


def test_a_conflict_of_a_second_run_on_a_reset_provider_needs_the_call_of_its_own_run() -> None:
    session = Session()
    for first_id in (1, 11):
        session.call("a>b", "POST /users", {"email": "x@y.org", "age": first_id}, 201, {"id": first_id})
        session.call("a>b", "POST /users", {"email": "x@y.org", "age": 0}, 409)
    assert steps(session, 2) == ["POST /users"]
    assert steps(session, 4) == ["POST /users"]


def test_a_read_that_saw_a_later_state_waits_for_it() -> None:
    session = Session()
    session.call("a>pay", "POST /payments", {}, 201, {"id": 1, "status": "pending"})
    session.call("a>pay", "GET /payments/1", None, 200, {"id": 1, "status": "pending"})
    session.call("a>pay", "GET /payments/1", None, 200, {"id": 1, "status": "success"})
    assert steps(session, 2) == ["POST /payments"]
    assert steps(session, 3) == ["POST /payments", "GET /payments/1 until {'body.$.status': 'success'}"]


def test_a_write_after_a_later_state_waits_for_it_first() -> None:
    session = Session()
    session.call("a>pay", "POST /payments", {}, 201, {"id": 1, "status": "pending"})
    session.call("a>pay", "GET /payments/1", None, 200, {"id": 1, "status": "success"})
    session.call("a>pay", "POST /payments/1/refund", {}, 200)
    session.call("a>pay", "GET /payments/1", None, 200, {"id": 1, "status": "refunded"})
    waits = "GET /payments/1 until {'body.$.status': 'success'}"
    assert steps(session, 3) == ["POST /payments", waits]
    assert steps(session, 4) == ["POST /payments", waits, "POST /payments/1/refund"]


def test_of_calls_that_overlap_the_one_that_began_and_ended_first_came_before() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 1}, at=1, lasting=1)
    session.call("c>b", "PUT /users/1", {"name": "y"}, 200, at=2.5, lasting=2)
    session.call("a>b", "GET /users/1", None, 200, {"id": 1}, at=3, lasting=3)
    session.call("d>b", "PATCH /users/1", {"name": "z"}, 200, at=3.5, lasting=0.5)
    assert steps(session, 3) == ["POST /users", "PUT /users/1"]
    assert steps(session, 4) == ["POST /users"]


def test_a_call_that_is_sent_again_with_its_key_needs_the_first() -> None:
    session = Session()
    for key, status in (("8fdaa8f50719242e552f96afac2a4320", 201), ("8fdaa8f50719242e552f96afac2a4320", 200)):
        session.call("a>b", "POST /pay", {"amount": 3}, status, {"ok": True}, headers=(("Idempotency-Key", key),))
    again = view_of(session, "a>b", "POST /pay -> 200")
    assert again.steps == ["call POST /pay -> 201"]
    (name,) = again.state["mint"]
    assert again.generator("header", "Idempotency-Key") == "${" + name + "}"
    assert view_of(session, "a>b", "POST /pay -> 201").steps == []


def test_a_listing_that_shows_paths_below_its_own_needs_the_calls_that_wrote_them() -> None:
    session = Session()
    session.call("a>b", "MKCOL /files/photos/", None, 201)
    session.call("a>b", "PROPFIND /files/", None, 207, {"seen": [{"href": "/files/"}, {"href": "/files/photos/"}]})
    view = view_of(session, "a>b", "PROPFIND /files/ -> 207")
    assert view.steps == ["call MKCOL /files/{id}/ -> 201"]
    assert view.rule("$.seen[*].href") == ["type"]


def test_a_collection_that_speaks_of_what_was_put_below_it_needs_that() -> None:
    """By name, whatever the notation of the answer."""
    session = Session()
    session.call("a>b", "PUT /dav/one.txt", Raw(b"x", "text/plain"), 201)
    session.call("a>b", "PUT /dav/two.txt", Raw(b"x", "text/plain"), 201)
    answer = Raw(b"<list><href>/dav/one.txt</href></list>", "text/xml")
    session.call("a>b", "PROPFIND /dav/", None, 207, answer)
    assert steps(session) == ["PUT /dav/one.txt"]


def test_an_operation_names_in_its_body_what_it_is_about() -> None:
    """So a change that came between is needed, and what only read is not."""

    def call(name: str, text: str) -> dict[str, JsonValue]:
        return {"operationName": name, "query": f"{text} {name}($id: ID!) {{ note(id: $id) {{ id }} }}"}

    session = Session()
    session.call("a>b", "POST /graphql", call("AddNote", "mutation"), 200, {"data": {"addNote": {"id": "n-1"}}})
    for name, text in (("ReadNote", "query"), ("EditNote", "mutation"), ("ReadNote", "query")):
        sent: dict[str, JsonValue] = {**call(name, text), "variables": {"id": "n-1"}}
        session.call("a>b", "POST /graphql", sent, 200, {"data": {"note": {"id": "n-1"}}})
    assert len(steps(session)) == 2


def test_a_search_by_post_needs_what_it_shows_and_changes_nothing() -> None:
    session = Session()
    session.call("a>b", "POST /notes", {"text": "x"}, 201, {"id": 1})
    session.call("a>b", "POST /notes/search", {"text": "x"}, 200, {"hits": [{"id": 1}]})
    session.call("a>b", "GET /notes/1", None, 200, {"id": 1})
    assert steps(session, 2) == ["POST /notes"]
    assert steps(session, 3) == ["POST /notes"]


def test_members_of_a_list_of_whatever_there_is_are_not_waited_for_by_position() -> None:
    session = Session()
    session.call("a>pay", "POST /payments", {"x": 1}, 201, {"id": 1, "status": "pending"})
    session.call("a>pay", "GET /payments", None, 200, [{"id": 1, "status": "success"}])
    assert steps(session, 2) == ["POST /payments"]


def test_each_operation_upon_what_has_a_name_counts() -> None:
    """Two messages are two, however alike; a second queue of the name is one of a provider that was reset."""
    session = Session()
    for operation in ("CreateQueue", "SendJob", "SendJob", "CountJobs"):
        headers = (("X-Amz-Target", f"Store_20260101.{operation}"),)
        session.call("a>b", "POST /", {"QueueName": "jobs", "Body": "x"}, 200, {}, headers=headers)
    assert steps(session, 4) == ["POST /", "POST /", "POST /"]


def test_a_reading_operation_needs_what_changed_all_that_it_names() -> None:
    """Keys that a consumer chose stand in bodies there; one that was never put needs nothing."""
    session = Session()
    item: JsonValue = {"TableName": "cups", "Item": {"pk": {"S": "red"}, "n": {"N": "3"}}}
    session.call("a>b", "POST /", item, 200, {}, headers=(("X-Amz-Target", "Store_20260101.PutItem"),))
    for key in ("red", "none"):
        asked: JsonValue = {"TableName": "cups", "Key": {"pk": {"S": key}}}
        session.call("a>b", "POST /", asked, 200, {}, headers=(("X-Amz-Target", "Store_20260101.GetItem"),))
    assert steps(session, 2) == ["POST /"]
    assert steps(session, 3) == []
    view = view_of(session, "a>b", "POST / -> 200 (Store_20260101.PutItem)")
    assert view.interaction["request"]["headers"]["X-Amz-Target"] == ["Store_20260101.PutItem"]


def full(*, mail: str = "") -> Session:
    """Give a session in which a room has places for two."""
    session = Session()
    session.call("a>b", "POST /rooms", {"places": 2}, 201, {"id": 5})
    session.call("a>b", "POST /rooms", {"places": 9}, 201, {"id": 6})
    session.call("a>b", "POST /stays", {"room_id": 5, "mail": "ann@x.org"}, 201, {"id": 71})
    session.call("a>b", "POST /stays", {"room_id": 6, "mail": "bob@x.org"}, 201, {"id": 72})
    session.call("a>b", "POST /stays", {"room_id": 5, "mail": "cid@x.org"}, 201, {"id": 73})
    session.call("a>b", "POST /stays", {"room_id": 5, "mail": mail or "dan@x.org"}, 409, {"error": "refused"})
    return session


def test_all_that_named_the_same_thing_before_a_conflict_took_its_places() -> None:
    assert steps(full()) == ["POST /rooms", "POST /stays", "POST /stays"]


def test_a_conflict_that_one_success_explains_needs_no_other() -> None:
    assert steps(full(mail="ann@x.org")) == ["POST /rooms", "POST /stays"]


def test_what_was_answered_by_where_to_look_now_belongs_to_the_state_of_what_is_seen_there() -> None:
    """A page on which somebody paid answers 303 and no 2xx; nobody would pay while the paid thing is waited for."""
    session = Session()
    for number in (1, 2):
        id_ = f"cs_test_{number}a8Kq0Zx7LmP3"
        session.call("shop>bank", "POST /pages", {"amount": 5}, 201, {"id": id_, "status": "open"})
        session.call("ann>bank", f"POST /pay/{id_}", None, 303, Raw(b"", "text/html"))
        session.call("shop>bank", f"GET /pages/{id_}", None, 200, {"id": id_, "status": "paid"})
    view = view_of(session, "shop>bank", "GET /pages/{id} -> 200")
    assert view.steps == ["call POST /pages -> 201", "call POST /pay/{id} -> 303"]
