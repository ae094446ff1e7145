"""The stub in a thread of its own."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import threading

import pytest

from tests.unit.stubs.examples import interaction, json_body, pact
from treaty.errors import PortTaken
from treaty_stubs.http.listener import Listener
from treaty_stubs.http.server import StubServer
from treaty_stubs.message import Answer


def _get(server: StubServer, target: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request("GET", target)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_it_serves_while_the_block_lasts() -> None:
    """Listens when the block is entered; afterwards nobody does, and its thread is gone."""
    pacts = [pact(interaction("a", path="/a", response={"body": json_body([1])})), pact(provider="user")]
    with StubServer(pacts, provider="order") as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        status, body = _get(server, "/a")
        assert (status, json.loads(body)) == (200, [1])
        assert _get(server, "/b")[0] == 501
        assert (server.journal.served, server.journal.missed) == (1, 1)
        assert server.faults == ()
    with pytest.raises(ConnectionRefusedError):
        _get(server, "/a")
    assert not any(thread.name == "treaty-stub" for thread in threading.enumerate())
    server.close()


def test_a_stub_without_interactions_misses_everything() -> None:
    """So that an unscripted call of a provider under test is a finding, not a refused connection."""
    with StubServer([], provider="mail", miss_status=404) as server:
        status, body = _get(server, "/x")
        assert status == 404
        assert json.loads(body)["nearest"] == []


def test_a_taken_port_is_raised_where_the_block_is_entered() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortTaken), StubServer([], port=taken.getsockname()[1]):
            pytest.fail("the port is not free")


def test_a_listener_can_stop_without_a_connection() -> None:
    async def work() -> None:
        faults: list[Exception] = []
        listener = Listener(lambda _: Answer(200, b""), fault=faults.append)
        await listener.start("127.0.0.1", 0)
        assert listener.port
        await listener.stop()

    asyncio.run(work())
