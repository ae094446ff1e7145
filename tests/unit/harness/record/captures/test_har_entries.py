"""Entries of HAR files become calls; what cannot be one is reported with its reason."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.harness.record.captures.har_files import entry
from treaty.record.captures.finds import CapturedCall, Find, Oddity
from treaty.record.captures.har_entries import has_credentials, read_entry
from treaty.record.captures.parties import Parties, ServiceAddress
from treaty.session.exchange import CapturedResponse, Content, Edge, Exchange


def finds(item: object, parties: Parties | None = None) -> list[Find]:
    return list(read_entry(json.dumps(item).encode(), "entry 1", parties or Parties()))


def exchange_of(item: object) -> Exchange:
    found = finds(item)
    assert isinstance(found[0], CapturedCall)
    assert found[1:] == []
    return found[0].exchange


def response_of(item: object) -> CapturedResponse:
    response = exchange_of(item).response
    assert response is not None
    return response


def only_oddity(item: object) -> Oddity:
    (found,) = finds(item)
    assert isinstance(found, Oddity)
    return found


class TestCall:
    def test_an_entry_is_an_exchange_with_its_edge_and_times(self) -> None:
        (call,) = finds(entry())
        assert isinstance(call, CapturedCall)
        assert call.origin == "http://shop.test"
        exchange = call.exchange
        assert exchange.edge == Edge(consumer="client", provider="shop.test")
        assert exchange.started == datetime(2026, 11, 20, 9, 0, 0, 250_000, tzinfo=UTC)
        assert exchange.ended - exchange.started == timedelta(milliseconds=12.5)
        assert (exchange.request.method, exchange.request.path, exchange.request.query) == ("GET", "/books/7", "full=1")
        assert exchange.request.authority == "shop.test"
        assert exchange.response is not None
        assert exchange.response.content == Content(data=b'{"id": 7}', size=9)

    def test_a_provider_that_was_not_asked_for_is_left_out_in_silence(self) -> None:
        mine = Parties(services=(ServiceAddress(name="shop", host="shop.test", port=80),), only_named=True)
        assert len(finds(entry(), mine)) == 1
        assert finds(entry("http://ads.test/x"), mine) == []

    def test_pseudo_headers_are_none_and_joined_lines_are_several(self) -> None:
        """HTTP/2 names start with a colon in some tools; Firefox joins cookies with line breaks."""
        headers = [{"name": ":authority", "value": "shop.test"}, {"name": "accept", "value": "a/b"}]
        headers += [{"name": "cookie", "value": "a=1"}, {"name": "cookie", "value": "b=2"}]
        cookies = [{"name": "set-cookie", "value": "a=1; Path=/\nb=2"}]
        exchange = exchange_of(entry(request={"headers": headers, "httpVersion": "h2"}, response={"headers": cookies}))
        assert exchange.request.headers == (("accept", "a/b"), ("cookie", "a=1; b=2"))
        assert exchange.request.http_version == "2"
        assert exchange.response is not None
        assert exchange.response.headers == (("set-cookie", "a=1; Path=/"), ("set-cookie", "b=2"))

    def test_cookies_that_stand_in_a_list_only_become_headers(self) -> None:
        pair = [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]
        exchange = exchange_of(entry(request={"cookies": pair}, response={"cookies": pair}))
        assert ("Cookie", "a=1; b=2") in exchange.request.headers
        assert exchange.response is not None
        assert [line for line in exchange.response.headers if line[0] == "Set-Cookie"] == [
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"),
        ]

    def test_a_user_in_the_url_is_no_part_of_the_authority(self) -> None:
        exchange = exchange_of(entry("http://me:word@shop.test:8080/x#part"))
        assert exchange.request.authority == "shop.test:8080"
        assert exchange.edge.provider == "shop.test-8080"
        assert (exchange.request.path, exchange.request.query) == ("/x", None)

    def test_times_come_from_the_phases_when_the_sum_is_missing(self) -> None:
        """``ssl`` is part of ``connect``, and -1 says that there was no such phase."""
        timings = {"blocked": -1, "connect": 2, "ssl": 1, "send": 1, "wait": 5, "receive": 2, "_queued": 9}
        exchange = exchange_of(entry(time=None, timings=timings))
        assert exchange.ended - exchange.started == timedelta(milliseconds=10)

    @pytest.mark.parametrize(
        ("item", "known"),
        [
            (entry(request={"headers": [{"name": "cookie", "value": "a=1"}]}), True),
            (entry(request={"headers": [{"name": "Authorization", "value": "Bearer x"}]}), True),
            (entry(response={"headers": [{"name": "Set-Cookie", "value": "a=1"}]}), True),
            (entry(), False),
        ],
    )
    def test_cookies_and_credentials_say_who_called(self, item: object, *, known: bool) -> None:
        (call,) = finds(item)
        assert isinstance(call, CapturedCall)
        assert has_credentials(call) is known


class TestBodies:
    def test_a_body_in_base64_is_bytes(self) -> None:
        data = bytes(range(256))
        content = {"text": base64.b64encode(data).decode(), "encoding": "base64", "size": 256}
        assert response_of(entry(response={"content": content})).content.data == data

    def test_a_text_is_written_in_the_character_set_of_its_type(self) -> None:
        found = response_of(entry(text="Käse", media_type="text/plain; charset=iso-8859-1"))
        assert found.content.data == "Käse".encode("latin-1")

    def test_a_body_whose_coding_the_tool_undid_says_so(self) -> None:
        """Its Content-Length counts the coded bytes and contradicts nothing."""
        headers = [{"name": "Content-Encoding", "value": "gzip"}, {"name": "Content-Length", "value": "4"}]
        found = response_of(entry(response={"headers": headers}))
        assert found.content == Content(data=b'{"id": 7}', coding="gzip", size=9)

    def test_a_form_may_stand_in_a_list_of_its_own(self) -> None:
        post = {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a b", "value": "ä"}]}
        assert exchange_of(entry(method="POST", request={"postData": post})).request.content.data == b"a+b=%C3%A4"

    def test_parts_without_their_bytes_are_a_missing_body(self) -> None:
        post = {"mimeType": "multipart/form-data; boundary=x", "params": [{"name": "file", "fileName": "a.png"}]}
        call, odd = finds(entry(method="POST", request={"postData": post, "bodySize": 90}))
        assert isinstance(call, CapturedCall)
        assert not call.exchange.request.content.is_at_hand
        assert isinstance(odd, Oddity)
        assert (odd.kept, odd.reason) == (True, "its request body was kept as single fields only")

    def test_an_answer_without_its_text_is_a_missing_body(self) -> None:
        call, odd = finds(entry(text=None, response={"content": {"size": 120}}))
        assert isinstance(call, CapturedCall)
        assert call.exchange.response is not None
        assert call.exchange.response.content.size == 120
        assert isinstance(odd, Oddity)
        assert (odd.reason, odd.detail) == ("its answer's body was not kept", "120 bytes")

    @pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
    def test_an_answer_that_has_no_body_misses_none(self, method: str, status: int) -> None:
        item = entry(method=method, status=status, text=None, response={"content": {"size": 120}})
        assert response_of(item).content == Content(data=b"")

    def test_the_body_of_a_redirect_is_missing_where_there_was_one(self) -> None:
        """Browsers go on to the next address and keep nothing of it but the length."""
        lines = [{"name": "Location", "value": "/x"}, {"name": "Content-Length", "value": "209"}]
        item = entry(status=302, text=None, response={"headers": lines, "content": {"size": 0}})
        _, odd = finds(item)
        assert isinstance(odd, Oddity)
        assert (odd.reason, odd.detail) == ("its answer's body was not kept", "209 bytes")
        assert response_of(entry(status=302, text=None, response={"headers": lines[:1]})).content == Content(data=b"")

    def test_a_body_that_contradicts_its_length_is_reported(self) -> None:
        call, odd = finds(entry(response={"headers": [{"name": "Content-Length", "value": "30"}]}))
        assert isinstance(call, CapturedCall)
        assert odd == Oddity(
            place="entry 1",
            reason="its answer's body contradicts its Content-Length",
            kept=True,
            method="GET",
            path="/books/7",
            detail="Content-Length 30, 9 bytes",
        )

    def test_a_text_that_lost_its_byte_order_mark_contradicts_nothing(self) -> None:
        """The browser says itself that the text is not what it received."""
        headers = [{"name": "Content-Length", "value": "12"}]
        content = {"text": '{"id": 7}', "size": 12}
        assert len(finds(entry(response={"headers": headers, "content": content}))) == 1


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ([], "has no request"),
        (None, "has no request"),
        (entry(url="http://[x/"), "has no URL and method that can be read"),
        (entry(method=""), "has no URL and method that can be read"),
        (entry(response={"status": 0}), "was not answered: blocked, cancelled or failed"),
        (entry(status=None), "was not answered: blocked, cancelled or failed"),
        (entry() | {"response": None}, "has no response"),
        (entry(startedDateTime="yesterday"), "has no time that can be read"),
        (entry("wss://shop.test/live"), "is a WebSocket, no request with an answer"),
        (entry(status=101), "is a WebSocket, no request with an answer"),
        (entry(_resourceType="websocket"), "is a WebSocket, no request with an answer"),
        (entry("data:text/plain,x"), "is no HTTP"),
        (entry("chrome-extension://abc/x.js"), "is no HTTP"),
        (entry("/path/only"), "is no HTTP"),
        (entry(method="CONNECT"), "opens a tunnel; the calls inside it count"),
        (entry(_fromCache="disk"), "came from the browser's cache, not from the provider"),
        (entry(_fetchType="Memory Cache"), "came from the browser's cache, not from the provider"),
        (entry(_fromDiskCache=True), "came from the browser's cache, not from the provider"),
        (entry(_fetchedViaServiceWorker=True), "answered by a service worker of the browser, not by the provider"),
        (
            entry(response={"content": {"text": "%%", "encoding": "base64"}}),
            "has a body that should be base64 and is not",
        ),
    ],
)
def test_what_is_no_call_is_reported_with_its_reason(item: object, reason: str) -> None:
    assert only_oddity(item).reason == reason


def test_what_is_not_json_is_reported() -> None:
    (found,) = read_entry(b"{,}", "entry 3", Parties())
    assert found == Oddity(place="entry 3", reason="is not JSON")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)


@given(
    st.dictionaries(st.sampled_from(sorted(entry())), JSON),
    st.dictionaries(st.sampled_from([*entry()["request"], "postData"]), JSON),
    st.dictionaries(st.sampled_from(sorted(entry()["response"])), JSON),
)
def test_no_entry_is_so_odd_that_reading_it_fails(
    other: dict[str, Any], request: dict[str, Any], response: dict[str, Any]
) -> None:
    """Whatever a tool writes into a field, there is a call or a reason."""
    item = entry(request=request, response=response) | other
    assert finds(item)
