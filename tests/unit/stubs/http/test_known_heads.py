"""Heads that were read before are read as the parser read them, or left to it."""

from __future__ import annotations

import pytest

from treaty_stubs.http.known_heads import KnownHeads
from treaty_stubs.message import Received

_LINES = [(b"Host", b"a"), (b"Content-Length", b"2")]
_HEAD = b"Host: a\r\nContent-Length: 2\r\n\r\n"
_DATA = b"POST /a?b=c HTTP/1.1\r\n" + _HEAD + b"{}"


def _received(body: bytes = b"{}") -> Received:
    return Received(method="POST", target="/a?b=c", raw_headers=_LINES, body=body)


def _taught(times: int = 2) -> KnownHeads:
    heads = KnownHeads()
    for _ in range(times):
        heads.learn(_DATA, _received())
    return heads


def test_a_head_that_came_twice_is_known() -> None:
    """The next request with the same lines is read without the parser, whatever its line and body are."""
    received = _taught().read(b"PUT /x HTTP/1.1\r\n" + _HEAD + b"[]")
    assert received is not None
    assert (received.method, received.target, received.body) == ("PUT", "/x", b"[]")
    assert received.raw_headers == _LINES
    assert _taught(times=1).read(_DATA) is None


def test_requests_with_a_known_head_share_what_is_read_of_it() -> None:
    """Forgetting one of them leaves it to the others."""
    heads = _taught()
    one, other = heads.read(_DATA), heads.read(_DATA)
    assert one is not None
    assert other is not None
    lines = one.single_lines
    one.forget()
    assert other.single_lines is lines


@pytest.mark.parametrize(
    "data",
    [
        _DATA + b"x",
        _DATA[:-1],
        _DATA + _DATA,
        b"\r\n" + _DATA,
        _DATA.replace(b"HTTP/1.1", b"HTTP/1.0"),
        _DATA.replace(b"POST", b"post"),
        _DATA.replace(b"POST", b"CONNECT"),
        _DATA.replace(b"/a?b=c", b"http://a/a"),
        _DATA.replace(b"/a?b=c", b"*"),
        _DATA.replace(b"/a?b=c", b"/a b"),
        _DATA.replace(b"/a?b=c", b"/\xe9"),
        _DATA.replace(b"/a?b=c", b"/\x7f"),
        _DATA.replace(b"/a?b=c", b"/" + b"a" * 5000),
        _DATA.replace(b"Host: a", b"Host: b"),
        b"",
        b"\r\n\r\n",
        _HEAD + b"{}",
    ],
)
def test_what_is_not_the_plain_case_is_left_to_the_parser(data: bytes) -> None:
    """More or less than one request, other versions, methods and targets, and other lines."""
    assert _taught().read(data) is None


@pytest.mark.parametrize(
    ("data", "body"),
    [
        (_DATA, b"ab"),
        (b"\r\n" + _DATA, b"{}"),
        (_DATA.replace(b"\r\n\r\n", b"\r\nX: " + b"x" * 2000 + b"\r\n\r\n"), b"{}"),
    ],
)
def test_what_cannot_be_told_from_its_bytes_is_not_learned(data: bytes, body: bytes) -> None:
    """A body that came in chunks, lines before the request line, and long heads."""
    heads = KnownHeads()
    for _ in range(3):
        heads.learn(data, _received(body))
    assert heads.read(data) is None


def test_only_so_many_are_known() -> None:
    """Clients cannot fill the memory with heads; when there are too many it begins anew."""
    heads = _taught()
    for number in range(3000):
        data = b"GET / HTTP/1.1\r\nHost: %d\r\n\r\n" % number
        for _ in range(2):
            heads.learn(data, Received(method="GET", target="/", raw_headers=[(b"Host", b"%d" % number)]))
    assert heads.read(_DATA) is None
