"""Faults as a client sees them: over a socket, declared in a file of `treaty stub`."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.unit.stubs.examples import interaction, json_body

_BOUND = 30
_FAULTS = """
faults:
  - {name: late, path: /late, latency: {p50: 5ms, p99: 20ms}}
  - {name: down, path: /down, status: 503, headers: {Retry-After: "1"}, times: 1}
  - {name: reset, path: /reset, connection: reset}
  - {name: empty, path: /empty, connection: empty}
  - {name: cut, path: /cut, connection: truncated}
  - {name: drip, path: /drip, drip: 100ms}
  - {name: broken, path: /broken, malformed: true}
  - {name: html, path: /html, content_type: text/html}
  - {name: asleep, path: /asleep, status: 500, on: false}
"""
_PATHS = ("late", "down", "reset", "empty", "cut", "drip", "broken", "html", "asleep")
_CONTENT = {"id": 7, "name": "alice"}


class _Client:
    """Asks one stub over connections of its own."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self._port = port

    def ask(self, name: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_BOUND)
        try:
            connection.request("GET", f"/{name}")
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()


@pytest.fixture(name="client", scope="module")
def _client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Client]:
    folder = tmp_path_factory.mktemp("faults")
    pact = {
        "consumer": {"name": "web"},
        "provider": {"name": "user"},
        "interactions": [
            interaction(f"GET /{name} -> 200", path=f"/{name}", response={"body": json_body(_CONTENT)})
            for name in _PATHS
        ],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    (folder / "web-user.json").write_text(json.dumps(pact), encoding="utf-8")
    (folder / "faults.yaml").write_text(_FAULTS, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "treaty_cli", "stub", "web-user.json", "--faults", "faults.yaml", "--seed", "7"],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert process.stdout is not None
    port = 0
    told = []
    try:
        for line in process.stdout:
            told.append(line.rstrip("\n"))
            port = port or int((re.search(r"http://127\.0\.0\.1:(\d+)", line) or ["", "0"])[1])
            if line.startswith("ready"):
                break
        assert "9 faults declared; --seed 7 repeats this run's" in told
        yield _Client(process, port)
    finally:
        process.kill()
        process.wait(_BOUND)
        process.stdout.close()


@pytest.mark.parametrize("name", ["late", "drip"])
def test_a_slow_answer_is_whole(client: _Client, name: str) -> None:
    status, headers, body = client.ask(name)
    assert (status, json.loads(body)) == (200, _CONTENT)
    assert headers["X-Treaty-Match"].endswith(f'; fault="{name}"')


def test_an_error_comes_as_often_as_declared(client: _Client) -> None:
    """So that a second try of the client succeeds."""
    status, headers, body = client.ask("down")
    assert (status, headers["Retry-After"], json.loads(body)["status"]) == (503, "1", 503)
    assert client.ask("down")[0] == 200


def test_connections_break_as_declared(client: _Client) -> None:
    with pytest.raises(ConnectionResetError):
        client.ask("reset")
    with pytest.raises(http.client.RemoteDisconnected):
        client.ask("empty")
    with pytest.raises(http.client.IncompleteRead):
        client.ask("cut")


def test_contents_break_as_declared(client: _Client) -> None:
    with pytest.raises(ValueError, match="utf-8"):
        json.loads(client.ask("broken")[2])
    _, headers, body = client.ask("html")
    assert (headers.get_all("Content-Type"), json.loads(body)) == (["text/html"], _CONTENT)


def test_a_fault_that_is_off_is_not_played_and_each_other_one_is_told(client: _Client) -> None:
    """This one is last: it ends the stub to read what it said."""
    status, headers, _ = client.ask("asleep")
    assert (status, "fault" in headers["X-Treaty-Match"]) == (200, False)
    client.ask("html")
    client.process.send_signal(signal.SIGTERM)
    rest, _ = client.process.communicate(timeout=_BOUND)
    lines = rest.splitlines()
    assert "GET /asleep -> 200  GET /asleep -> 200 (exact example)" in lines
    assert "GET /html -> 200  GET /html -> 200 (exact example)  fault html" in lines
