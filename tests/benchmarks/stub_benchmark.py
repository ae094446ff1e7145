"""What a request costs the stub: CPU time of the server's process, for pacts of 1 to 10,000 interactions.

Requests are spread evenly over all interactions; each is first asked once and its answer checked. The cost of a bare
protocol class that always sends the same bytes is measured in the same run, since machines differ.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

import httptools

from tests.benchmarks.stub_workload import Probe, make_probes

_SIZES: Final = (1, 100, 1_000, 10_000)
_CONNECTIONS: Final = 32
_REQUESTS: Final = 40_000
_ROUNDS: Final = 5


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


@dataclass(slots=True)
class _Subject:
    """One server under load, with the best figures so far."""

    name: str
    server: _Server
    load: Sequence[Probe]
    cost: float = math.inf
    rate: float = 0.0

    def round(self) -> None:
        """Send the load once."""
        before, _ = self.server.usage()
        begun = time.perf_counter()
        asyncio.run(_ask(self.server.port, self.load, check=False))
        self.rate = max(self.rate, len(self.load) / (time.perf_counter() - begun))
        after, _ = self.server.usage()
        self.cost = min(self.cost, (after - before) / len(self.load) * 1e6)


def run(quick: bool) -> None:
    """Measure and print the table."""
    requests = _REQUESTS // 5 if quick else _REQUESTS
    order = random.Random(1)
    probes = list(make_probes(_SIZES[-1]))
    with ExitStack() as stack:
        bare = _Server("bare")
        stack.callback(bare.stop)
        subjects = [_Subject(name="bare protocol", server=bare, load=order.choices(probes[:100], k=requests))]
        for size in _SIZES:
            server = _Server(str(size))
            stack.callback(server.stop)
            asyncio.run(_ask(server.port, probes[:size], check=True))
            load = order.choices(probes[:size], k=requests)
            subjects.append(_Subject(name=f"{size:,} interactions", server=server, load=load))
        # In turn, so that what else the machine does falls on all of them.
        for _ in range(_ROUNDS):
            for subject in subjects:
                subject.round()
        _print_table(subjects, requests)


def _print_table(subjects: Sequence[_Subject], requests: int) -> None:
    bare = subjects[0].cost
    hundred = subjects[1 + _SIZES.index(100)].cost
    _print(f"stub: CPU of the server per request; {requests:,} requests, {_CONNECTIONS} connections, best of {_ROUNDS}")
    _print(f"{'':<22}{'µs':>8}{'x bare':>9}{'x 100':>8}{'requests/s':>12}{'MB':>8}{'ready, s':>10}")
    for subject in subjects:
        memory, ready = subject.server.usage()[1], subject.server.ready_seconds
        ratio = "" if subject.server is subjects[0].server else f"{subject.cost / hundred:.2f}"
        _print(
            f"{subject.name:<22}{subject.cost:>8.1f}{subject.cost / bare:>9.2f}{ratio:>8}"
            f"{subject.rate:>12,.0f}{memory:>8.0f}{ready:>10.2f}"
        )


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
