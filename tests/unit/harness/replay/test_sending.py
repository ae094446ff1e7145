"""The request of a recorded call as it is sent again."""

from __future__ import annotations

import base64

from tests.unit.harness.normalize.sessions import Raw, Session
from tests.unit.harness.replay.scenes import Replayed, replayed
from treaty.contract.json_value import JsonValue, dumps, loads
from treaty.verify.calls import Answer, Call

OLD = "7b0c4d4e-9d0a-4d3b-8a51-0c2f3f1d5a10"
NEW = "11111111-2222-4333-8444-555555555555"


def answered(value: JsonValue, status: int = 200, *headers: tuple[str, str]) -> Answer:
    return Answer(status=status, headers=(("Content-Type", "application/json"), *headers), body=dumps(value).encode())


def last(result: Replayed) -> Call:
    return result.wire.sent[-1][1]


def headers_of(call: Call) -> dict[str, str]:
    return {name.lower(): value for name, value in call.headers}


def test_what_depends_on_nothing_is_sent_byte_by_byte() -> None:
    """Odd escapes, blanks and orders stay."""
    session = Session()
    session.call("a>b", "POST /a%2Fb/~x?q=a+b&&q=%20", Raw(b'{ "b":1,\n"a": 1.10}', "application/json"), 200, {})
    call = last(replayed(session.exchanges))
    assert (call.target, call.body) == ("/a%2Fb/~x?q=a+b&&q=%20", b'{ "b":1,\n"a": 1.10}')


def test_ids_go_where_the_recording_used_them() -> None:
    """In path, query, header, JSON and form."""
    session = Session()
    form = Raw(f"note=a+b&job={OLD}&x=1".encode(), "application/x-www-form-urlencoded")
    session.call("a>b", "POST /jobs", {"n": 1}, 201, {"id": OLD})
    session.call("a>b", f"GET /jobs/{OLD}/log?job={OLD}&x=a%20b", None, 200, {}, headers=(("X-Job", OLD),))
    session.call("a>b", "POST /links", {"job": OLD, "text": f"see {OLD}!"}, 200, {})
    session.call("a>b", "POST /forms", form, 200, {})
    result = replayed(session.exchanges, [answered({"id": NEW}, 201), answered({})])
    _, read, link, filled = (call for _, call in result.wire.sent)
    assert read.target == f"/jobs/{NEW}/log?job={NEW}&x=a%20b"
    assert headers_of(read)["x-job"] == NEW
    assert link.body == dumps({"job": NEW, "text": f"see {NEW}!"}).encode()
    assert filled.body == f"note=a+b&job={NEW}&x=1".encode()


def test_a_token_of_a_login_goes_into_the_calls_after_it() -> None:
    """With its scheme; the stand-in that the session holds is not sent."""
    session = Session()
    session.call(
        "a>b", "POST /login", {"user": "ann"}, 200, {"token": "stand-in-0001"}, redacted=("response.body.$.token",)
    )
    session.call(
        "a>b",
        "GET /me",
        None,
        200,
        {},
        headers=(("Authorization", "Bearer stand-in-0001"),),
        redacted=("request.header.Authorization",),
    )
    result = replayed(session.exchanges, [answered({"token": "the-real-one"}), answered({})])
    assert headers_of(last(result))["authorization"] == "Bearer the-real-one"


def test_a_secret_from_outside_is_filled_by_its_name() -> None:
    """Header or field; without a value the stand-in is sent."""
    session = Session()
    session.call(
        "a>b",
        "POST /me",
        {"password": "stand-in"},
        200,
        {},
        headers=(("Authorization", "Bearer stand-in-0001"),),
        redacted=("request.header.Authorization", "request.body.$.password"),
    )
    filled = last(replayed(session.exchanges, secrets={"authorization": "given", "password": "p4ss"}))
    assert headers_of(filled)["authorization"] == "Bearer given"
    assert filled.body == b'{"password":"p4ss"}'
    plain = last(replayed(session.exchanges))
    assert headers_of(plain)["authorization"] == "Bearer stand-in-0001"


def test_cookies_are_those_of_this_replay() -> None:
    session = Session()
    set_cookie = (("Set-Cookie", "sid=old; Path=/; HttpOnly"),)
    session.call("a>b", "POST /login", {"user": "ann"}, 200, {}, answer_headers=set_cookie)
    session.call("a>b", "GET /me", None, 200, {}, headers=(("Cookie", "theme=dark; sid=old"),))
    session.call("a>c", "GET /other", None, 200, {}, headers=(("Cookie", "sid=old"),))
    result = replayed(session.exchanges, [answered({}, 200, ("Set-Cookie", "sid=new; Path=/")), answered({})])
    assert headers_of(result.wire.sent[1][1])["cookie"] == "theme=dark; sid=new"
    assert headers_of(result.wire.sent[2][1])["cookie"] == "sid=old"


def test_what_belongs_to_one_connection_is_left_to_ours() -> None:
    session = Session()
    headers = (("Host", "a.test"), ("Content-Length", "9"), ("Accept-Encoding", "br"), ("Accept", "text/html"))
    session.call("a>b", "GET /x", None, 200, {}, headers=headers)
    assert headers_of(last(replayed(session.exchanges))) == {"accept": "text/html"}


def signing_up() -> Session:
    session = Session()
    basic = base64.b64encode(b"ann:stand-in 0 xyz").decode()
    sent: JsonValue = {"user": "ann", "password": "stand-in 0 xyz", "pin": "4711"}
    redacted = ("request.body.$.password", "request.body.$.pin")
    session.call("a>b", "POST /sign-up", sent, 201, {}, redacted=redacted)
    session.call("a>b", "POST /login", {"user": "ann", "password": "stand-in 0 xyz"}, 200, {}, redacted=redacted)
    authorization = (("Authorization", f"Basic {basic}"),)
    session.call("a>b", "GET /me", None, 200, {}, headers=authorization, redacted=("request.header.Authorization",))
    return session


def test_secrets_that_were_chosen_are_others_of_their_form_when_the_replay_is_recorded() -> None:
    """One is the same in all its places, inside Basic credentials too; digits may have a check sum."""
    calls = [call for _, call in replayed(signing_up().exchanges, stored=True).wire.sent]
    first, second = (loads(call.body or b"") for call in calls[:2])
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert first["password"] == second["password"] != "stand-in 0 xyz"
    assert first["pin"] == "4711"
    credentials = base64.b64decode(headers_of(calls[2])["authorization"].removeprefix("Basic ")).decode()
    assert credentials == f"ann:{first['password']}"


def test_else_stand_ins_are_sent_as_they_are() -> None:
    calls = [call for _, call in replayed(signing_up().exchanges).wire.sent]
    assert loads(calls[0].body or b"") == {"user": "ann", "password": "stand-in 0 xyz", "pin": "4711"}


def test_an_id_inside_a_text_is_taken_out_of_it() -> None:
    """A link in an answer names the next resource."""
    session = Session()
    session.call("a>b", "POST /orders", {"n": 1}, 202, {"follow": "/orders/7/status"})
    session.call("a>b", "GET /orders/7/status", None, 200, {"ready": True})
    result = replayed(session.exchanges, [answered({"follow": "/orders/9/status"}, 202), answered({"ready": True})])
    assert result.said == []
    assert last(result).target == "/orders/9/status"
