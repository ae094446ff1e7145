"""An exchange as a line, and back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.session.encoding import decode_exchange, encode_exchange
from treaty.session.exchange import NO_CONTENT, CapturedRequest, CapturedResponse, Content, Edge, Exchange

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
PLAIN = Exchange(
    number=1,
    edge=Edge(consumer="web", provider="order"),
    started=NOW,
    ended=NOW,
    request=CapturedRequest(method="GET", path="/"),
    response=CapturedResponse(status=200),
)
DIGEST = "0f" * 32

ANY_TEXT = st.text(st.characters(), max_size=6).filter(lambda text: json.loads(json.dumps(text)) == text)
HEADERS = st.lists(st.tuples(ANY_TEXT, ANY_TEXT), max_size=3).map(tuple)
TIMES = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]))
CONTENTS = st.one_of(
    st.just(NO_CONTENT),
    st.builds(
        lambda data, coding: Content(data=data, size=len(data), coding=coding),
        st.binary(max_size=8) | st.text(max_size=8).map(str.encode),
        st.sampled_from(["", "gzip"]),
    ),
    st.builds(Content, data=st.just(b""), size=st.integers(0, 10**12), sha256=st.just(DIGEST)),
    st.builds(Content, data=st.binary(max_size=3), size=st.integers(4, 99), missing=st.just("cut")),
)
EXCHANGES = st.builds(
    Exchange,
    number=st.integers(1, 10**9),
    edge=st.builds(Edge, consumer=ANY_TEXT, provider=ANY_TEXT),
    started=TIMES,
    ended=TIMES,
    request=st.builds(
        CapturedRequest,
        method=ANY_TEXT,
        path=ANY_TEXT,
        query=st.none() | ANY_TEXT,
        headers=HEADERS,
        content=CONTENTS,
        authority=ANY_TEXT,
        http_version=st.sampled_from(["1.0", "1.1", "2"]),
    ),
    response=st.none()
    | st.builds(CapturedResponse, status=st.integers(100, 599), headers=HEADERS, content=CONTENTS, trailers=HEADERS),
    error=ANY_TEXT,
    redacted=st.lists(ANY_TEXT, max_size=2).map(tuple),
)


def record(exchange: Exchange = PLAIN) -> dict[str, Any]:
    """Encode an exchange, and give the object of its line."""
    found: dict[str, Any] = json.loads(encode_exchange(exchange))
    return found


def with_content(content: Content) -> Exchange:
    return replace(PLAIN, request=replace(PLAIN.request, content=content))


@given(EXCHANGES)
def test_an_exchange_reads_back_the_same(exchange: Exchange) -> None:
    """With every character, absent and empty parts kept apart."""
    assert decode_exchange(record(exchange)) == exchange


@given(EXCHANGES)
def test_it_is_one_line_of_utf8(exchange: Exchange) -> None:
    """A torn line can be told by the missing newline."""
    line = encode_exchange(exchange)
    assert line.decode().endswith("\n")
    assert line.count(b"\n") == 1
    assert b"\r" not in line


def test_what_says_nothing_is_not_written() -> None:
    assert record() == {
        "number": 1,
        "run": 1,
        "consumer": "web",
        "provider": "order",
        "started": "2026-01-02T03:04:05.678901+00:00",
        "ended": "2026-01-02T03:04:05.678901+00:00",
        "request": {"method": "GET", "path": "/", "version": "1.1", "authority": "", "headers": []},
        "response": {"status": 200, "headers": []},
    }


@pytest.mark.parametrize(
    ("content", "written"),
    [
        (Content(data=b"a", size=1), {"text": "a"}),
        (Content(data="größe".encode(), size=7), {"text": "größe"}),
        (Content(data=b"\xff\x00", size=2), {"base64": "/wA="}),
        (Content(data=b"", coding="br"), {"coding": "br"}),
        (Content(data=b"", size=9, sha256=DIGEST), {"file": DIGEST, "size": 9}),
        (Content(data=b"ab", size=2, sha256=DIGEST), {"file": DIGEST, "size": 2}),
        (Content(data=b"a", size=9, missing="cut"), {"text": "a", "size": 9, "missing": "cut"}),
    ],
)
def test_a_body_is_text_base64_or_a_file(content: Content, written: dict[str, Any]) -> None:
    """Text stays readable; the bytes of a file are not repeated in the line."""
    assert record(with_content(content))["request"]["body"] == written


def test_a_query_that_is_empty_is_not_none() -> None:
    """``/?`` and ``/`` are two requests."""
    assert "query" not in record()["request"]
    assert record(replace(PLAIN, request=replace(PLAIN.request, query="")))["request"]["query"] == ""


def test_an_exchange_without_an_answer_says_so() -> None:
    written = record(replace(PLAIN, response=None, error="connection refused"))
    assert (written["response"], written["error"]) == (None, "connection refused")


@pytest.mark.parametrize(
    "change",
    [
        {"number": "1"},
        {"number": True},
        {"number": 1.5},
        {"consumer": None},
        {"started": "yesterday"},
        {"started": 5},
        {"request": None},
        {"request": "GET /"},
        {"response": {"status": "200", "headers": []}},
        {"response": {"headers": []}},
        {"response": {"status": 200, "headers": [["a"]]}},
        {"response": {"status": 200, "headers": [["a", 1]]}},
        {"response": {"status": 200, "headers": [], "body": "a"}},
        {"response": {"status": 200, "headers": [], "body": {"base64": "?"}}},
        {"response": {"status": 200, "headers": [], "body": {"text": 1}}},
        {"response": {"status": 200, "headers": [], "body": {"file": "../../etc/passwd"}}},
        {"response": {"status": 200, "headers": [], "body": {"file": DIGEST.upper()}}},
        {"response": {"status": 200, "headers": [], "body": {"file": DIGEST + "0"}}},
        {"redacted": [1]},
    ],
)
def test_what_is_no_exchange_is_refused(change: dict[str, Any]) -> None:
    """A value of another type is never taken for one that it resembles, and no name leaves the folder."""
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        decode_exchange({**record(), **change})


@pytest.mark.parametrize("key", ["number", "consumer", "provider", "started", "ended", "request", "response"])
def test_what_must_be_there_is_missed(key: str) -> None:
    written = record()
    del written[key]
    with pytest.raises(KeyError, match=key):
        decode_exchange(written)


def test_unknown_keys_of_later_versions_do_no_harm() -> None:
    assert decode_exchange({**record(), "later": {"version": 2}}) == PLAIN
