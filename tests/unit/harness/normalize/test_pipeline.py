"""From sessions to pacts: systems of every kind, and what must hold for each of their interactions."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest

from tests.unit.harness.normalize.sessions import START, Raw, Session
from tests.unit.harness.normalize.views import pact_of, view_of, views_of
from treaty.contract.json_value import JsonValue, Number, loads
from treaty.contract.matching import match_request, match_response
from treaty.contract.model import ActualRequest, ActualResponse
from treaty.normalize.pipeline import normalize
from treaty.pactfile import canonical_json, read_pact
from treaty.session.exchange import Edge

JSON = "application/json"


def forms() -> Session:
    session = Session()
    form = Raw(b"user=ann&tag=1&tag=2&note=two+words%26", "application/x-www-form-urlencoded")
    session.call("a>b", "POST /login", form, 200, Raw(b"welcome ann", "text/plain"))
    session.call("a>b", "POST /login", Raw(b"", "application/x-www-form-urlencoded"), 400, Raw(b"empty", "text/plain"))
    return session


def bodies() -> Session:
    session = Session()
    binary = Raw(b"\x00\x01\xff", "application/octet-stream")
    session.call("a>b", "POST /files", binary, 201, {"id": 5})
    session.call("a>b", "GET /files/5", None, 200, binary)
    session.call("a>b", "POST /documents", Raw(b"<a>1</a>", "application/xml"), 200, Raw(b"<b/>", "application/xml"))
    session.call("a>b", "POST /nulls", Raw(b"null", JSON), 200, Raw(b"null", JSON))
    session.call("a>b", "POST /untyped", Raw(b"[1,2]", ""), 200, Raw(b'{"a":1}', ""))
    session.call("a>b", "POST /texts", Raw(b"several words", "text/plain"), 200, Raw(b"OK", "text/plain"))
    session.call("a>b", "GET /broken", None, 200, Raw(b"{bad", JSON))
    session.call("a>b", "HEAD /texts")
    session.call("a>b", "OPTIONS /texts", None, 204, answer_headers=(("Allow", "GET, POST"),))
    return session


def scalars() -> Session:
    session = Session()
    session.call("a>b", "GET /items/count", None, 200, 42)
    session.call("a>b", "GET /items/ready", None, 200, answered=True)
    session.call("a>b", "GET /items/name", None, 200, "plain words here")
    session.call("a>b", "GET /items/code", None, 200, "ready")
    session.call("a>b", "GET /items/none", None, 200, [])
    session.call("a>b", "GET /items/empty", None, 200, {})
    session.call("a>b", "GET /items/deep", None, 200, [[[1, [2]]], {"a": [[]]}])
    session.call("a>b", "GET /items/odd", None, 200, {"a[0]": {"x'y": "two words"}, "1": "two words", "": 1, "ä.b": 2})
    return session


def numbers() -> Session:
    session = Session()
    answer = Raw(
        b'{"total":1.10,"code":1e400,"sum":1E999999999,"minus":-0,"long":12345678901234567890123,"rows":[{"a":1e400,'
        b'"b":0},{"a":1.10,"b":2}],"far":' + b"9" * 400 + b"}",
        JSON,
    )
    session.call("a>b", "GET /prices/1", None, 200, answer)
    session.call("a>b", "POST /prices", answer, 201, answer)
    return session


def clocks() -> Session:
    session = Session()
    now = int(START.timestamp())
    session.call(
        "a>b",
        "POST /events?since=2026-11-20T09:00:00Z",
        {"at": "2026-11-20T10:00:01Z", "until": "2026-11-20T11:00:01Z", "seconds": now, "day": "2026-11-27"},
        201,
        {
            "rfc": "2026-11-20T10:00:01Z",
            "fraction": "2026-11-20T10:00:01.5Z",
            "long": "2026-11-20T12:00:01.123456789+02:00",
            "naive": "2026-11-20 10:00:01",
            "day": "2026-11-20",
            "http": "Fri, 20 Nov 2026 10:00:01 GMT",
            "seconds": now,
            "milliseconds": now * 1000 + 5,
            "microseconds": now * 10**6,
            "nanoseconds": now * 10**9,
            "float": Number(f"{now}.123"),
            "later": "2026-11-20T10:15:01Z",
        },
    )
    return session


def fields_that_vary() -> Session:
    session = Session()
    session.call("a>b", "GET /prices/1", None, 200, {"text": None, "extra": "some text", "list": [], "code": None})
    session.call("a>b", "GET /prices/1", None, 200, {"text": "some text", "list": [{"x": "a b"}], "code": "good"})
    return session


def awkward_paths() -> Session:
    session = Session()
    session.call("a>b", "PUT /files/a%20b", {"name": "a b"}, 201, {"name": "a b"})
    session.call("a>b", "GET /files/a%20b", None, 200, {"name": "a b"})
    session.call("a>b", "GET /files/%C3%A4%2Fx?q=%26%3D&q=&flag", None, 404, {"error": "no"})
    session.call("a>b", "GET /", None, 200, {"name": "root"})
    session.call("a>b", "GET /a//b/", None, 200, {"name": "slashes"})
    session.call("a>b", "GET /price/${x}?y=${z}", None, 200, {"name": "dollars"})
    session.call("a>b", "POST /price", {"template": "${x} and $${y}"}, 200, {"template": "${x} and $${y}"})
    return session


def secrets() -> Session:
    session = Session()
    token = "tok_9f8e7d6c5b4a39281706f5"
    session.call(
        "a>b", "POST /login", {"username": "ann", "password": "secret-1"}, 200, {"token": token},
        redacted=("request.body.$.password", "response.body.$.token"),
    )  # fmt: skip
    header = (("X-Auth-Token", token),)
    session.call(
        "a>b", "GET /me", None, 200, {"username": "ann"}, headers=header, redacted=("request.header.X-Auth-Token",)
    )
    bearer = (("Authorization", "Bearer " + token),)
    session.call(
        "a>b", "GET /me", None, 200, {"username": "ann"}, headers=bearer, redacted=("request.header.Authorization",)
    )
    return session


GALLERY: list[Callable[[], Session]] = [
    forms, bodies, scalars, numbers, clocks, fields_that_vary, awkward_paths, secrets,
]  # fmt: skip


@pytest.mark.parametrize("build", GALLERY, ids=lambda build: build.__name__)
def test_every_example_satisfies_its_own_rules(build: Callable[[], Session]) -> None:
    document = pact_of(build(), "a>b")
    for interaction in read_pact(canonical_json(document), source="here").http_interactions():
        asked, promised = interaction.request, interaction.response
        request = ActualRequest(
            method=asked.method,
            path=asked.path,
            query=asked.query or {},
            headers=tuple((name, value) for name, values in asked.headers.items() for value in values),
            body=asked.body.data,
        )
        assert match_request(asked, request) == (), interaction.description
        answer = ActualResponse(
            status=promised.status,
            headers=tuple((name, value) for name, values in promised.headers.items() for value in values),
            body=promised.body.data,
        )
        assert match_response(promised, answer) == (), interaction.description


@pytest.mark.parametrize("build", GALLERY, ids=lambda build: build.__name__)
def test_recorded_calls_keep_the_promise_made_from_them(build: Callable[[], Session]) -> None:
    session = build()
    promises = read_pact(canonical_json(pact_of(session, "a>b")), source="here").http_interactions()
    for item in session.exchanges:
        assert item.response is not None
        request = ActualRequest(
            method=item.request.method,
            path=item.request.path,
            query=parameters(item.request.query),
            headers=item.request.headers,
            body=item.request.content.data or None,
        )
        answer = ActualResponse(
            status=item.response.status, headers=item.response.headers, body=item.response.content.data or None
        )
        faults = [
            match_request(promise.request, request) + match_response(promise.response, answer)
            for promise in promises
            if f"{item.request.method} " in promise.description and f"-> {answer.status}" in promise.description
        ]
        assert () in faults, (item.request.method, item.request.path, faults)


def parameters(query: str | None) -> dict[str, tuple[str | None, ...]]:
    found: dict[str, tuple[str | None, ...]] = {}
    for name, value in parse_qsl(query or "", keep_blank_values=True):
        found[name] = (*found.get(name, ()), value)
    return found


def test_a_body_that_only_claims_to_be_json_is_sent_again_byte_for_byte() -> None:
    session = Session()
    session.call("a>b", "POST /broken", Raw(b"{bad", JSON), 400, Raw(b"bad request body", "text/plain"))
    (promise,) = read_pact(canonical_json(pact_of(session, "a>b")), source="here").http_interactions()
    assert promise.request.body.data == b"{bad"


def test_a_json_null_is_not_the_same_as_no_body() -> None:
    view = view_of(bodies(), "a>b", "POST /nulls -> 200")
    assert view.request["body"] == {"contentType": JSON, "encoded": "json", "content": "null"}
    assert view.interaction["response"]["body"] == {"contentType": JSON, "encoded": "json", "content": "null"}
    assert "body" not in view_of(bodies(), "a>b", "HEAD /texts -> 200").interaction["response"]


def test_every_format_of_time_is_a_clock_and_keeps_its_form() -> None:
    view = view_of(clocks(), "a>b", "POST /events -> 201")
    assert {place: cause["cause"] for place, cause in view.causes.items()} == {
        f"body.$.{name}": "clock" for name in view.answer
    }
    assert view.answer == {
        "rfc": "2000-01-01T00:00:00Z",
        "fraction": "2000-01-01T00:00:00.000000Z",
        "long": "2000-01-01T00:00:00.000000+00:00",
        "naive": "2000-01-01 00:00:00",
        "day": "2000-01-01",
        "http": "Sat, 01 Jan 2000 00:00:00 GMT",
        "seconds": 946684800,
        "milliseconds": 946684800000,
        "microseconds": 946684800000000,
        "nanoseconds": 946684800000000000,
        "float": Number("946684800.0"),
        "later": "2000-01-01T00:15:00Z",
    }
    assert view.request["body"]["content"] == {
        "at": "2000-01-01T00:00:00Z",
        "until": "2000-01-01T01:00:00Z",
        "seconds": 946684800,
        "day": "2000-01-08",
    }


def test_a_leaf_that_is_null_at_times_shows_a_value_and_allows_null() -> None:
    view = view_of(fields_that_vary(), "a>b", "GET /prices/{id} -> 200")
    assert view.answer["text"] == "some text"
    assert view.rule("$.text") == ["type", "null"]
    assert "extra" not in view.answer, "what one answer lacks is not demanded"
    assert view.rule("$.list") == ["type"]


def test_a_secret_that_an_answer_gave_out_flows_into_the_header_that_carries_it() -> None:
    with_token, with_bearer = None, None
    for view in views_of(secrets(), "a>b"):
        headers = view.request.get("headers", {})
        with_token = view if "X-Auth-Token" in headers else with_token
        with_bearer = view if "Authorization" in headers else with_bearer
    assert with_token is not None
    assert with_bearer is not None
    assert with_token.steps == ["call POST /login -> 200"]
    assert with_token.generator("header", "X-Auth-Token").startswith("${login_token_")
    assert with_bearer.steps == ["call POST /login -> 200"]
    assert with_bearer.asked("header", "Authorization") == [".+"]
    assert with_bearer.generator("header", "Authorization").startswith("Bearer ${login_token_")


@pytest.mark.parametrize("token", ["tok_9f8e7d6c5b4a39281706f5", "just-words", "eyJhIjoxfQ.eyJiIjoxfQ.a1B2c3"])
def test_a_login_follows_the_account_and_its_token_the_calls_that_show_it(token: str) -> None:
    """Whatever the token looks like; the account is new for each set-up, its password the same stand-in everywhere."""
    session = Session()
    password = ("request.body.$.password",)
    account: JsonValue = {"username": "ann", "password": "xqz rtwvk-1"}
    session.call("a>b", "POST /register", account, 201, {"username": "ann"}, redacted=password)
    session.call("a>b", "POST /login", {"username": "ann", "password": "other-1"}, 401, redacted=password)
    session.call("a>b", "POST /login", account, 200, {"jwt": token}, redacted=(*password, "response.body.$.jwt"))
    headers, places = (("authorization", "Bearer " + token),), ("request.header.authorization",)
    session.call("a>b", "POST /items", {"name": "x"}, 201, {"id": 1}, headers=headers, redacted=places)
    login = view_of(session, "a>b", "POST /login -> 200")
    made = view_of(session, "a>b", "POST /items -> 201")
    assert login.steps == ["call POST /register -> 201"]
    assert login.generator("body", "$.username").startswith("${register_username_")
    assert view_of(session, "a>b", "POST /login -> 401").steps == login.steps
    assert made.steps == ["call POST /register -> 201", "call POST /login -> 200"]
    (variable,) = made.state["steps"][1]["call"]["bind"]
    assert made.state["steps"][1]["call"]["bind"] == {variable: "body.$.jwt"}
    assert made.generator("header", "authorization") == "Bearer ${" + variable + "}"


def test_credentials_that_were_shown_before_they_were_given_came_from_outside() -> None:
    """So did those of another service, and accounts that no call made."""
    session = Session()
    key = "key_1a2b3c4d5e6f7a8b9c0d"
    shown = (("Authorization", "Bearer " + key),)
    places = ("request.header.Authorization",)
    session.call("a>b", "GET /me", None, 200, {"key": key}, headers=shown, redacted=(*places, "response.body.$.key"))
    session.call("a>c", "POST /tokens", {"user": "ann", "password": "x"}, 200, {"token": "tok 1"})
    session.call("a>b", "GET /items/x", headers=shown, redacted=places)
    session.call("a>b", "GET /others", headers=(("Authorization", "Bearer tok 1"),), redacted=places)
    for view in views_of(session, "a>b"):
        assert view.steps == []
    slots = {view.generator("header", "Authorization") for view in views_of(session, "a>b")}
    assert slots == {"Bearer ${secret.token}", ""}


def test_an_id_that_the_provider_names_to_others_before_it_answers_is_its_own() -> None:
    session = Session()
    session.call("client>order", "POST /orders", {"user_id": 5}, 201, {"id": 1, "user_id": 5}, lasting=0.5)
    session.call("order>note", "POST /notes", {"order_id": 1, "text": "made"}, 202, at=1.2)
    session.call("client>order", "GET /orders/1", None, 200, {"id": 1, "user_id": 5})
    created = view_of(session, "client>order", "POST /orders -> 201")
    assert created.causes["body.$.id"] == {"cause": "created"}
    assert view_of(session, "client>order", "GET /orders/{id} -> 200").steps == ["call POST /orders -> 201"]
    told = view_of(session, "order>note", "POST /notes -> 202")
    assert list(told.state["mint"].values()) == [{"type": "integer", "like": 9007001}]


def test_one_providers_states_serve_all_its_consumers() -> None:
    session = Session()
    session.call("web>user", "POST /users", {"email": "a@x.org"}, 201, {"id": 3})
    session.call("order>user", "GET /users/3", None, 200, {"id": 3, "email": "a@x.org"})
    session.call("mail>user", "GET /users?user_id=3", None, 200, {"users": [{"id": 3, "email": "a@x.org"}], "total": 1})
    assert view_of(session, "order>user", "GET /users/{id} -> 200").steps == ["call POST /users -> 201"]
    searched = view_of(session, "mail>user", "GET /users -> 200")
    assert searched.steps == ["call POST /users -> 201"]
    assert searched.rule("$.total") == ["number", r"1(\.0+)?"], "a scoped list is closed, and its length is computed"


def test_an_edge_without_a_promise_has_no_pact_but_is_counted() -> None:
    session = Session()
    session.call("a>b", "GET /x", None, 503, {"error": "down"})
    result = normalize(session.exchanges, [Edge(consumer="c", provider="d")])
    assert result.pacts == {}
    assert result.observed == {Edge(consumer="a", provider="b"): 1}
    assert [finding.kind for finding in result.findings] == [
        "edge-always-fails", "edge-without-traffic", "server-error",
    ]  # fmt: skip


def test_nothing_gives_nothing() -> None:
    assert normalize([]).pacts == {}


def test_numbers_keep_their_text_where_their_value_is_promised() -> None:
    session = Session()
    session.call("a>b", "POST /prices", {"amount": Number("1.10")}, 201, {"amount": Number("1.10")})
    data = canonical_json(pact_of(session, "a>b"))
    assert data.count(b"1.10") == 2
    assert loads(data)
