"""The stub's HTTP server over real sockets: what RFC 9112 asks for, and what a hostile client may not do."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

import pytest

from treaty.errors import PortTaken, UsageError
from treaty_stubs.http.limits import Limits
from treaty_stubs.http.listener import Listener
from treaty_stubs.message import Answer, Received

_BOUND: Final = 20.0


def _echo(received: Received) -> Answer:
    """Answer with what came in."""
    text = f"{received.method} {received.target} {received.body.decode('latin-1')}"
    return Answer(200, b"Content-Type: text/plain\r\n", text.encode("latin-1"))


def _listener() -> Listener:
    faults: list[Exception] = []
    return Listener(_echo, fault=faults.append)


@contextlib.asynccontextmanager
async def _serving(
    answer: Callable[[Received], Answer] = _echo, *, limits: Limits | None = None, faults: list[Exception] | None = None
) -> AsyncIterator[int]:
    listener = Listener(
        answer, fault=(faults if faults is not None else list[Exception]()).append, limits=limits or Limits()
    )
    await listener.start("127.0.0.1", 0)
    try:
        yield listener.port
    finally:
        await listener.stop()


async def _talk(port: int, *parts: bytes, close: bool = True) -> bytes:
    """Send parts one after the other and read until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await writer.drain()
    if close:
        writer.write_eof()
    data = await asyncio.wait_for(reader.read(), _BOUND)
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return data


async def _read_answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _BOUND)
    length = next(
        (int(line.partition(b":")[2]) for line in head.splitlines() if line.lower().startswith(b"content-length:")), 0
    )
    return head, await asyncio.wait_for(reader.readexactly(length), _BOUND)


def _run(work: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(work(), 2 * _BOUND)

    asyncio.run(bounded())


def test_keep_alive_serves_many_requests_on_one_connection() -> None:
    """A connection stays open from one request to the next."""

    async def work() -> None:
        async with _serving() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for number in range(3):
                writer.write(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % number)
                head, body = await _read_answer(reader)
                assert head.startswith(b"HTTP/1.1 200 OK\r\n")
                assert b"\r\nDate: " in head
                assert body == b"GET /%d " % number
            writer.close()

    _run(work)


def test_pipelined_requests_are_answered_in_order() -> None:
    """Requests sent in one packet are answered one by one, in their order."""

    async def work() -> None:
        async with _serving() as port:
            data = await _talk(port, b"".join(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % n for n in range(50)))
            positions = [data.index(b"GET /%d " % number) for number in range(50)]
            assert positions == sorted(positions)
            assert data.count(b"HTTP/1.1 200") == 50

    _run(work)


def test_a_request_may_arrive_byte_by_byte() -> None:
    """How packets are cut does not matter."""

    async def work() -> None:
        request = b"POST /a?b=c HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
        async with _serving() as port:
            data = await _talk(port, *(request[position : position + 1] for position in range(len(request))))
            assert data.endswith(b"POST /a?b=c hello")

    _run(work)


def test_chunked_bodies_are_joined_and_trailers_dropped() -> None:
    """A body in chunks reaches the stub whole (RFC 9112 section 7.1)."""

    async def work() -> None:
        chunks = b"5;name=x\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n"
        async with _serving() as port:
            data = await _talk(
                port,
                b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks,
                b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n",
            )
            assert b"POST / hello world" in data
            assert data.endswith(b"GET /next ")

    _run(work)


def test_expect_continue_is_met_before_the_body() -> None:
    """A client that waits for 100 gets it, then its answer (RFC 9110 section 10.1.1)."""

    async def work() -> None:
        async with _serving() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            assert await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _BOUND) == b"HTTP/1.1 100 Continue\r\n\r\n"
            writer.write(b"ok")
            _, body = await _read_answer(reader)
            assert body == b"POST / ok"
            writer.close()

    _run(work)


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GARBAGE\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + b"x" * 1001, 413),
        (b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * 5000, 431),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Long: " + b"x" * 5000, 431),
        (b"POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 2\r\n\r\nok", 417),
        (b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
            400,
        ),
    ],
)
def test_what_cannot_be_served_is_refused_and_the_connection_closed(request_bytes: bytes, status: int) -> None:
    """A malformed or too large request gets its status as a problem, and ends its connection only."""

    async def work() -> None:
        async with _serving(limits=Limits(head_bytes=4000, body_bytes=1000, linger_seconds=0.01)) as port:
            data = await _talk(port, request_bytes, close=False)
            head, _, body = data.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 %d " % status)
            assert b"Connection: close" in head
            assert b"application/problem+json" in head
            assert b'"status":%d' % status in body
            assert (await _talk(port, b"GET /after HTTP/1.1\r\nHost: a\r\n\r\n")).endswith(b"GET /after ")

    _run(work)


def test_a_coded_body_that_grows_too_large_is_refused() -> None:
    """A small gzip body that unfolds beyond the bound is 413, not a full memory."""

    async def work() -> None:
        bomb = gzip.compress(b"x" * 100_000)
        head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
        async with _serving(limits=Limits(body_bytes=1000, linger_seconds=0.01)) as port:
            assert (await _talk(port, head + bomb, close=False)).startswith(b"HTTP/1.1 413 ")

    _run(work)


def test_a_coded_body_reaches_the_stub_decoded() -> None:
    """Content codings of a request are undone before it is matched."""

    async def work() -> None:
        body = gzip.compress(b"hello")
        head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
        async with _serving() as port:
            assert (await _talk(port, head + body)).endswith(b"POST / hello")

    _run(work)


@pytest.mark.parametrize("method", [b"GET", b"POST"])
def test_an_offered_upgrade_is_ignored(method: bytes) -> None:
    """Clients that offer h2c with every request, as Java's does, are answered in HTTP/1.1, body and all."""

    async def work() -> None:
        request = (
            method + b" /up HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
            b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nContent-Length: 4\r\n\r\nbody"
        )
        async with _serving() as port:
            data = await _talk(port, request + b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
            assert method + b" /up body" in data
            assert data.endswith(b"GET /next ")

    _run(work)


def test_http_1_0_closes_unless_asked_to_keep() -> None:
    """An HTTP/1.0 client gets its connection closed, or the header that says it stays."""

    async def work() -> None:
        async with _serving() as port:
            data = await _talk(port, b"GET / HTTP/1.0\r\n\r\n", close=False)
            assert b"Connection: close" in data
            kept = await _talk(port, b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            assert b"Connection: keep-alive" in kept

    _run(work)


def test_head_and_statuses_without_content_send_no_body() -> None:
    """HEAD tells the length that GET would have; 204 has none, 304 no content (RFC 9110 sections 8.6, 15.4.5)."""

    def answer(received: Received) -> Answer:
        return Answer(int(received.target[1:]), b"", b"hello")

    async def work() -> None:
        async with _serving(answer) as port:
            head = await _talk(port, b"HEAD /200 HTTP/1.1\r\nHost: a\r\n\r\n")
            assert b"Content-Length: 5" in head
            assert head.endswith(b"\r\n\r\n")
            for status in (b"204", b"304"):
                data = await _talk(port, b"GET /%b HTTP/1.1\r\nHost: a\r\n\r\n" % status)
                assert b"Content-Length" not in data
                assert data.endswith(b"\r\n\r\n")

    _run(work)


def test_a_client_that_does_not_read_makes_its_own_requests_wait() -> None:
    """With its answers unread, a pipelining client is not read from; others go on, and at last it gets every answer."""
    answered = 0

    def answer(_received: Received) -> Answer:
        nonlocal answered
        answered += 1
        return Answer(200, b"", b"x" * 100_000)

    async def work() -> None:
        count = 400
        async with _serving(answer) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * count)
            await _talk(port, b"GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
            assert 0 < answered < count
            for _ in range(count):
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _BOUND)
                assert head.startswith(b"HTTP/1.1 200")
                await asyncio.wait_for(reader.readexactly(100_000), _BOUND)
            writer.close()

    _run(work)


def test_silent_connections_are_closed() -> None:
    """A connection without traffic is closed; one that stopped within a request is told 408."""

    async def work() -> None:
        async with _serving(limits=Limits(idle_seconds=0.05, linger_seconds=0.01)) as port:
            assert await _talk(port, close=False) == b""
            assert (await _talk(port, b"GET / HT", close=False)).startswith(b"HTTP/1.1 408 ")

    _run(work)


def test_a_fault_of_ours_is_reported_and_the_client_told() -> None:
    """An exception while answering is one 500 and one report; the connection goes on."""
    faults: list[Exception] = []

    def answer(received: Received) -> Answer:
        if received.target == "/bad":
            raise ZeroDivisionError
        return _echo(received)

    async def work() -> None:
        async with _serving(answer, faults=faults) as port:
            data = await _talk(port, b"GET /bad HTTP/1.1\r\nHost: a\r\n\r\nGET /good HTTP/1.1\r\nHost: a\r\n\r\n")
            assert data.startswith(b"HTTP/1.1 500 ")
            assert data.endswith(b"GET /good ")

    _run(work)
    assert [type(fault) for fault in faults] == [ZeroDivisionError]


def test_stopping_answers_what_is_under_way() -> None:
    """A request that is half here when the server stops is still answered, and told that the connection ends."""

    async def work() -> None:
        listener = _listener()
        await listener.start("127.0.0.1", 0)
        idle_reader, idle_writer = await asyncio.open_connection("127.0.0.1", listener.port)
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(b"GET /warm HTTP/1.1\r\nHost: a\r\n\r\n")
        await _read_answer(reader)
        writer.write(b"POST /late HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        await asyncio.wait_for(reader.readuntil(b"100 Continue\r\n\r\n"), _BOUND)
        stopping = asyncio.ensure_future(listener.stop(grace_seconds=_BOUND))
        assert await asyncio.wait_for(idle_reader.read(), _BOUND) == b""
        writer.write(b"body")
        head, body = await _read_answer(reader)
        assert b"Connection: close" in head
        assert body == b"POST /late body"
        await stopping
        idle_writer.close()
        writer.close()

    _run(work)


def test_stopping_cuts_what_does_not_end() -> None:
    """A client that never finishes its request cannot keep the server from stopping."""

    async def work() -> None:
        listener = _listener()
        await listener.start("127.0.0.1", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(b"POST /late HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        await asyncio.wait_for(reader.readuntil(b"100 Continue\r\n\r\n"), _BOUND)
        await asyncio.wait_for(listener.stop(grace_seconds=0.01), _BOUND)
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), _BOUND) == b""
        writer.close()

    _run(work)


def test_a_taken_port_is_said() -> None:
    """A port in use is an error with its own code."""

    async def work() -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            with pytest.raises(PortTaken) as caught:
                await _listener().start("127.0.0.1", port)
            assert caught.value.where == f"127.0.0.1:{port}"

    _run(work)


def test_a_foreign_address_is_said() -> None:
    """An address of another machine, or none at all, is a mistake of the command line."""

    async def work() -> None:
        for host in ("192.0.2.1", "no-such-host.invalid"):
            with pytest.raises(UsageError):
                await _listener().start(host, 0)

    _run(work)
