"""A stub behind TLS, as a client that trusts its authority sees it, and others."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest

from treaty.adapters.certificates import AUTHORITY, server_context
from treaty_stubs.http.listener import Listener
from treaty_stubs.message import Answer, Delivery, Ending, Received

_BOUND: Final = 20.0
_REQUEST: Final = b"GET %b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def _answer(received: Received) -> Answer:
    delivery = {
        "/reset": Delivery(ending=Ending.RESET),
        "/cut": Delivery(ending=Ending.TRUNCATED),
        "/late": Delivery(delay=0.01, spread=0.1),
    }.get(received.path)
    return Answer(200, b"", b"x" * 200_000, None, delivery)


def _run(folder: Path, talk: Callable[[int, ssl.SSLContext], Awaitable[None]]) -> None:
    async def run() -> None:
        faults: list[Exception] = []
        listener = Listener(_answer, fault=faults.append)
        await listener.start("127.0.0.1", 0, tls=server_context(folder, []))
        try:
            await asyncio.wait_for(
                talk(listener.port, ssl.create_default_context(cafile=str(folder / AUTHORITY))), _BOUND
            )
        finally:
            await listener.stop(grace_seconds=0.1)
        assert faults == []

    asyncio.run(run())


async def _ask(port: int, context: ssl.SSLContext | None, path: bytes) -> bytes:
    name = None if context is None else "localhost"
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=name)
    try:
        writer.write(_REQUEST % path)
        return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize("path", [b"/", b"/late"])
def test_answers_are_whole(tmp_path: Path, path: bytes) -> None:
    async def talk(port: int, context: ssl.SSLContext) -> None:
        data = await _ask(port, context, path)
        assert data.startswith(b"HTTP/1.1 200 OK\r\n")
        assert data.endswith(b"x" * 200_000)

    _run(tmp_path, talk)


def test_faults_of_the_wire_are_played(tmp_path: Path) -> None:
    async def talk(port: int, context: ssl.SSLContext) -> None:
        with pytest.raises(ConnectionError):
            await _ask(port, context, b"/reset")
        data = await _ask(port, context, b"/cut")
        assert b"Content-Length: 200000" in data
        assert data.count(b"x") == 100_000

    _run(tmp_path, talk)


def test_a_client_without_tls_or_trust_gets_nothing_and_harms_nobody(tmp_path: Path) -> None:
    async def talk(port: int, context: ssl.SSLContext) -> None:
        try:
            plain = await _ask(port, None, b"/")
        except ConnectionError:
            plain = b""
        assert b"HTTP" not in plain
        with pytest.raises(ssl.SSLCertVerificationError):
            await _ask(port, ssl.create_default_context(), b"/")
        assert (await _ask(port, context, b"/")).startswith(b"HTTP/1.1 200")

    _run(tmp_path, talk)
