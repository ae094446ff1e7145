"""The processes of the verify benchmark: a provider, and whoever asks it. Each says one line of JSON.

Usage: ``python -m tests.benchmarks.verify_process serve MILLISECONDS`` says its port and ends with its standard input;
``... bare|treaty|official URL PACT WORKERS`` says what it took.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httptools


class _Provider(asyncio.Protocol):
    """Answers every request with the user that its path names, after a while."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._parser = httptools.HttpRequestParser(self)
        self._target = b""

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._target = b""

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_message_complete(self) -> None:
        if self._seconds:
            asyncio.get_running_loop().call_later(self._seconds, self._answer, self._target)
        else:
            self._answer(self._target)

    def _answer(self, target: bytes) -> None:
        number = int(target.rpartition(b"/")[2])
        body = json.dumps(user(number)).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


def user(number: int) -> dict[str, Any]:
    """Make the answer for a number."""
    return {
        "id": number,
        "name": f"user {number}",
        "email": f"user{number}@example.com",
        "created_at": "2026-01-31T12:00:00Z",
        "balance": "12.50",
        "tags": ["one", "two"],
        "address": {"street": "Long Street 12", "city": "Somewhere"},
    }


async def _serve(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Provider(seconds), "127.0.0.1", 0)
    _say({"port": server.sockets[0].getsockname()[1]})
    await loop.run_in_executor(None, sys.stdin.read)


def _bare(url: str, pact: Path) -> dict[str, float]:
    """Send the same requests over one kept connection and read the answers: what nobody can do without."""
    targets = [each["request"]["path"] for each in json.loads(pact.read_bytes())["interactions"]]
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    begun = time.perf_counter()
    for target in targets:
        connection.request("GET", target, headers={"Accept": "application/json"})
        connection.getresponse().read()
    return {"reading": 0.0, "asking": time.perf_counter() - begun}


def _verify(engine: str, url: str, pact: Path, workers: int) -> dict[str, float]:
    from treaty.verify.events import Event, RunStarted
    from treaty_cli.bootstrap.verification import VerificationRequest, verify

    begun = time.perf_counter()
    started = begun

    def handle(event: Event) -> None:
        nonlocal started
        if isinstance(event, RunStarted):
            started = time.perf_counter()

    request = VerificationRequest(
        provider="bench", pacts=[pact], base_url=url, engine=engine, workers=workers, seconds=10.0
    )
    summary = verify(request, handle)
    ended = time.perf_counter()
    assert summary.kept == summary.total, summary
    return {"reading": started - begun, "asking": ended - started}


def _largest_megabytes() -> float:
    """Read how much memory this program held at most; unlike ru_maxrss it forgets what the process was before."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _say(what: dict[str, float]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve, or ask."""
    if sys.argv[1] == "serve":
        asyncio.run(_serve(float(sys.argv[2]) / 1000))
        return
    who, url, pact, workers = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
    found = _bare(url, pact) if who == "bare" else _verify(who, url, pact, workers)
    # The official engine runs in a process of its own. What this one had before it began is not counted.
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    _say({**found, "megabytes": max(_largest_megabytes(), children)})


if __name__ == "__main__":
    main()
