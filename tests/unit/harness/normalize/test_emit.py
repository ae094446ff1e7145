"""Interactions and pacts as Pact V4 has them."""

from __future__ import annotations

import re

from tests.unit.harness.normalize.sessions import Raw, Session
from tests.unit.harness.normalize.views import pact_of, view_of
from treaty.contract.json_value import JsonValue


def test_a_pact_names_both_sides_its_version_and_nothing_about_the_recording() -> None:
    session = Session()
    session.call("a>b", "GET /x", None, 200, {"status": "ok"})
    assert pact_of(session, "a>b") == {
        "consumer": {"name": "a"},
        "provider": {"name": "b"},
        "interactions": [
            {
                "type": "Synchronous/HTTP",
                "key": pact_of(session, "a>b")["interactions"][0]["key"],
                "description": "GET /x -> 200",
                "pending": False,
                "request": {"method": "GET", "path": "/x"},
                "response": {
                    "status": 200,
                    "headers": {"Content-Type": ["application/json"]},
                    "body": {"contentType": "application/json", "encoded": False, "content": {"status": "ok"}},
                    "matchingRules": {
                        "header": {
                            "Content-Type": {
                                "combine": "AND",
                                "matchers": [{"match": "regex", "regex": r"application/json(\s*;.*)?"}],
                            }
                        }
                    },
                },
            }
        ],
        "metadata": {"pactSpecification": {"version": "4.0"}, "treaty": {"format": 1}},
    }


def test_a_location_names_the_provider_and_the_example_and_is_matched_by_form() -> None:
    session = Session()
    place = (("Location", "http://127.0.0.1:8081/users/7?x=1"), ("Server", "x"), ("ETag", '"1"'))
    session.call("a>b", "POST /users", {}, 201, {"id": 7}, answer_headers=place)
    view = view_of(session, "a>b", "POST /users -> 201")
    assert view.interaction["response"]["headers"] == {
        "Content-Type": ["application/json"],
        "ETag": ['"tag"'],
        "Location": ["http://b/users/9007001?x=1"],
    }
    (pattern,) = view.rule("Location", "header")
    assert re.fullmatch(pattern, "https://elsewhere/users/99")
    assert re.fullmatch(pattern, "/users/99")
    assert not re.fullmatch(pattern, "/orders/99")


def test_headers_that_some_answer_lacks_are_not_promised() -> None:
    session = Session()
    session.call("a>b", "GET /x", None, 405, answer_headers=(("Allow", "GET"),))
    session.call("a>b", "GET /x", None, 405)
    assert "headers" not in view_of(session, "a>b", "GET /x -> 405").interaction["response"]


def test_a_challenge_is_promised_by_its_scheme() -> None:
    session = Session()
    session.call("a>b", "GET /x", None, 401, answer_headers=(("WWW-Authenticate", 'Bearer realm="x"'),))
    view = view_of(session, "a>b", "GET /x -> 401")
    assert view.interaction["response"]["headers"] == {"WWW-Authenticate": ["Bearer"]}
    assert view.rule("WWW-Authenticate", "header") == [r"Bearer(\s.*)?"]


def test_the_parameters_of_media_types_are_open() -> None:
    session = Session()
    body = Raw(b"{}", "application/json; charset=utf-8")
    session.call("a>b", "POST /x", body, 200, body, headers=(("Accept", "application/json"),))
    view = view_of(session, "a>b", "POST /x -> 200")
    for pattern in (view.rule("Content-Type", "header")[0], view.asked("header", "Content-Type")[0]):
        assert re.fullmatch(pattern, "application/json")
        assert not re.fullmatch(pattern, "application/json2")
    assert view.asked("header", "Accept") == [".*"]


def test_an_answer_to_head_has_no_body() -> None:
    session = Session()
    session.call("a>b", "HEAD /x", None, 200, {"a": 1})
    assert "body" not in view_of(session, "a>b", "HEAD /x -> 200").interaction["response"]


def test_codes_in_plain_text_are_exact_and_prose_is_any_text() -> None:
    session = Session()
    session.call("a>b", "GET /code", None, 200, Raw(b"OK", "text/plain"))
    session.call("a>b", "GET /prose", None, 200, Raw(b"all is well", "text/plain"))
    assert view_of(session, "a>b", "GET /code -> 200").rule("$") == []
    assert view_of(session, "a>b", "GET /prose -> 200").rule("$") == [r"[\s\S]*"]


def test_a_request_is_open_where_stubs_need_not_tell_requests_apart() -> None:
    session = Session()
    for user, kind in ((3, "fast"), (4, "slow")):
        session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": user})
        body: JsonValue = {
            "user_id": user, "items": [{"name": "Desk", "quantity": 2}], "kind": kind, "gift": True, "none": None,
            "note": "two words", "at": "2026-11-20T10:00:02Z",
        }  # fmt: skip
        session.call("a>b", f"POST /users/{user}/orders?kind=fast", body, 201, {"id": user + 10})
    view = view_of(session, "a>b", "POST /users/{id}/orders -> 201")
    assert view.asked("path") == [r"/users/\d+/orders"]
    assert view.asked("query", "kind") == []
    assert view.asked("body", "$.user_id") == ["integer"]
    assert view.asked("body", "$.items") == ["type"]
    assert view.asked("body", "$.items[*].name") == ["type"]
    assert view.asked("body", "$.items[*].quantity") == ["number"]
    assert view.asked("body", "$.kind") == ["fast|slow"]
    assert view.asked("body", "$.gift") == view.asked("body", "$.none") == []
    assert view.asked("body", "$.note") == ["type"]


def test_a_refused_request_is_asked_for_as_it_was() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "", "age": -1, "tags": [{"x": "a b"}]}, 422, {"error": "invalid"})
    assert view_of(session, "a>b", "POST /users -> 422").request.get("matchingRules", {}).keys() == {"header"}


def test_a_refusal_that_was_seen_with_several_words_is_asked_for_with_any_of_them() -> None:
    """A success with a third word says nothing of the refusal."""
    session = Session()
    for number, kind in enumerate(("card", "cash", "cheque"), 1):
        session.call(
            "a>b", "POST /payments", {"order": 500 + number, "kind": kind}, 201, {"id": 70 + number, "kind": kind}
        )
        if kind != "cheque":
            body: JsonValue = {"order": 500 + number, "kind": kind}
            session.call("a>b", "POST /payments", body, 409, {"error": "already_paid"})
    view = view_of(session, "a>b", "POST /payments -> 409")
    assert view.asked("body", "$.kind") == ["card|cash"]
    assert view_of(session, "a>b", "POST /payments -> 201").asked("body", "$.kind") == ["card|cash|cheque"]


def test_the_path_of_what_nobody_made_is_literal() -> None:
    session = Session()
    session.call("a>b", "GET /users/99", None, 404, {"error": "not_found", "message": "user 99 not found"})
    view = view_of(session, "a>b", "GET /users/{id} -> 404")
    assert view.request == {"method": "GET", "path": "/users/9007199"}
    assert view.answer["message"] == "user 9007199 not found"


def test_generators_bring_in_the_set_ups_values_in_every_part() -> None:
    session = Session()
    token = "tok_9f8e7d6c5b4a39281706f5"
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 3, "token": token})
    headers = (("X-Token", token),)
    session.call("a>b", "POST /users/3/notes?user_id=3", {"user_id": 3}, 201, {"id": 1}, headers=headers)
    view = view_of(session, "a>b", "POST /users/{id}/notes -> 201")
    assert view.generator("path").startswith("/users/${user_id_")
    assert view.generator("query", "user_id").startswith("${user_id_")
    assert view.generator("header", "X-Token").startswith("${user_token_")
    assert view.request["generators"]["body"]["$.user_id"]["dataType"] == "INTEGER"
    assert view.request["generators"]["query"]["user_id"]["dataType"] == "STRING"


def test_a_location_that_ends_with_a_slash_keeps_it() -> None:
    """An empty segment is no value."""
    session = Session()
    session.call("a>b", "GET /simple/pip", None, 303, answer_headers=(("Location", "/simple/pip/"),))
    (pattern,) = view_of(session, "a>b", "GET /simple/pip -> 303").rule("Location", "header")
    assert re.fullmatch(pattern, "/simple/pip/")
    assert not re.fullmatch(pattern, "/simple/pip/more")


def test_a_location_at_another_host_is_promised_with_that_host() -> None:
    """The provider's own address, on whatever port, is not."""
    session = Session()
    session.call("a>b", "GET /away", None, 302, answer_headers=(("Location", "https://pages.example/all/pip/"),))
    session.call("a>b", "GET /here", None, 302, answer_headers=(("Location", "http://localhost:8081/there"),))
    away, here = view_of(session, "a>b", "GET /away -> 302"), view_of(session, "a>b", "GET /here -> 302")
    assert away.interaction["response"]["headers"]["Location"] == ["https://pages.example/all/pip/"]
    (pattern,) = away.rule("Location", "header")
    assert re.fullmatch(pattern, "https://pages.example/all/pip/")
    assert not re.fullmatch(pattern, "https://evil.example/all/pip/")
    assert here.interaction["response"]["headers"]["Location"] == ["http://b/there"]
    assert re.fullmatch(here.rule("Location", "header")[0], "http://elsewhere:1/there")


def test_what_only_looks_like_a_url_does_no_harm() -> None:
    """Brackets that never close, in a header and in a body."""
    session = Session()
    odd = (("Location", "http://[x/y"),)
    session.call("a>b", "PUT /odd", None, 201, {"link": "http://[::x"}, answer_headers=odd)
    assert view_of(session, "a>b", "PUT /odd -> 201").answer["link"].endswith("[::x")
