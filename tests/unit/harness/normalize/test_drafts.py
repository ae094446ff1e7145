"""The key under which like exchanges come together."""

from __future__ import annotations

import pytest

from tests.unit.harness.normalize.sessions import Raw, Session
from tests.unit.harness.normalize.views import flow_of, observed
from treaty.contract.json_value import JsonValue
from treaty.normalize.changes import learn
from treaty.normalize.drafts import Draft, World, content_type, draft


def drafts(session: Session) -> list[Draft]:
    observations, flow = observed(session), flow_of(session)
    world = World.of(observations, flow, learn(observations, flow))
    return [draft(item, world) for item in observations]


def one(line: str, sent: JsonValue | Raw = None, status: int = 200, **headers: str) -> Draft:
    session = Session()
    lines = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    session.call("a>b", line, sent, status, headers=lines)
    return drafts(session)[0]


def test_an_operation_is_method_template_name_status_and_media_type() -> None:
    assert one("POST /users/7", {"x": 1}, 201).operation == ("POST", "/users/{id}", "", "201", "application/json")


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (one("POST /", {"jsonrpc": "2.0", "method": "add", "id": 1}), "add"),
        (one("POST /graphql", {"query": "query Users { users }", "operationName": "Users"}), "Users"),
        (one("POST /graphql", {"query": "{ users }", "operationName": None}), "users"),
        (one("POST /soap", Raw(b"<a/>", "text/xml"), SOAPAction='"add"'), "add"),
        (one("POST /", Raw(b"Action=Run&x=1", "application/x-www-form-urlencoded")), "Run"),
        (one("POST /", {}, X_Amz_Target="Queue.Send"), "Queue.Send"),
        (one("GET /search?query=x"), ""),
    ],
)
def test_protocols_that_put_the_operation_elsewhere_are_known(made: Draft, name: str) -> None:
    assert made.operation[2] == name


def test_the_shape_of_a_request_is_its_keys_never_its_values() -> None:
    first = one("POST /x?b=1&b=2", {"items": [{"n": 1}, {"n": 2}], "id": 1}, Authorization="Bearer x", X_Other="1")
    second = one("POST /x?b=9", {"items": [{"n": 3}], "id": 2}, Authorization="Bearer y")
    assert first.request_shape == second.request_shape == (
        "body.$.id", "body.$.items[*].n", "header.Authorization", "query.b",
    )  # fmt: skip
    assert one("POST /x").request_shape == ("no body",)
    assert one("POST /x", {}).request_shape == ()


def test_a_states_signature_counts_no_further_than_two() -> None:
    def listing(users: int) -> Draft:
        session = Session()
        for number in range(users):
            session.call("a>b", "POST /users", {"name": f"n{number}"}, 201, {"id": number + 1})
        session.call("a>b", "GET /users", None, 200, [{"id": number + 1} for number in range(users)])
        return drafts(session)[-1]

    assert listing(2).state_signature == listing(5).state_signature
    assert listing(1).state_signature != listing(2).state_signature
    assert listing(2).size < listing(5).size, "the shortest set-up is the example"


def test_what_is_switched_to_and_fro_comes_to_the_last_two_of_each_step() -> None:
    def after(*states: str) -> Draft:
        session = Session()
        session.call("a>b", "POST /lamps", {"room": "hall"}, 201, {"id": 1})
        for state in states:
            session.call("a>b", "PUT /lamps/1", {"state": state})
        session.call("a>b", "GET /lamps/1", None, 200, {"id": 1, "state": states[-1]})
        return drafts(session)[-1]

    often = after(*["on", "off"] * 9)
    assert often.state_signature == after("on", "off", "on", "off").state_signature
    assert often.state_signature != after("off", "on", "off", "on").state_signature
    assert often.state_signature != after("on", "off").state_signature


def test_updates_are_told_apart_by_their_codes_and_not_by_their_names() -> None:
    def after(body: JsonValue) -> Draft:
        session = Session()
        session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 1})
        session.call("a>b", "PUT /users/1", body)
        session.call("a>b", "GET /users/1", None, 200, {"id": 1})
        return drafts(session)[-1]

    assert after({"status": "on"}).state_signature != after({"status": "off"}).state_signature
    assert after({"name": "ann"}).state_signature == after({"name": "bob"}).state_signature


def test_the_media_type_of_an_answer_is_without_parameters() -> None:
    session = Session()
    session.call("a>b", "GET /x", None, 200, Raw(b"{}", "Application/JSON; charset=utf-8"))
    session.call("a>b", "GET /y", None, 204)
    assert [content_type(item) for item in observed(session)] == ["application/json", ""]


def test_of_two_lists_in_one_place_only_one_has_the_members() -> None:
    session = Session()
    session.call("a>b", "POST /boards", {"x": 1}, 201, {"id": 1})
    for column in (2, 3):
        session.call("a>b", "POST /boards/1/columns", {"x": 1}, 201, {"id": column})
    session.call("a>b", "POST /boards/1/columns/2/cards", {"x": 1}, 201, {"id": 4})
    session.call("a>b", "GET /boards/1/columns/2/cards", None, 200, [{"id": 4}])
    session.call("a>b", "GET /boards/1/columns/3/cards", None, 200, [])
    first, second = drafts(session)[-2:]
    assert first.state_signature != second.state_signature
