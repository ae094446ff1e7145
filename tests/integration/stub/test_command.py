"""`treaty stub` as users run it: a process, its ports, its lines, its end."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.unit.stubs.examples import interaction, json_body, regex
from treaty.errors import ExitStatus

_BOUND = 30


def _write(folder: Path, consumer: str, provider: str, *interactions: dict[str, Any]) -> None:
    document = {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    (folder / f"{consumer}-{provider}.json").write_text(json.dumps(document), encoding="utf-8")


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    pacts = tmp_path / "pacts"
    pacts.mkdir()
    by_rule = {"matchingRules": {"path": regex(r"/users/\d+")}}
    _write(
        pacts,
        "web",
        "user",
        interaction(
            "GET /users/{id} -> 200",
            path="/users/9007001",
            request=by_rule,
            response={"body": json_body({"id": 9007001, "name": "alice"})},
            causes={"body.$.id": {"cause": "echo", "of": "path[1]"}},
        ),
        interaction("GET /users/{id} -> 404", path="/users/404", request=by_rule, status=404),
    )
    _write(pacts, "app", "user", interaction("DELETE /users/{id} -> 204", method="DELETE", path="/users/1", status=204))
    _write(pacts, "web", "order", interaction("GET /orders -> 200", path="/orders"))
    return tmp_path


class _Stub:
    """A running ``treaty stub``."""

    def __init__(self, process: subprocess.Popen[str], lines: list[str]) -> None:
        self.process = process
        self.lines = lines
        self.ports = {
            match[1]: int(match[2]) for line in lines if (match := re.match(r"(\S+)  http://[^ ]*:(\d+)  ", line))
        }

    def ask(self, provider: str, method: str, target: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[provider], timeout=_BOUND)
        try:
            connection.request(method, target, headers=headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def end(self, number: int) -> tuple[int, list[str]]:
        """Send a signal; give the exit status and the lines that were not read before."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=_BOUND)
        return self.process.returncode, rest.splitlines()


@contextmanager
def _running(folder: Path, *arguments: str) -> Iterator[_Stub]:
    process = subprocess.Popen(
        [sys.executable, "-m", "treaty_cli", "stub", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert process.stdout is not None
    lines: list[str] = []
    try:
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith("ready"):
                break
        yield _Stub(process, lines)
    finally:
        process.kill()
        process.wait(_BOUND)
        process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_day_of_a_stub(folder: Path, number: int) -> None:
    """It says what it serves, answers, says each request, and ends on a signal with a summary and status 0."""
    with _running(folder) as stub:
        assert [re.sub(r":\d+ ", ": ", line) for line in stub.lines] == [
            "order  http://127.0.0.1:  1 interaction (1 of web)",
            "user  http://127.0.0.1:  3 interactions (1 of app, 2 of web)",
            "ready; stop with Ctrl-C",
        ]
        status, headers, body = stub.ask("user", "GET", "/users/12")
        assert (status, json.loads(body)) == (200, {"id": 12, "name": "alice"})
        assert headers["X-Treaty-Match"] == 'GET /users/{id} -> 200; state=""; why="default state"'
        assert stub.ask("user", "GET", "/users/404")[0] == 404
        assert stub.ask("user", "HEAD", "/users/12")[0] == 200
        assert stub.ask("order", "GET", "/orders")[0] == 200
        secret = "s3cr3t-0123456789abcdef"
        status, headers, body = stub.ask("user", "GET", f"/users?token={secret}", Authorization=f"Bearer {secret}")
        assert status == 501
        assert headers["Content-Type"] == "application/problem+json"
        assert secret not in body.decode()
        code, lines = stub.end(number)
    assert code == ExitStatus.KEPT
    assert lines[0] == "user: GET /users/12 -> 200  GET /users/{id} -> 200 (default state)"
    assert "order: 1 served, 0 missed, 0 interactions never used" in lines
    assert "user: 3 served, 1 missed, 1 interaction never used" in lines
    assert "  unused  app: DELETE /users/{id} -> 204" in lines
    assert not any(secret in line for line in lines)


def test_json_lines_on_standard_output(folder: Path) -> None:
    """Programs read events; the first ones say where the stubs are."""
    process = subprocess.Popen(
        [sys.executable, "-m", "treaty_cli", "stub", "--provider", "user", "--json", "-"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        started = json.loads(process.stdout.readline())
        assert json.loads(process.stdout.readline()) == {"event": "ready"}
        assert (started["provider"], started["interactions"]) == ("user", 3)
        connection = http.client.HTTPConnection(started["url"].removeprefix("http://"), timeout=_BOUND)
        connection.request("GET", "/users/5")
        assert connection.getresponse().status == 200
        connection.close()
        served = json.loads(process.stdout.readline())
        assert (served["event"], served["target"], served["why"]) == ("served", "/users/5", "default state")
    finally:
        process.terminate()
        rest, _ = process.communicate(timeout=_BOUND)
    assert json.loads(rest.splitlines()[-1])["event"] == "stub-stopped"


def test_a_seed_repeats_values_from_run_to_run(folder: Path) -> None:
    """Two processes with one seed give the same generated values."""
    generators = {"generators": {"body": {"$.id": {"type": "Uuid"}}}, "matchingRules": {"body": {"$.id": regex(".*")}}}
    _write(
        folder / "pacts",
        "web",
        "order",
        interaction("x", path="/x", response={"body": json_body({"id": "a"}), **generators}),
    )

    def answers(*arguments: str) -> list[bytes]:
        with _running(folder, "--provider", "order", *arguments) as stub:
            return [stub.ask("order", "GET", "/x")[2] for _ in range(3)]

    seeded = answers("--seed", "7")
    assert len(set(seeded)) == 3
    assert answers("--seed", "7") == seeded
    assert answers("--seed", "8") != seeded


def test_given_ports_follow_each_other_and_taken_ones_are_said(folder: Path) -> None:
    """A port that is in use ends the command with status 3 and its own code."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "treaty_cli", "stub", "--port", str(port)],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=_BOUND,
        )
    assert done.returncode == ExitStatus.COULD_NOT
    assert "[port-taken]" in done.stderr
    assert f"127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_thousand_interactions_are_served(folder: Path) -> None:
    """Large pacts are served like small ones; how long they take to be ready is for the benchmarks to say."""
    many = [
        interaction(f"i{number}", path=f"/things/{number}", response={"body": json_body(number)})
        for number in range(1000)
    ]
    _write(folder / "pacts", "web", "things", *many)
    with _running(folder, "--provider", "things") as stub:
        assert json.loads(stub.ask("things", "GET", "/things/999")[2]) == 999


def test_changed_pacts_are_read_again(folder: Path) -> None:
    """Without a restart, on the same port; a file that is no pact changes nothing and is said."""
    with _running(folder, "--consumer", "web") as stub:
        assert stub.process.stdout is not None
        assert stub.ask("user", "GET", "/new")[0] == 501
        _write(folder / "pacts", "web", "user", interaction("new", path="/new"))
        read = iter(stub.process.stdout.readline, "")
        assert "user  read again: 1 interaction (1 of web)\n" in read
        assert stub.ask("user", "GET", "/new")[0] == 200
        (folder / "pacts" / "web-user.json").write_text("{", encoding="utf-8")
        assert any(line.startswith("not read again, answers stay as they were: ") for line in read)
        assert stub.ask("user", "GET", "/new")[0] == 200
        _write(folder / "pacts", "web", "further", interaction("more"))
        _write(folder / "pacts", "web", "user", interaction("newer", path="/newer"))
        assert any("provider 'further' is new and has no stub" in line for line in read)
        assert stub.ask("user", "GET", "/newer")[0] == 200
        code, _ = stub.end(signal.SIGTERM)
    assert code == ExitStatus.KEPT


def test_large_answers_are_compressed_for_those_who_ask(folder: Path) -> None:
    """And come as they are to all others."""
    _write(
        folder / "pacts", "web", "things", interaction("all", path="/all", response={"body": json_body(["x"] * 999)})
    )
    with _running(folder, "--provider", "things") as stub:
        _, plain_headers, plain = stub.ask("things", "GET", "/all")
        _, headers, coded = stub.ask("things", "GET", "/all", **{"Accept-Encoding": "gzip"})
        stub.end(signal.SIGTERM)
    assert "Content-Encoding" not in plain_headers
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(coded) == plain
    assert json.loads(plain) == ["x"] * 999


def test_a_quiet_stub_tells_of_misses_only(folder: Path) -> None:
    """What is served is counted in the summary and nowhere else."""
    with _running(folder, "pacts", "--provider", "order", "--quiet") as stub:
        assert stub.ask("order", "GET", "/orders")[0] == 200
        assert stub.ask("order", "GET", "/nothing")[0] == 501
        _, lines = stub.end(signal.SIGINT)
    assert not any(line.startswith("GET /orders -> 200") for line in lines)
    assert any(line.startswith("GET /nothing -> 501") for line in lines)
    assert any("1 served, 1 missed" in line for line in lines)
