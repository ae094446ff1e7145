"""Answers that go out late, in pieces, cut off or made elsewhere, over a connection of the loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

import pytest

from treaty_stubs.http.listener import Listener
from treaty_stubs.message import Answer, Awaited, Delivery, Ending, Received

_BOUND: Final = 20.0
_CONTENT: Final = b"0123456789" * 10
_HEAD_OF_SECOND: Final = b"HTTP/1.1 204"


async def _ask(answer: Callable[[Received], Answer], *targets: bytes) -> bytes:
    """Send requests one behind the other in one piece and read until the server closes."""
    faults: list[Exception] = []
    listener = Listener(answer, fault=faults.append)
    await listener.start("127.0.0.1", 0)
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        requests = b"".join(b"GET %b HTTP/1.1\r\nHost: x\r\n\r\n" % target for target in targets[:-1])
        writer.write(requests + b"GET %b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % targets[-1])
        try:
            return await asyncio.wait_for(reader.read(), _BOUND)
        finally:
            writer.close()
    finally:
        await listener.stop()


def _first_in_this_way(delivery: Delivery) -> Callable[[Received], Answer]:
    def answer(received: Received) -> Answer:
        return Answer(200, b"", _CONTENT, None, delivery) if received.target == "/first" else Answer(204, b"")

    return answer


@pytest.mark.parametrize(
    "delivery", [Delivery(delay=0.01), Delivery(spread=0.2), Delivery(delay=0.01, spread=0.12)], ids=str
)
def test_a_slow_answer_is_whole_and_those_behind_it_keep_their_order(delivery: Delivery) -> None:
    data = asyncio.run(_ask(_first_in_this_way(delivery), b"/first", b"/second", b"/third"))
    first, second, third = data.partition(_CONTENT)[0], *data.partition(_CONTENT)[2].split(_HEAD_OF_SECOND)[1:]
    assert first.startswith(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n")
    assert b"Connection: close" not in second
    assert b"Connection: close" in third


def test_a_reset_is_a_reset() -> None:
    with pytest.raises(ConnectionResetError):
        asyncio.run(_ask(_first_in_this_way(Delivery(ending=Ending.RESET)), b"/first"))


def test_an_empty_answer_closes_without_a_byte() -> None:
    """And what waits behind it is not answered any more."""
    assert asyncio.run(_ask(_first_in_this_way(Delivery(ending=Ending.EMPTY)), b"/first", b"/second")) == b""


@pytest.mark.parametrize("spread", [0.0, 0.1])
def test_a_truncated_answer_promises_more_than_it_sends(spread: float) -> None:
    data = asyncio.run(_ask(_first_in_this_way(Delivery(ending=Ending.TRUNCATED, spread=spread)), b"/first"))
    head, _, content = data.partition(b"\r\n\r\n")
    assert b"Content-Length: 100" in head
    assert content == _CONTENT[:50]


def test_an_answer_without_content_is_cut_in_its_head() -> None:
    delivery = Delivery(ending=Ending.TRUNCATED)
    data = asyncio.run(_ask(lambda _: Answer(204, b"A: b\r\n", b"", None, delivery), b"/first"))
    assert data.startswith(b"HTTP/1.1 204")
    assert b"\r\n\r\n" not in data


def test_an_answer_made_elsewhere_waits_for_it() -> None:
    """The value is settled in the thread of the server, and later requests are answered after it."""
    elsewhere: Future[int] = Future()

    def answer(received: Received) -> Answer:
        if received.target == "/second":
            return Answer(204, b"")
        asyncio.get_running_loop().call_later(0.01, elsewhere.set_result, 201)
        awaited = Awaited(done=elsewhere, settle=lambda: Answer(elsewhere.result(), b""))
        return Answer(500, b"", b"", None, Delivery(awaited=awaited))

    data = asyncio.run(_ask(answer, b"/first", b"/second"))
    assert [line for line in data.splitlines() if line.startswith(b"HTTP/")] == [
        b"HTTP/1.1 201 Created",
        b"HTTP/1.1 204 No Content",
    ]


def test_a_failure_while_settling_is_told_and_answered() -> None:
    done: Future[None] = Future()
    done.set_result(None)

    def fail() -> Answer:
        raise ZeroDivisionError

    faults: list[Exception] = []

    async def run() -> bytes:
        listener = Listener(
            lambda _: Answer(500, b"", b"", None, Delivery(awaited=Awaited(done=done, settle=fail))),
            fault=faults.append,
        )
        await listener.start("127.0.0.1", 0)
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            data = await asyncio.wait_for(reader.read(), _BOUND)
            writer.close()
            return data
        finally:
            await listener.stop()

    assert asyncio.run(run()).startswith(b"HTTP/1.1 500")
    assert isinstance(faults[0], ZeroDivisionError)


def test_a_client_that_leaves_while_it_waits_harms_nobody() -> None:
    """The server stops in good order although the time of the answer has not come."""

    async def run() -> None:
        asked = asyncio.Event()

        def answer(_received: Received) -> Answer:
            asked.set()
            return Answer(200, b"", _CONTENT, None, Delivery(delay=3600.0))

        faults: list[Exception] = []
        listener = Listener(answer, fault=faults.append)
        await listener.start("127.0.0.1", 0)
        _, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(b"GET /first HTTP/1.1\r\nHost: x\r\n\r\n")
        await writer.drain()
        await asked.wait()
        writer.close()
        await listener.stop(grace_seconds=0.01)
        assert faults == []

    asyncio.run(asyncio.wait_for(run(), _BOUND))
