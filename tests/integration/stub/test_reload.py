"""Pacts are read again while requests come in."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import httptools

from tests.unit.stubs.examples import interaction, json_body, pact
from treaty.contract.model import Pact
from treaty_stubs.http.server import StubServer
from treaty_stubs.journal import GONE

_CLIENTS = 4
_BATCH = 25
_BATCHES = 100
_RELOADS = 50
_BODY = b'{"a": 1}'
_REQUESTS = (
    b"GET /thing HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
    % (len(_BODY), _BODY),
)


class _Answers:
    """Reads answers off a connection and checks that each is of one version."""

    def __init__(self, connection: socket.socket) -> None:
        self.versions: list[int] = []
        self._connection = connection
        self._parser = httptools.HttpResponseParser(self)
        self._shown = b""
        self._body = b""

    def read(self, count: int) -> None:
        """Read so many answers in all."""
        while len(self.versions) < count:
            data = self._connection.recv(1 << 18)
            assert data, "the stub closed the connection"
            self._parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        if name == b"X-Version":
            self._shown = value

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        assert self._parser.get_status_code() == 200
        version = json.loads(self._body)["version"]
        assert str(version).encode() == self._shown
        self.versions.append(version)
        self._body = b""


def _version(number: int) -> Pact:
    """Make a pact whose two answers and their headers all say the same number."""
    content = json_body({"version": number, "text": "x" * 2000})
    shown = {"headers": {"X-Version": [str(number)]}, "body": content}
    extra = [interaction(f"extra {number}", path=f"/extra/{number}")] if number % 2 else []
    return pact(
        interaction("thing", path="/thing", response=shown),
        interaction("order", method="POST", path="/orders", request={"body": json_body({"a": 1})}, response=shown),
        *extra,
    )


def _ask(port: int, first: threading.Event, last: threading.Event) -> list[int]:
    """Ask for as long as pacts are read again, and at least so often; give the versions that answered."""
    batch = b"".join(_REQUESTS[number % 2] for number in range(_BATCH))
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        answers = _Answers(connection)
        for number in count(1):
            connection.sendall(batch)
            answers.read(number * _BATCH)
            first.set()
            if number >= _BATCHES and last.is_set():
                return answers.versions
    return []


def test_no_request_is_lost_or_torn_while_pacts_are_read_again() -> None:
    """Each answer is wholly of one version, on connections that stay open; the journal counts them all."""
    begun, done = threading.Event(), threading.Event()
    with StubServer([_version(0)], provider="order") as stub, ThreadPoolExecutor(_CLIENTS) as pool:
        asking = [pool.submit(_ask, stub.port, begun, done) for _ in range(_CLIENTS)]
        assert begun.wait(30)
        try:
            for number in range(1, _RELOADS + 1):
                stub.reload([_version(number)])
        finally:
            done.set()
        seen = [version for each in asking for version in each.result()]
        assert len(seen) >= 10_000
        assert {0, _RELOADS} <= set(seen) <= set(range(_RELOADS + 1))
        assert stub.journal.missed == 0
        assert stub.journal.served == len(seen)
        assert sum(stub.journal.count(each.number) for each in stub.answering.candidates) == len(seen)
        assert not stub.faults


def test_the_journal_follows_interactions_to_their_new_numbers() -> None:
    """Counts stay with the interaction; what is gone is said to be so."""
    one, two = interaction("one", path="/1"), interaction("two", path="/2")
    with StubServer([pact(one, two)], provider="order") as stub:
        for target in ("/1", "/2", "/2"):
            connection = http.client.HTTPConnection("127.0.0.1", stub.port, timeout=30)
            connection.request("GET", target)
            assert connection.getresponse().status == 200
            connection.close()
        stub.reload([pact(interaction("new"), two)])
        names = [candidate.name for candidate in stub.answering.candidates]
        assert stub.journal.count(names.index("two")) == 2
        assert stub.journal.count(names.index("new")) == 0
        assert [entry.interaction for entry in stub.journal.entries] == [GONE, names.index("two"), names.index("two")]
        assert stub.journal.served == 3
