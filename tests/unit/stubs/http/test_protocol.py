"""The protocol without a network: bytes in, bytes out."""

from __future__ import annotations

import asyncio
import itertools
import re
import tracemalloc
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty_stubs.http.arriving import Arriving
from treaty_stubs.http.known_heads import KnownHeads
from treaty_stubs.http.limits import Limits
from treaty_stubs.http.protocol import HttpProtocol
from treaty_stubs.http.refusing import Refusal
from treaty_stubs.http.turns import Turn
from treaty_stubs.message import Answer, Received


class _Transport(asyncio.Transport):
    """Collects what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""
        self.closed = False
        self.reading = True
        self.buffered = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent += bytes(data)

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def can_write_eof(self) -> bool:
        return False

    def get_write_buffer_size(self) -> int:
        return self.buffered

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True


class _Talk:
    """A connection to the protocol."""

    def __init__(
        self, limits: Limits | None = None, *, heads: KnownHeads | None = None, bodies: Arriving | None = None
    ) -> None:
        self.seen: list[tuple[str, str, bytes]] = []
        self.refused: list[Refusal] = []
        self.transport = _Transport()
        self.protocol = HttpProtocol(
            answer=self._answer,
            fault=_raise,
            refused=self.refused.append,
            limits=limits or Limits(),
            opened=lambda _: None,
            closed=lambda _: None,
            heads=heads,
            bodies=bodies,
        )
        self.protocol.connection_made(self.transport)

    def feed(self, pieces: Sequence[bytes]) -> None:
        for piece in pieces:
            self.protocol.data_received(piece)

    def _answer(self, received: Received) -> Answer:
        self.seen.append((received.method, received.target, received.body))
        return Answer(200, b"", received.target.encode("latin-1"))


def _raise(fault: Exception) -> None:
    raise fault


_REQUEST = st.one_of(
    st.integers(0, 99).map(lambda number: (b"GET", b"/g%d" % number, b"", False)),
    st.tuples(st.just(b"POST"), st.just(b"/p?q=1"), st.binary(max_size=40), st.booleans()),
    st.tuples(st.just(b"PUT"), st.just(b"/u"), st.binary(max_size=40), st.just(value=False)),
)


def _write(request: tuple[bytes, bytes, bytes, bool]) -> bytes:
    method, target, body, chunked = request
    head = b"%b %b HTTP/1.1\r\nHost: a\r\n" % (method, target)
    if chunked:
        chunks = b"".join(b"%x\r\n%b\r\n" % (1, body[at : at + 1]) for at in range(len(body)))
        return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    return head + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


@given(st.lists(_REQUEST, min_size=1, max_size=5), st.lists(st.integers(1, 400), max_size=20))
def test_how_the_stream_is_cut_does_not_matter(
    requests: list[tuple[bytes, bytes, bytes, bool]], cuts: list[int]
) -> None:
    """Every request is seen once, whole and in order, wherever the packets end."""
    stream = b"".join(map(_write, requests))
    edges = [0, *sorted(cut % len(stream) for cut in cuts), len(stream)]
    talk = _Talk()
    talk.feed([stream[start:end] for start, end in itertools.pairwise(edges)])
    assert talk.seen == [(method.decode(), target.decode(), body) for method, target, body, _ in requests]
    assert talk.transport.sent.count(b"HTTP/1.1 200 OK\r\n") == len(requests)
    assert not talk.transport.closed


@given(st.binary(max_size=300))
def test_no_bytes_can_break_it(data: bytes) -> None:
    """Whatever comes in is served, refused once, or waited for; nothing raises."""

    async def work() -> None:
        talk = _Talk(Limits(linger_seconds=0))
        talk.feed([data, data])
        assert talk.transport.sent.count(b"HTTP/1.1 4") <= 1

    asyncio.run(work())


def test_while_answers_are_not_read_requests_wait() -> None:
    """After pause_writing nothing is answered or read; afterwards all goes on in order."""
    talk = _Talk()
    talk.protocol.pause_writing()
    assert not talk.transport.reading
    talk.feed([_write((b"GET", b"/1", b"", False)) + _write((b"GET", b"/2", b"", False))])
    assert talk.transport.sent == b""
    talk.protocol.resume_writing()
    assert [target for _, target, _ in talk.seen] == ["/1", "/2"]
    assert talk.transport.reading


def test_a_refusal_waits_for_the_answers_before_it() -> None:
    """Garbage behind a good request is refused after that request was answered."""

    async def work() -> None:
        talk = _Talk(Limits(linger_seconds=0))
        talk.protocol.pause_writing()
        talk.feed([_write((b"GET", b"/1", b"", False)) + b"garbage\r\n\r\n"])
        assert talk.transport.sent == b""
        talk.protocol.resume_writing()
        assert talk.transport.sent.startswith(b"HTTP/1.1 200 ")
        assert b"HTTP/1.1 400 " in talk.transport.sent

    asyncio.run(work())


@pytest.mark.parametrize("buffered", [0, 10])
def test_sweeping_closes_what_did_not_move(buffered: int) -> None:
    """The first sweep after something moved leaves the connection; the second ends it."""
    talk = _Talk()
    talk.transport.buffered = buffered
    closed = []
    for _ in range(2):
        talk.protocol.sweep()
        closed.append(talk.transport.closed)
    assert closed == [False, True]
    assert talk.transport.sent == b""


_POST = b"POST /a HTTP/1.1\r\nHost: a\r\n"
_CHUNKED = _POST + b"Transfer-Encoding: chunked\r\n"
_EVIL = b"GET /evil HTTP/1.1\r\nHost: a\r\n\r\n"
_REFUSED = {
    "both a length and chunks": (
        400,
        _CHUNKED + b"Content-Length: 6\r\n\r\n0\r\n\r\n" + _EVIL,
    ),
    "two lengths": (400, _POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
    "a length with a sign": (400, _POST + b"Content-Length: +3\r\n\r\nabc"),
    "a length below zero": (400, _POST + b"Content-Length: -1\r\n\r\nabc"),
    "a length in hexadecimal": (400, _POST + b"Content-Length: 0x3\r\n\r\nabc"),
    "a length beyond 64 bits": (400, _POST + b"Content-Length: 99999999999999999999999\r\n\r\nabc"),
    "a blank before a colon": (400, _POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
    "an unknown transfer coding": (501, _POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    "a coding behind chunked": (400, _POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
    "two transfer codings": (
        400,
        _CHUNKED + b"Transfer-Encoding: x\r\n\r\n0\r\n\r\n" + _EVIL,
    ),
    "a transfer coding before chunked": (501, _POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    "a folded header": (400, _POST + b"X: 1\r\n 2\r\n\r\n"),
    "line feeds alone": (400, b"GET /a HTTP/1.1\nHost: a\n\n"),
    "a carriage return alone": (400, _POST + b"X: 1\rY: 2\r\n\r\n"),
    "a NUL": (400, _POST + b"X: \x00\r\n\r\n"),
    "no host": (400, b"GET /a HTTP/1.1\r\n\r\n"),
    "two hosts": (400, b"GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
    "a header without a colon": (400, _POST + b"foo\r\n\r\n"),
    "no version": (505, b"GET /a\r\n\r\n"),
    "the preface of HTTP/2": (400, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "a handshake of TLS": (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(50)),
    "a version to come": (505, b"GET /a HTTP/2.0\r\nHost: a\r\n\r\n"),
    "an unknown method": (400, b"FROB /a HTTP/1.1\r\nHost: a\r\n\r\n"),
    "a blank in the target": (400, b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
    "a chunk beyond 64 bits": (400, _CHUNKED + b"\r\nfffffffffffffffff\r\n"),
    "a chunk longer than it says": (400, _CHUNKED + b"\r\n3\r\nabcd\r\n0\r\n\r\n"),
    "too many headers": (431, _POST + b"a:b\r\n" * 600 + b"\r\n"),
    "a target too long": (431, b"GET /" + b"a" * 70_000),
    "endless trailers": (431, _CHUNKED + b"\r\n0\r\n" + b"Trailer: x\r\n" * 9000),
    "an endless chunk extension": (431, _CHUNKED + b"\r\n3;" + b"x" * 70_000),
    "another expectation": (417, _POST + b"Expect: tea\r\nContent-Length: 1\r\n\r\nx"),
    "a tunnel": (400, b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"),
}


@pytest.mark.parametrize("packet", [1000, 1_000_000])
@pytest.mark.parametrize("form", _REFUSED)
def test_what_is_not_sound_is_refused_once_and_ends_the_connection(form: str, packet: int) -> None:
    """No part of it is taken for a request, wherever the packets end."""
    status, stream = _REFUSED[form]

    async def work() -> None:
        talk = _Talk(Limits(linger_seconds=0))
        talk.feed([stream[at : at + packet] for at in range(0, len(stream), packet)])
        assert talk.seen == []
        assert talk.transport.sent.startswith(b"HTTP/1.1 %d " % status)
        assert talk.transport.sent.count(b"HTTP/1.1 %d " % status) == 1
        assert [refusal.status for refusal in talk.refused] == [status]

    asyncio.run(work())


def test_bodies_of_all_connections_together_are_bounded() -> None:
    """A request too many is answered 503; those that are complete, or whose client is gone, count no longer."""

    async def work() -> None:
        bodies = Arriving(10)
        first, second = (_Talk(Limits(linger_seconds=0), bodies=bodies) for _ in range(2))
        head = b"PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"
        first.feed([head, b"1234", b"5678"])
        second.feed([head, b"1234"])
        assert (bodies.held, second.transport.sent) == (8, b"")
        second.feed([b"5678"])
        assert second.transport.sent.startswith(b"HTTP/1.1 503 ")
        first.feed([b"9"])
        assert first.seen == [("PUT", "/a", b"123456789")]
        third = _Talk(bodies=bodies)
        third.feed([head, b"1234", b"5678"])
        third.protocol.connection_lost(None)
        assert bodies.held == 0

    asyncio.run(work())


def test_of_a_refused_request_is_told_what_was_read() -> None:
    """Method and target once its head is known; the others would be guesses."""

    async def work() -> None:
        talk = _Talk(Limits(linger_seconds=0, body_bytes=10))
        talk.feed([b"PUT /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n"])
        assert [(each.status, each.method, each.target) for each in talk.refused] == [(413, "PUT", "/a?b")]

    asyncio.run(work())


def test_a_client_of_http_1_0_is_not_told_to_continue() -> None:
    """It would take that for the answer (RFC 9110 section 10.1.1)."""
    talk = _Talk()
    talk.feed([b"POST /a HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx"])
    assert talk.transport.sent.startswith(b"HTTP/1.1 200 ")
    assert talk.transport.closed


def test_what_follows_the_last_request_is_nobodys() -> None:
    """Behind a request that closes the connection nothing is answered or refused."""
    talk = _Talk()
    talk.feed([b"GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + _EVIL + b"garbage"])
    assert [target for _, target, _ in talk.seen] == ["/a"]
    assert talk.transport.sent.count(b"HTTP/1.1 ") == 1


def test_a_body_in_tiny_chunks_takes_the_memory_of_a_body() -> None:
    """Two bytes at a time, a body costs a small multiple of its size, not an object for each chunk."""
    size = 400_000
    stream = b"2\r\nab\r\n" * (size // 2)
    talk = _Talk()
    talk.feed([_CHUNKED + b"\r\n"])
    tracemalloc.start()
    try:
        talk.feed([stream[at : at + 7000] for at in range(0, len(stream), 7000)])
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 2 * size
    talk.feed([b"0\r\n\r\n"])
    assert talk.seen == [("POST", "/a", b"ab" * (size // 2))]


_LINES = st.lists(
    st.sampled_from(
        [b"Host: a", b"host: b", b"X: 1", b"Connection: close", b"Expect: 100-continue", b"X-Y: a, b", b"x"]
    ),
    max_size=3,
)
_PLAIN = st.tuples(st.sampled_from([b"GET", b"POST", b"HEAD"]), _LINES, st.binary(max_size=3), st.booleans())


@given(st.lists(_PLAIN, min_size=1, max_size=4))
def test_a_head_that_is_known_is_read_as_the_parser_reads_it(
    requests: list[tuple[bytes, list[bytes], bytes, bool]],
) -> None:
    """What a connection makes of a request does not depend on what others have read before."""

    async def answers(heads: KnownHeads | None, data: bytes) -> tuple[object, ...]:
        talk = _Talk(Limits(linger_seconds=0), heads=heads)
        talk.feed([data])
        return talk.seen, re.sub(rb"Date: [^\r]*", b"", talk.transport.sent), talk.transport.closed

    async def work() -> None:
        heads = KnownHeads()
        for _ in range(3):
            for method, lines, body, has_length in requests:
                length = [b"Content-Length: %d" % len(body)] if has_length else []
                data = b"\r\n".join([method + b" /a HTTP/1.1", b"Host: x", *lines, *length, b"", body])
                assert await answers(heads, data) == await answers(None, data)

    asyncio.run(work())


@pytest.mark.parametrize("answer_seconds", [0, 1])
def test_who_sends_many_requests_at_once_lets_others_go_first(
    answer_seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another client's request is answered before the last of thousands, and all of these in their order."""
    clock = itertools.count(0, answer_seconds)
    monkeypatch.setattr("treaty_stubs.http.protocol.Turn", lambda: Turn(clock=lambda: next(clock)))
    count = 200

    async def work() -> list[tuple[str, str, bytes]]:
        greedy, modest = _Talk(), _Talk()
        modest.seen = greedy.seen
        loop = asyncio.get_running_loop()
        loop.call_soon(modest.feed, [_write((b"GET", b"/modest", b"", False))])
        greedy.feed([b"".join(_write((b"GET", b"/%d" % number, b"", False)) for number in range(count))])
        for _ in range(2 * count):
            await asyncio.sleep(0)
        assert greedy.transport.reading
        return greedy.seen

    targets = [target for _, target, _ in asyncio.run(work())]
    assert targets.index("/modest") < 40
    targets.remove("/modest")
    assert targets == [f"/{number}" for number in range(count)]


def test_a_connection_that_is_gone_has_no_further_turn() -> None:
    """What waited for a turn is dropped with it."""

    async def work() -> int:
        talk = _Talk()
        talk.feed([b"".join(_write((b"GET", b"/%d" % number, b"", False)) for number in range(100))])
        answered = len(talk.seen)
        talk.protocol.connection_lost(None)
        await asyncio.sleep(0)
        return len(talk.seen) - answered

    assert asyncio.run(work()) == 0


def test_requests_in_one_large_packet_are_no_large_head() -> None:
    """Wherever the packet ends: what belongs to requests that are answered is no part of the head behind them."""
    count = 5000
    stream = b"".join(_write((b"POST", b"/%d" % number, b"", False)) for number in range(count))

    async def work() -> list[str]:
        talk = _Talk()
        talk.feed([stream[:-10]])
        for _ in range(count):
            await asyncio.sleep(0)
        talk.feed([stream[-10:]])
        await asyncio.sleep(0)
        assert not talk.transport.closed
        return [target for _, target, _ in talk.seen]

    assert asyncio.run(work()) == [f"/{number}" for number in range(count)]


def test_what_is_not_parsed_yet_waits_in_order() -> None:
    """More comes from a client whose earlier requests have not had their turn."""
    packets = [
        b"".join(_write((b"GET", b"/%d" % (start + each), b"", False)) for each in range(700)) for start in (0, 700)
    ]

    async def work() -> list[str]:
        talk = _Talk()
        talk.feed(packets)
        for _ in range(2000):
            await asyncio.sleep(0)
        assert talk.transport.reading
        return [target for _, target, _ in talk.seen]

    assert asyncio.run(work()) == [f"/{number}" for number in range(1400)]
