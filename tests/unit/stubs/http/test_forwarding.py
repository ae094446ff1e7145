"""Requests sent on to a real provider, which is a small server of the loopback here."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

import pytest

from tests.unit.stubs.examples import candidates, interaction, received
from treaty.errors import DiskFull, UsageError
from treaty_stubs.answering import Answering
from treaty_stubs.http.forwarding import Forwarded, Forwarder
from treaty_stubs.journal import FORWARDED
from treaty_stubs.message import Answer

_BOUND: Final = 30


class _Upstream(BaseHTTPRequestHandler):
    """Tells what it was asked, compressed on /gzip and in an unknown coding on /odd."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        seen = {"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body.decode()}
        data = json.dumps(seen).encode()
        self.send_response(201)
        if self.path == "/base/gzip":
            data = gzip.compress(data)
            self.send_header("Content-Encoding", "gzip")
        elif self.path == "/base/odd":
            self.send_header("Content-Encoding", "odd")
        self.send_header("X-Treaty-Match", "of another stub")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_POST = do_HEAD = do_GET  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(name="upstream", scope="module")
def _upstream() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Upstream) as server:
        thread = Thread(target=server.serve_forever, args=(0.005,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/base"
        server.shutdown()
        thread.join()


@pytest.fixture(name="kept")
def _kept() -> list[Forwarded]:
    return []


@pytest.fixture(name="forwarder")
def _forwarder(upstream: str, kept: list[Forwarded]) -> Iterator[Forwarder]:
    forwarder = Forwarder(upstream, provider="user", keep=kept.append)
    yield forwarder
    forwarder.close()


def _lines(answer: Answer) -> dict[str, str]:
    pairs = (line.partition(": ") for line in answer.head.decode().splitlines())
    return {name.lower(): value for name, _, value in pairs}


def test_a_request_reaches_the_provider_whole_and_its_answer_comes_back(
    forwarder: Forwarder, kept: list[Forwarded]
) -> None:
    """Without headers of the connection and our own ones, and with Via, which says who sent it."""
    asked = received(
        "POST",
        "http://proxied.test/things?a=1",
        headers={"X-Key": "k", "Connection": "close", "X-Treaty-State": "s", "Accept-Encoding": "br"},
        body={"a": 1},
    )
    answer = forwarder(asked).result(_BOUND)
    seen = json.loads(answer.body)
    assert (seen["method"], seen["path"], seen["body"]) == ("POST", "/base/things?a=1", '{"a": 1}')
    headers = {name.lower(): value for name, value in seen["headers"].items()}
    assert headers["x-key"] == "k"
    assert headers["accept-encoding"] == "identity"
    assert headers["host"].startswith("127.0.0.1:")
    assert headers["via"].startswith("1.1 treaty-stub-")
    assert {"x-treaty-state", "connection"}.isdisjoint(headers)
    assert answer.status == 201
    assert _lines(answer)["x-treaty-match"] == f'none; why="forwarded"; to="{forwarder.base_url}"'
    (call,) = kept
    assert (call.provider, call.call.target, call.error) == ("user", "/things?a=1", "")
    assert call.answer is not None
    assert call.answer.body == answer.body


def test_content_codings_that_are_known_are_undone(forwarder: Forwarder, kept: list[Forwarded]) -> None:
    answer = forwarder(received(target="/gzip")).result(_BOUND)
    assert json.loads(answer.body)["path"] == "/base/gzip"
    assert "content-encoding" not in _lines(answer)
    assert kept[0].coding == "gzip"
    assert _lines(forwarder(received(target="/odd")).result(_BOUND))["content-encoding"] == "odd"


def test_a_head_tells_the_length_that_the_provider_told(forwarder: Forwarder) -> None:
    answer = forwarder(received("HEAD", "/things")).result(_BOUND)
    assert answer.body == b""
    assert answer.length is not None
    assert answer.length > 0


def test_a_request_that_comes_back_goes_no_further(forwarder: Forwarder, kept: list[Forwarded]) -> None:
    """Also when it went through other stubs or proxies in between."""
    seen = json.loads(forwarder(received(target="/things")).result(_BOUND).body)
    via = f"1.1 proxy, {seen['headers']['Via']}"
    answer = forwarder(received(target="/things", headers={"Via": via})).result(_BOUND)
    assert answer.status == 508
    assert "leads back" in json.loads(answer.body)["detail"]
    assert len(kept) == 1


def test_a_provider_that_does_not_answer_is_a_bad_gateway(kept: list[Forwarded]) -> None:
    """The problem says why, and the call is kept with its error."""
    forwarder = Forwarder("http://127.0.0.1:1", provider="user", keep=kept.append)
    answer = forwarder(received(target="/things")).result(_BOUND)
    forwarder.close()
    assert answer.status == 502
    problem = json.loads(answer.body)
    assert problem["detail"] == "user at http://127.0.0.1:1: GET /things: connection refused"
    assert problem["reason"] == "connection refused"
    assert 'why="the fallback failed"' in _lines(answer)["x-treaty-match"]
    assert _lines(answer)["x-treaty-match"].endswith('; reason="connection refused"')
    assert answer.why == "the fallback failed: connection refused"
    assert kept[0].answer is None
    assert kept[0].error == "GET /things: connection refused"


def test_a_call_that_cannot_be_recorded_is_not_answered(upstream: str) -> None:
    """Else somebody would miss it in the session."""

    def keep(forwarded: Forwarded) -> None:
        del forwarded
        raise DiskFull("the disk is full", why="no space left")

    forwarder = Forwarder(upstream, provider="user", keep=keep)
    answer = forwarder(received()).result(_BOUND)
    forwarder.close()
    assert answer.status == 502
    assert "the disk is full: no space left" in json.loads(answer.body)["detail"]


def test_many_requests_are_under_way_at_once(forwarder: Forwarder) -> None:
    futures = [forwarder(received(target=f"/{number}")) for number in range(40)]
    assert [json.loads(future.result(_BOUND).body)["path"] for future in futures] == [
        f"/base/{number}" for number in range(40)
    ]


def test_what_is_no_url_of_http_is_refused() -> None:
    with pytest.raises(UsageError, match="not a URL of HTTP"):
        Forwarder("ftp://x", provider="user", keep=lambda _: None)


def test_only_what_no_interaction_accepts_is_sent_on(forwarder: Forwarder) -> None:
    """It is no miss, and the journal has it once the answer is settled."""
    stub = Answering(candidates(interaction("a", path="/known")), provider="user", fallback=forwarder)
    assert stub(received(target="/known")).delivery is None
    pending = stub(received(target="/other"))
    assert pending.delivery is not None
    assert pending.delivery.awaited is not None
    pending.delivery.awaited.done.result(_BOUND)
    assert pending.delivery.awaited.settle().status == 201
    assert [entry.interaction for entry in stub.journal.entries] == [0, FORWARDED]
    assert stub.journal.entries[1].why == "forwarded"
    assert (stub.journal.served, stub.journal.forwarded, stub.journal.missed) == (2, 1, 0)


def test_the_journal_says_why_a_fallback_gave_no_answer() -> None:
    forwarder = Forwarder("http://127.0.0.1:1", provider="user", keep=lambda _: None)
    stub = Answering(candidates(interaction("a", path="/known")), provider="user", fallback=forwarder)
    pending = stub(received(target="/other")).delivery
    forwarder.close()
    assert pending is not None
    assert pending.awaited is not None
    pending.awaited.done.result(_BOUND)
    assert pending.awaited.settle().status == 502
    assert stub.journal.entries[0].why == "the fallback failed: connection refused"
