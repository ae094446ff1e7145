"""The admin API on a port."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.unit.stubs.admin.calling import USERS
from treaty.adapters.certificates import AUTHORITY, server_context
from treaty.errors import PortTaken, UsageError
from treaty_stubs.admin import connection
from treaty_stubs.admin.server import AdminServer, check_token
from treaty_stubs.answering import Answering
from treaty_stubs.platform import Platform
from treaty_stubs.select.candidate import gather_candidates

TOKEN = "0123456789abcdef"


@pytest.fixture(name="taken")
def _taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


async def _exchange(port: int, sent: bytes, *, tls: ssl.SSLContext | None = None) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls)
    writer.write(sent)
    try:
        return await asyncio.wait_for(reader.read(), 60)
    finally:
        writer.close()
        with suppress(ConnectionResetError):
            await writer.wait_closed()


def _platform() -> Platform:
    return Platform([Answering(gather_candidates([USERS]), provider="user")])


def test_it_answers_until_it_is_stopped() -> None:
    """Streams that are open do not keep it from ending; broken requests are refused."""
    faults: list[Exception] = []

    async def run() -> None:
        server = AdminServer(_platform(), fault=faults.append)
        await server.start()
        assert server.url == f"http://127.0.0.1:{server.port}"
        head = f"Host: 127.0.0.1:{server.port}\r\nConnection: close\r\n".encode()
        answer = await _exchange(server.port, b"GET /providers HTTP/1.1\r\n" + head + b"\r\n")
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"server:" not in answer.lower().partition(b"\r\n\r\n")[0]
        assert (await _exchange(server.port, b"nonsense\r\n\r\n")).startswith(b"HTTP/1.1 400 ")
        endless = b"GET /providers HTTP/1.1\r\nX-Long: " + b"x" * 1_000_000
        with suppress(ConnectionResetError):  # it may close before all was sent
            assert (await _exchange(server.port, endless)).startswith(b"HTTP/1.1 400 ")
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /events HTTP/1.1\r\n" + head + b"\r\n")
        await asyncio.wait_for(reader.readuntil(b": treaty\n\n"), 60)
        await asyncio.wait_for(server.stop(), 60)
        await asyncio.wait_for(reader.read(), 60)
        writer.close()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", server.port)

    asyncio.run(run())
    assert faults == []


def test_it_speaks_tls_where_the_stubs_do(tmp_path: Path) -> None:
    """With their certificate; its address says so, and pages of its own origin may call it."""

    async def run() -> None:
        server = AdminServer(_platform(), tls=server_context(tmp_path, []), fault=lambda _: None)
        await server.start()
        assert server.url == f"https://127.0.0.1:{server.port}"
        trust = ssl.create_default_context(cafile=str(tmp_path / AUTHORITY))
        head = f"Host: 127.0.0.1:{server.port}\r\nOrigin: {server.url}\r\nConnection: close\r\n\r\n".encode()
        answer = await _exchange(server.port, b"GET /providers HTTP/1.1\r\n" + head, tls=trust)
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        await server.stop()

    asyncio.run(run())


def test_whoever_says_nothing_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a request, and in the middle of its head."""
    monkeypatch.setattr(connection, "SILENT_FOR", 0.02)

    async def run() -> None:
        server = AdminServer(_platform(), fault=lambda _: None)
        await server.start()
        for sent in (b"", b"GET /providers HTTP/1.1\r\nHost: "):
            assert await _exchange(server.port, sent) == b""
        await server.stop()

    asyncio.run(run())


def test_a_port_that_is_taken_is_said(taken: int) -> None:
    async def run() -> None:
        with pytest.raises(PortTaken) as raised:
            await AdminServer(_platform(), port=taken, fault=lambda _: None).start()
        assert raised.value.hint == "choose another --admin-port; 0 takes a free one"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("token", "host", "said"),
    [
        (None, "0.0.0.0", "needs a token"),
        (None, "192.0.2.1", "needs a token"),
        (None, "stubs.test", "needs a token"),
        ("short", "127.0.0.1", "can be guessed"),
        ("x" * 16 + "\n", "127.0.0.1", "can be guessed"),
        ("ü" * 16, "127.0.0.1", "can be guessed"),
    ],
)
def test_strangers_are_kept_out(token: str | None, host: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        check_token(token, host)
    assert token is None or token not in str(raised.value)


@pytest.mark.parametrize(("token", "host"), [(None, "127.0.0.1"), (None, "::1"), (TOKEN, "0.0.0.0"), (TOKEN, "::1")])
def test_with_a_token_or_on_the_loopback_it_may_be_called(token: str | None, host: str) -> None:
    check_token(token, host)
