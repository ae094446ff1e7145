"""What a request costs the stub: CPU time of the server's process, for pacts of 1 to 10,000 interactions.

Requests are spread evenly over all interactions; each is first asked and its answer checked. The cost of a bare
protocol class that always sends the same bytes is measured in the same run, since machines differ. Sizes take turns in
short rounds and are compared within a round, since a machine differs from one second to the next as well. The servers
have a core of their own where there are two.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httptools

from tests.benchmarks.cores import client_pinned
from tests.benchmarks.stub_workload import Probe, make_probes

_SIZES: Final = (1, 100, 1_000, 10_000)
_CONNECTIONS: Final = 32
_REQUESTS: Final = 16_000
_ROUNDS: Final = 12
_TEACHING: Final = 2
"""Times that each request is asked before; a stub knows the head of a request from its second time on."""
_STATISTICS: Final = Path("/proc/stat")
_IDLE: Final = 0.05


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
    """One server under load, with the cost of each round."""

    name: str
    server: _Server
    probes: Sequence[Probe]
    costs: list[float] = field(default_factory=list)
    rate: float = 0.0

    def round(self, order: random.Random, requests: int) -> None:
        """Send so many requests, drawn from all."""
        load = order.choices(self.probes, k=requests)
        before, _ = self.server.usage()
        begun = time.perf_counter()
        asyncio.run(_ask(self.server.port, load, check=False))
        self.rate = max(self.rate, requests / (time.perf_counter() - begun))
        after, _ = self.server.usage()
        self.costs.append((after - before) / requests * 1e6)

    def times(self, other: _Subject) -> float:
        """Tell how many times the cost of another it has: the median over rounds, each of one moment of the machine."""
        return statistics.median(mine / theirs for mine, theirs in zip(self.costs, other.costs, strict=True))


def run(quick: bool) -> None:
    """Measure and print the table."""
    rounds = _ROUNDS // 4 if quick else _ROUNDS
    order = random.Random(1)
    probes = list(make_probes(_SIZES[-1]))
    with ExitStack() as stack:
        bare = _Server("bare")
        stack.callback(bare.stop)
        subjects = [_Subject(name="bare protocol", server=bare, probes=probes[:100])]
        for size in _SIZES:
            server = _Server(str(size))
            stack.callback(server.stop)
            for _ in range(_TEACHING):
                asyncio.run(_ask(server.port, probes[:size], check=True))
            subjects.append(_Subject(name=f"{size:,} interactions", server=server, probes=probes[:size]))
        others = _Others([subject.server for subject in subjects])
        # In turn and in short rounds, so that what else the machine does falls on all of them.
        with client_pinned():
            for number in range(rounds):
                for subject in subjects if number % 2 else reversed(subjects):
                    subject.round(order, _REQUESTS)
        _print_table(subjects, rounds, others.share())


class _Others:
    """What programs other than ours take of the machine, from its making on."""

    def __init__(self, servers: Sequence[_Server]) -> None:
        self._servers = servers
        self._begun = self._times()

    def share(self) -> float | None:
        """Give their part of the machine's time; None where the system does not tell."""
        begun, now = self._begun, self._times()
        if begun is None or now is None:
            return None
        total, busy, ours = (one - other for one, other in zip(now, begun, strict=True))
        return max(0.0, busy - ours) / total

    def _times(self) -> tuple[float, float, float] | None:
        try:
            fields = [int(text) for text in _STATISTICS.read_text().splitlines()[0].split()[1:9]]
        except OSError:
            return None
        ticks = os.sysconf("SC_CLK_TCK")
        ours = time.process_time() + sum(server.usage()[0] for server in self._servers)
        return sum(fields) / ticks, (sum(fields) - fields[3] - fields[4]) / ticks, ours


def _print_table(subjects: Sequence[_Subject], rounds: int, others: float | None) -> None:
    bare, hundred = subjects[0], subjects[1 + _SIZES.index(100)]
    _print(
        f"stub: CPU of the server per request; {rounds} rounds of {_REQUESTS:,} requests, {_CONNECTIONS} connections; "
        "medians, ratios within a round"
    )
    if others is not None:
        busy = "busy: compare the ratios only" if others > _IDLE else "idle"
        _print(f"the machine was {busy} (others took {others:.0%} of it)")
    _print(f"{'':<22}{'µs':>8}{'least':>8}{'x bare':>9}{'x 100':>8}{'requests/s':>12}{'MB':>8}{'ready, s':>10}")
    for subject in subjects:
        memory, ready = subject.server.usage()[1], subject.server.ready_seconds
        ratio = "" if subject is bare else f"{subject.times(hundred):.2f}"
        _print(
            f"{subject.name:<22}{statistics.median(subject.costs):>8.1f}{min(subject.costs):>8.1f}"
            f"{subject.times(bare):>9.2f}{ratio:>8}{subject.rate:>12,.0f}{memory:>8.0f}{ready:>10.2f}"
        )


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
