from __future__ import annotations

import json
import shlex
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from treaty.adapters.header_command import HeaderCommand
from treaty.adapters.provider_calls import ProviderCalls
from treaty.adapters.provider_date import NO_DATE, ask, check_clock
from treaty.errors import ClockUnsupported
from treaty.verify.calls import Call, CallFailed
from treaty.verify.provider_clock import ProviderClock

AHEAD = timedelta(days=400)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps([self.path, list(self.headers.items())]).encode()
        self.send_response_only(200)
        if self.path != "/dateless":
            self.send_header("Date", format_datetime(datetime.now(UTC) + AHEAD, usegmt=True))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given by the standard library
        """Keep standard error clean."""


@pytest.fixture(name="url")
def _url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_headers_are_given_and_computed_and_the_clock_is_heard(url: str) -> None:
    """What is computed sees what is given, and takes its place."""
    code = "import json, sys; n = dict(json.load(sys.stdin)['headers'])['X-One']; print('x-two: ' + n + '!')"
    command = HeaderCommand(
        shlex.join([sys.executable, "-c", code]), seconds=20, conceal=str, learn=lambda _: None, folder=Path.cwd()
    )
    clock = ProviderClock()
    call = Call(method="GET", target="/x", headers=(("X-ONE", "recorded"), ("X-Two", "recorded")))
    with ProviderCalls(url, clock=clock, extra_headers=[("X-One", "given")], command=command) as calls:
        answer = calls.send(call, seconds=20)
    headers: dict[str, Any] = dict(json.loads(answer.body)[1])
    assert {name: value for name, value in headers.items() if name.lower().startswith("x-")} == {
        "X-One": "given",
        "x-two": "given!",
    }
    assert answer.added == ("X-One", "x-two")
    assert abs(clock.shift - AHEAD) < timedelta(minutes=1)


def test_a_refusal_is_asked_for_as_it_was_recorded(url: str) -> None:
    """Neither what is given nor what is computed makes it another question; both know credentials by their names."""
    command = HeaderCommand(
        shlex.join([sys.executable, "-c", "print('Authorization: computed')"]),
        seconds=20,
        conceal=str,
        learn=lambda _: None,
        folder=Path.cwd(),
    )
    given = [("X-Api-Key", "given")]
    with ProviderCalls(url, clock=ProviderClock(), extra_headers=given, command=command) as calls:
        answer = calls.send(Call(method="GET", target="/x", status=401), seconds=20)
    assert answer.added == ()
    assert {"X-Api-Key", "Authorization"}.isdisjoint(dict(json.loads(answer.body)[1]))


def test_a_call_that_failed_tells_what_was_added() -> None:
    """So that a report can show the request."""
    with (
        ProviderCalls("http://127.0.0.1:1", clock=ProviderClock(), extra_headers=[("X-One", "given")]) as calls,
        pytest.raises(CallFailed) as raised,
    ):
        calls.send(Call(method="GET", target="/x"), seconds=5)
    assert raised.value.added == ("X-One",)


def test_a_provider_is_asked_where_it_is_ready(url: str) -> None:
    """Else by HEAD, which changes nothing; nobody there gives no answer."""
    ready = ask(url, "/health")
    assert ready is not None
    assert json.loads(ready.body)[0] == "/health"
    other = ask(url, "http://elsewhere.invalid/health")
    assert other is not None
    assert other.body == b""
    assert ask("http://127.0.0.1:1") is None


def test_a_clock_that_follows_is_fine_and_others_are_told(url: str) -> None:
    """Whether it follows is not known where no Date is told."""

    def check(shift: timedelta, ready: str = "/health") -> str:
        return check_clock(url, name="shop", ready=ready, shift=shift, means="time-machine")

    assert check(AHEAD) == ""
    assert check(timedelta(), ready="/dateless") == NO_DATE
    with pytest.raises(ClockUnsupported, match="shop does not run at the time") as raised:
        check(AHEAD - timedelta(minutes=1))
    assert "time-machine" in raised.value.why
