"""Exchanges made ready for reasoning."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.harness.normalize.sessions import Raw, Session
from tests.unit.harness.normalize.views import observed
from treaty.normalize.observations import observe, split_credentials, usable
from treaty.session.exchange import Content


@pytest.mark.parametrize(("status", "kept"), [(200, True), (302, True), (404, True), (499, True), (500, False)])
def test_only_answers_of_the_provider_that_are_no_server_errors_are_promises(status: int, kept: bool) -> None:
    assert usable(Session().call("a>b", "GET /x", None, status)) is kept


def test_calls_that_broke_on_the_wire_are_no_promises() -> None:
    exchange = Session().call("a>b", "GET /x")
    assert not usable(replace(exchange, response=None, error="connection reset"))
    assert not usable(replace(exchange, error="the answer was cut short"))


def test_a_request_whose_body_is_not_at_hand_is_no_promise() -> None:
    """It would be sent without one, and that is another request."""
    exchange = Session().call("a>b", "POST /x", {"a": 1}, 201)
    for content in (Content(data=b"", size=50_000_000, sha256="0" * 64), Content(data=b"{", size=1, missing="cut")):
        assert not usable(replace(exchange, request=replace(exchange.request, content=content)))


def test_preflights_are_left_out_and_plain_options_are_kept() -> None:
    session = Session()
    session.call("a>b", "OPTIONS /x", None, 204, headers=(("Access-Control-Request-Method", "POST"),))
    session.call("a>b", "OPTIONS /x", None, 204)
    assert [item.number for item in observed(session)] == [2]


def test_observations_come_in_the_order_of_their_start() -> None:
    session = Session()
    session.call("a>b", "GET /late", at=5)
    session.call("a>b", "GET /early", at=1)
    session.call("a>b", "GET /same", at=1)
    assert [item.path for item in observed(session)] == ["/early", "/same", "/late"]


def test_leaves_of_a_request_come_from_path_query_headers_and_body() -> None:
    session = Session()
    session.call("a>b", "POST /users/7?a=1", {"x": 1}, headers=(("X-Key", "k"), ("Accept", "text/html")))
    (item,) = observed(session)
    assert [(leaf.location, leaf.value) for leaf in item.request] == [
        ("path[1]", 7),
        ("query.a[0]", "1"),
        ("header.X-Key", "k"),
        ("body.$.x", 1),
    ]
    assert item.request_leaf("query.a[0]") is item.request[1]
    assert item.request_leaf("query.b[0]") is None


def test_volatile_and_hop_by_hop_headers_are_no_part_of_a_request() -> None:
    session = Session()
    lines = (
        ("Host", "h"), ("User-Agent", "u"), ("traceparent", "t"), ("Accept", "*/*"), (":authority", "h"),
        ("If-None-Match", '"1"'), ("Content-Length", "3"),
    )  # fmt: skip
    session.call("a>b", "GET /x", headers=lines)
    assert observed(session)[0].request_headers == (("If-None-Match", '"1"'),)


def test_what_a_browser_says_of_itself_is_no_part_of_a_request() -> None:
    """It changes with every version of the browser, and no script can set it."""
    session = Session()
    lines = (("sec-ch-ua", '"Chromium";v="156"'), ("Sec-Fetch-Mode", "cors"), ("Upgrade-Insecure-Requests", "1"))
    session.call("a>b", "GET /x", headers=(*lines, ("Secret-Name", "s")))
    assert observed(session)[0].request_headers == (("Secret-Name", "s"),)


def test_headers_of_an_answer_that_carry_values_are_observed() -> None:
    session = Session()
    session.call("a>b", "POST /x", None, 201, {"id": 1}, answer_headers=(("location", "/x/1"), ("Server", "s")))
    assert [leaf.location for leaf in observed(session)[0].response] == ["header.Location", "body.$.id"]


@pytest.mark.parametrize(
    ("line", "status", "effectful"),
    [
        ("MKCALENDAR /ann/work/", 201, True),
        ("PROPFIND /ann/", 207, False),
        ("POST /x", 201, True),
        ("POST /x", 409, False),
        ("GET /x", 200, False),
        ("DELETE /x", 204, True),
        ("PUT /x", 302, False),
        ("POST /x", 303, True),
        ("GET /x", 303, False),
        ("MKCALENDAR /x/", 201, True),
        ("PROPFIND /x/", 207, False),
    ],
)
def test_successful_writes_have_effects(line: str, status: int, effectful: bool) -> None:
    session = Session()
    session.call("a>b", line, None, status)
    assert observed(session)[0].effectful is effectful


def test_secrets_are_known_by_side_and_place() -> None:
    session = Session()
    form = Raw(b"user=a&token=t1", "application/x-www-form-urlencoded")
    places = ("request.body.token[0]", "request.header.Authorization", "response.body.$.token")
    session.call("a>b", "POST /x", form, 200, {"token": "t", "user": "a"}, redacted=places)
    (item,) = observed(session)
    assert item.is_secret("request", "body.$.token[0]")
    assert not item.is_secret("request", "body.$.user[0]")
    assert item.is_secret("request", "header.Authorization")
    assert item.is_secret("response", "body.$.token")
    assert not item.is_secret("request", "body.$.token")


def test_words_that_are_keys_of_accepted_bodies_are_values_in_paths_and_those_of_refused_ones_are_not() -> None:
    session = Session()
    session.call("a>b", "PUT /buckets/blog", None, 200, {"id": "blog"})
    session.call("a>b", "GET /shelves/nothing", None, 404, {"id": "nothing"})
    assert [str(item.template) for item in observe(session.exchanges)] == ["/buckets/{id}", "/shelves/nothing"]


def test_what_was_never_found_is_a_value_where_others_of_its_kind_stand() -> None:
    session = Session()
    session.call("a>b", "PUT /buckets/blog", None, 200, {"id": "blog"})
    session.call("a>b", "GET /buckets/nothing", None, 404)
    session.call("a>b", "GET /buckets/health", None, 404)
    session.call("a>b", "GET /buckets/health", None, 200, {"up": True})
    templates = [str(item.template) for item in observe(session.exchanges)]
    assert templates == ["/buckets/{id}", "/buckets/{id}", "/buckets/health", "/buckets/health"]


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("Bearer a.b=", ("Bearer ", "a.b=")),
        ("a.b", ("", "a.b")),
        ("Basic YTpi", ("", "")),
        ('Digest username="a", response="b"', ("", "")),
    ],
)
def test_credentials_of_one_opaque_text_come_apart_from_their_scheme(value: str, parts: tuple[str, str]) -> None:
    assert split_credentials(value) == parts


def test_what_only_says_at_which_address_the_provider_was_is_left_out() -> None:
    session = Session()
    asked = (("Destination", "http://127.0.0.1:45421/photos/new.txt"), ("Cookie", "user-127-0-0-1-45421=ann12345; a=b"))
    session.call(
        "a>b", "MOVE /photos/old.txt", None, 201, headers=asked,
        answer_headers=(("Set-Cookie", "user-127-0-0-1-45421=ann12345; Path=/"), ("Set-Cookie", "sid=0123456789ab")),
    )  # fmt: skip
    (exchange,) = session.exchanges
    request = replace(exchange.request, authority="127.0.0.1:45421")
    (item,) = observe([replace(exchange, request=request)])
    assert item.request_headers == (("Destination", "/photos/new.txt"), ("Cookie", "a=b"))
    cookies = [leaf.location for leaf in (*item.request, *item.response) if "|cookie." in leaf.location]
    assert cookies == ["header.Cookie|cookie.a", "header.Set-Cookie|cookie.sid"]
