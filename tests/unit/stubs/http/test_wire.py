"""Answers as bytes."""

from __future__ import annotations

import json

from treaty_stubs.http.wire import encode_answer, refusal
from treaty_stubs.message import Answer


def _encode(answer: Answer, *, method: str = "GET", version: str = "1.1", keep_alive: bool = True) -> bytes:
    return encode_answer(answer, method=method, version=version, keep_alive=keep_alive)


def test_an_answer_on_the_wire() -> None:
    """Status line, its headers, length and date, a blank line, the content."""
    head, _, body = _encode(Answer(201, b"X-A: 1\r\n", b"hello")).partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[:3] == [b"HTTP/1.1 201 Created", b"X-A: 1", b"Content-Length: 5"]
    assert lines[3].startswith(b"Date: ")
    assert len(lines) == 4
    assert body == b"hello"


def test_unknown_statuses_are_sent_as_they_are() -> None:
    assert _encode(Answer(599, b"")).startswith(b"HTTP/1.1 599 ")


def test_the_connection_header_says_what_the_client_cannot_know() -> None:
    """Only a close, or a kept HTTP/1.0 connection, is told."""
    assert b"Connection" not in _encode(Answer(200, b""))
    assert b"Connection: close\r\n" in _encode(Answer(200, b""), keep_alive=False)
    assert b"Connection: keep-alive\r\n" in _encode(Answer(200, b""), version="1.0")


def test_a_told_length_is_for_head_only() -> None:
    assert b"Content-Length: 77\r\n" in _encode(Answer(200, b"", b"", 77), method="HEAD")
    assert b"Content-Length: 2\r\n" in _encode(Answer(200, b"", b"ab", 77))


def test_a_refusal_is_a_problem() -> None:
    """RFC 9457."""
    assert json.loads(refusal(400, "not HTTP").body) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "not HTTP",
    }
