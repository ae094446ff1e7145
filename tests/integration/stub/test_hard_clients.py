"""`treaty stub` under clients that do their worst at the same time; then killed, and started again."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.unit.stubs.examples import interaction, json_body

_BOUND: Final = 60.0
_CLIENTS: Final = 64
_REQUESTS: Final = 30
_UPLOAD: Final = 100 * 1024 * 1024
_PIECE: Final = bytes(256 * 1024)
_MOST_MEGABYTES: Final = 150
_LONG: Final = "x" * 200_000


@pytest.fixture(name="pact")
def _pact(tmp_path: Path) -> Path:
    file = tmp_path / "web-user.json"
    document = {
        "consumer": {"name": "web"},
        "provider": {"name": "user"},
        "interactions": [
            interaction("one", path="/one", response={"body": json_body({"id": 1})}),
            interaction("long", path="/long", response={"body": json_body({"text": _LONG})}),
        ],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


@contextlib.contextmanager
def _running(pact: Path, log: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], int]]:
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "treaty_cli", "stub", str(pact), "--port", str(port), "--quiet"],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            assert process.stdout is not None
            match = re.search(r":(\d+)  ", process.stdout.readline())
            assert match, log.read_text(encoding="utf-8")
            while not process.stdout.readline().startswith("ready"):
                assert process.poll() is None
            yield process, int(match[1])
        finally:
            process.kill()
            process.communicate()


async def _good(port: int) -> int:
    """Ask again and again over one connection; give how many answers were right."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    right = 0
    for _ in range(_REQUESTS):
        writer.write(b"GET /one HTTP/1.1\r\nHost: a\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"Content-Length: (\d+)", head)[1])  # type: ignore[index]  # else the test fails here
        body = await reader.readexactly(length)
        right += head.startswith(b"HTTP/1.1 200 ") and json.loads(body) == {"id": 1}
    writer.close()
    return right


async def _upload(port: int, *, chunked: bool) -> bytes:
    """Send a hundred megabytes, as far as the server takes them; give the status line, if it arrived."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    how = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % _UPLOAD
    writer.write(b"POST /one HTTP/1.1\r\nHost: a\r\n%b\r\n\r\n" % how)
    piece = b"%x\r\n%b\r\n" % (len(_PIECE), _PIECE) if chunked else _PIECE
    line = b""
    with contextlib.suppress(ConnectionError):
        for _ in range(_UPLOAD // len(_PIECE)):
            writer.write(piece)
            await writer.drain()
    with contextlib.suppress(ConnectionError):
        line = await reader.readline()
    writer.close()
    return line


def _hold(port: int, data: bytes, count: int) -> list[socket.socket]:
    """Open connections that send something and then neither send nor read."""
    held = []
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", port), _BOUND)
        connection.sendall(data)
        held.append(connection)
    return held


async def _all_at_once(port: int) -> tuple[Sequence[int], Sequence[bytes]]:
    good = asyncio.gather(*(_good(port) for _ in range(_CLIENTS)))
    uploads = asyncio.gather(*(_upload(port, chunked=chunked) for chunked in (False, True)))
    return await asyncio.wait_for(good, _BOUND), await asyncio.wait_for(uploads, _BOUND)


def _most_megabytes(process: subprocess.Popen[str]) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8"))
    assert found
    return int(found[1]) / 1024


@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process from /proc")
def test_hard_clients_hurt_nobody_else_and_a_killed_stub_starts_again(pact: Path, tmp_path: Path) -> None:
    """Half-open connections, clients that read nothing, and uploads of 100 MB leave the others and memory alone."""
    log = tmp_path / "errors.log"
    before = pact.read_bytes()
    with _running(pact, log, 0) as (process, port):
        held = [
            *_hold(port, b"GET /one HT", 16),
            *_hold(port, b"POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc", 16),
            *_hold(port, b"GET /long HTTP/1.1\r\nHost: a\r\n\r\n" * 500, 16),
        ]
        right, refused = asyncio.run(_all_at_once(port))
        assert list(right) == [_REQUESTS] * _CLIENTS
        # The words behind the status are those of the Python that answers.
        assert all(line == b"" or line.startswith(b"HTTP/1.1 413 ") for line in refused)
        assert _most_megabytes(process) < _MOST_MEGABYTES
        process.send_signal(signal.SIGKILL)
        process.wait(_BOUND)
        for connection in held:
            connection.close()
    assert "Traceback" not in log.read_text(encoding="utf-8")
    assert pact.read_bytes() == before
    with _running(pact, log, port) as (_, again):
        assert again == port
        assert asyncio.run(_good(port)) == _REQUESTS
