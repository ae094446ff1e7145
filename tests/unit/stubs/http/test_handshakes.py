"""TLS connections that do not come about, as both sides see it in memory."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from treaty.adapters.certificates import AUTHORITY, server_context
from treaty_stubs.http.handshakes import watch_handshakes, why_not


def _talk(server: ssl.SSLContext, client: ssl.SSLContext, *, first: bytes = b"") -> None:
    """Have both sides shake hands and read, until one of them gives up."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    serving = server.wrap_bio(to_server, to_client, server_side=True)
    asking = client.wrap_bio(to_client, to_server, server_hostname="localhost")
    to_server.write(first)
    talking = [asking, serving]
    for _ in range(5):
        for side in tuple(talking):
            try:
                side.do_handshake()
                side.read(1)
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError:
                talking.remove(side)


@pytest.fixture(name="told")
def _told() -> list[str]:
    return []


@pytest.fixture(name="server")
def _server(tmp_path: Path, told: list[str]) -> ssl.SSLContext:
    context = server_context(tmp_path, [])
    watch_handshakes(context, told.append)
    return context


def test_a_client_that_trusts_nobody_is_told_of(server: ssl.SSLContext, told: list[str]) -> None:
    """Its verdict comes when the server has done its part."""
    _talk(server, ssl.create_default_context())
    assert set(told) == {"a client does not trust the certificate"}


def test_a_client_that_speaks_plain_http_is_told_of(server: ssl.SSLContext, told: list[str], tmp_path: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(tmp_path / AUTHORITY))
    _talk(server, trusting, first=b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert told[0] == "a client speaks plain HTTP; the address begins with https://"


def test_of_a_client_that_gets_through_nothing_is_told(server: ssl.SSLContext, told: list[str], tmp_path: Path) -> None:
    _talk(server, ssl.create_default_context(cafile=str(tmp_path / AUTHORITY)))
    assert told == []


def test_a_reason_that_nobody_explained_is_named() -> None:
    fault = ssl.SSLError(1, "[SSL] odd")
    fault.reason = "ODD_THING"
    assert why_not(fault) == "a client gave up, or is not understood (odd thing)"
