"""What a request costs the stub: CPU time of the server's process, for pacts of 1 to 10,000 interactions.

Requests are spread evenly over all interactions; each is first asked once and its answer checked. The cost of a bare
protocol class that always sends the same bytes is measured in the same run, since machines differ.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Final

import httptools

from tests.benchmarks.stub_workload import Probe, make_probes

_SIZES: Final = (1, 100, 1_000, 10_000)
_CONNECTIONS: Final = 32
_REQUESTS: Final = 60_000
_ROUNDS: Final = 3


class _Server:
    def __init__(self, what: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.stub_process", what],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started = self._read()
        self.port = int(started["port"])
        self.ready_seconds = started["ready_seconds"]

    def usage(self) -> tuple[float, float]:
        """Give CPU seconds and the largest memory in megabytes so far."""
        assert self._process.stdin is not None
        self._process.stdin.write("usage\n")
        self._process.stdin.flush()
        answer = self._read()
        return answer["cpu"], answer["megabytes"]

    def stop(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def _read(self) -> dict[str, float]:
        assert self._process.stdout is not None
        answer: dict[str, float] = json.loads(self._process.stdout.readline())
        return answer


class _Client(asyncio.Protocol):
    """Sends one request after the other over one connection."""

    def __init__(self, probes: Sequence[Probe], done: asyncio.Future[None], *, check: bool) -> None:
        self._probes = probes
        self._done = done
        self._check = check
        self._next = 0
        self._status = 0
        self._match = ""
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._probes[0].data)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server closed the connection"))

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._check and name == b"X-Treaty-Match":
            self._match = value.decode("ascii").partition(";")[0]

    def on_message_complete(self) -> None:
        if self._check and self._match != self._probes[self._next].expected:
            wrong = f"{self._probes[self._next].data!r} was answered by {self._match!r}"
            self._done.set_exception(AssertionError(wrong))
            return
        self._next += 1
        if self._next < len(self._probes):
            self._transport.write(self._probes[self._next].data)
        elif not self._done.done():
            self._done.set_result(None)
            self._transport.close()


async def _ask(port: int, probes: Sequence[Probe], *, check: bool) -> None:
    loop = asyncio.get_running_loop()
    waiting = []
    for number in range(_CONNECTIONS):
        own = probes[number::_CONNECTIONS]
        if own:
            done: asyncio.Future[None] = loop.create_future()
            waiting.append(done)
            await loop.create_connection(
                lambda own=own, done=done: _Client(own, done, check=check),  # type: ignore[misc]  # bound early
                "127.0.0.1",
                port,
            )
    await asyncio.gather(*waiting)


def _measure(what: str, probes: Sequence[Probe], requests: int) -> tuple[float, float, float, float]:
    """Give µs of CPU a request (the best of some rounds), requests a second, megabytes and seconds to be ready."""
    server = _Server(what)
    try:
        if what != "bare":
            asyncio.run(_ask(server.port, probes, check=True))
        order = random.Random(1)
        load = [order.choice(probes) for _ in range(requests)]
        costs = []
        rates = []
        for _ in range(_ROUNDS):
            before, _ = server.usage()
            begun = time.perf_counter()
            asyncio.run(_ask(server.port, load, check=False))
            rates.append(requests / (time.perf_counter() - begun))
            after, _ = server.usage()
            costs.append((after - before) / requests * 1e6)
        return min(costs), max(rates), server.usage()[1], server.ready_seconds
    finally:
        server.stop()


def run(quick: bool) -> None:
    """Measure and print the table."""
    requests = _REQUESTS // 10 if quick else _REQUESTS
    probes = list(make_probes(_SIZES[-1]))
    bare, rate, memory, _ = _measure("bare", probes[:100], requests)
    rows = [("bare protocol", bare, rate, memory, 0.0)]
    for size in _SIZES:
        cost, rate, memory, ready = _measure(str(size), probes[:size], requests)
        rows.append((f"{size:,} interactions", cost, rate, memory, ready))
    hundred = rows[1 + _SIZES.index(100)][1]
    _print(
        f"stub: CPU per request of the server ({requests:,} requests, {_CONNECTIONS} connections, best of {_ROUNDS})"
    )
    _print(f"{'':<22}{'µs':>8}{'x bare':>9}{'x 100':>8}{'requests/s':>12}{'MB':>8}{'ready, s':>10}")
    for name, cost, rate, memory, ready in rows:
        ratio = "" if name == "bare protocol" else f"{cost / hundred:.2f}"
        _print(f"{name:<22}{cost:>8.1f}{cost / bare:>9.2f}{ratio:>8}{rate:>12,.0f}{memory:>8.0f}{ready:>10.2f}")


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
