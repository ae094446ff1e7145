"""Our stub and others on the same interactions: requests a second, latency, CPU, memory and start, on one core.

Each server is started alone, pinned to one core, and loaded from the other one by ``wrk`` with 32 connections that ask
for all interactions in turn (the probes of `stub_workload`). Before, up to 200 probes spread over all of them are asked
once, and how many are answered by the right interaction is told. A server that is not up in 60 seconds, takes more
than 2 GB or answers no probe right is not measured at that size, nor at larger ones. Servers are warmed up first, for
six seconds at least, until all interactions were asked once or 20 seconds have passed.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.peer_servers import PEERS, Peer
from tests.benchmarks.stub_workload import Probe, make_probes

_SIZES: Final = (1, 10, 100, 1_000, 10_000)
_INSTALLED: Final = Path(os.environ.get("TREATY_PEERS", ".peers"))
_SECONDS: Final = 4
_CONNECTIONS: Final = 32
_MOST_SECONDS: Final = 60.0
_MOST_MEGABYTES: Final = 2048
_LEAST_WARMING: Final = 6.0
_MOST_WARMING: Final = 20.0
_CHECKED: Final = 200
_RESIDENT: Final = re.compile(r"VmHWM:\s+(\d+) kB")
_WRK: Final = shutil.which("wrk")
_TASKSET: Final = shutil.which("taskset")
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_UNITS: Final = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
_LUA: Final = """
local requests = {}
for length in io.lines(os.getenv("PROBES") .. ".sizes") do requests[#requests + 1] = tonumber(length) end
local file = io.open(os.getenv("PROBES"), "rb")
for i = 1, #requests do requests[i] = file:read(requests[i]) end
local next = tonumber(os.getenv("FIRST"))
request = function() next = next % #requests + 1; return requests[next] end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    """What was measured of one server at one size; milliseconds, microseconds of CPU a request, megabytes."""

    right: str
    rate: float = 0.0
    median: float = 0.0
    slowest: float = 0.0
    cost: float = 0.0
    memory: float = 0.0
    ready: float = 0.0


class _Unfit(Exception):
    """A server cannot be measured at a size; says why."""


def run(quick: bool) -> None:
    """Measure and print the table."""
    if _WRK is None or _TASKSET is None:
        _print(
            "stub-peers: wrk or taskset is not installed (packages of Debian: wrk, util-linux); nothing was measured"
        )
        return
    _print(__doc__.partition("\n\n")[2].strip())
    _print("")
    _print(
        f"{'':<24}{'size':>7}{'right':>9}{'requests/s':>12}{'p50, ms':>9}{'p99, ms':>9}"
        f"{'CPU, µs':>10}{'MB':>7}{'ready, s':>10}"
    )
    for peer in PEERS:
        for size in _SIZES:
            try:
                figures = _measure(peer, size, seconds=1 if quick else _SECONDS)
            except _Unfit as reason:
                _print(f"{peer.name:<24}{size:>7,}  {reason}")
                break
            _print(
                f"{peer.name:<24}{size:>7,}{figures.right:>9}{figures.rate:>12,.0f}{figures.median:>9.2f}"
                f"{figures.slowest:>9.2f}{figures.cost:>10,.0f}{figures.memory:>7,.0f}{figures.ready:>10.1f}"
            )


def _measure(peer: Peer, size: int, *, seconds: int) -> _Figures:
    probes = list(make_probes(size))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port = _free_port()
        command = peer.start(_INSTALLED.resolve(), size, folder, port)
        if command is None:
            raise _Unfit("is not installed (tests/benchmarks/install-peers)")
        begun = time.perf_counter()
        process = subprocess.Popen(
            [_TASKSET or "", "-c", "0", *map(str, command)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _wait_until_ready(process, port, probes)
            ready = time.perf_counter() - begun
            right = _check(process, port, probes)
            _warm_up(folder, port, probes)
            before = _cpu_seconds(process.pid)
            printed = _load(folder, port, seconds)
            used = _cpu_seconds(process.pid) - before
            return _figures(printed, right=right, used=used, memory=_megabytes(process.pid), ready=ready)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, probes: Sequence[Probe]) -> None:
    """Wait for a first answer, of whatever kind."""
    until = time.monotonic() + _MOST_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise _Unfit(f"ended with status {process.returncode}")
        if _megabytes(process.pid) > _MOST_MEGABYTES:
            raise _Unfit(f"took more than {_MOST_MEGABYTES} MB to start")
        try:
            _ask(port, probes[0], timeout=2)
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        else:
            return
    raise _Unfit(f"did not answer within {_MOST_SECONDS:.0f} s")


def _check(process: subprocess.Popen[bytes], port: int, probes: Sequence[Probe]) -> str:
    """Ask probes once and tell how many were answered by the right interaction."""
    step = max(1, len(probes) // _CHECKED)
    asked = right = 0
    until = time.monotonic() + _MOST_SECONDS
    # A step that shares no factor with the kinds of the workload, so that all kinds are asked.
    for number in range(0, len(probes), step + (step > 1)):
        if time.monotonic() > until:
            break
        try:
            right += _ask(port, probes[number], timeout=20) == number
        except (OSError, http.client.HTTPException):
            raise _Unfit("did not answer a single request within 20 s") from None
        asked += 1
        if _megabytes(process.pid) > _MOST_MEGABYTES:
            raise _Unfit(f"took more than {_MOST_MEGABYTES} MB")
    if not right:
        raise _Unfit(f"answered none of {asked} requests right")
    return f"{right}/{asked}"


def _ask(port: int, probe: Probe, *, timeout: float) -> int | None:
    """Give the number of the interaction that answered; None when none did."""
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        connection.sendall(probe.data)
        response = http.client.HTTPResponse(connection)
        response.begin()
        content = response.read()
    try:
        return int(json.loads(content)["id"]) if response.status < 400 else None
    except (ValueError, KeyError, TypeError):
        return None


def _warm_up(folder: Path, port: int, probes: Sequence[Probe]) -> None:
    (folder / "probes").write_bytes(b"".join(probe.data for probe in probes))
    (folder / "probes.sizes").write_text("".join(f"{len(probe.data)}\n" for probe in probes))
    (folder / "probes.lua").write_text(_LUA)
    begun = time.monotonic()
    asked = 0
    while (passed := time.monotonic() - begun) < _LEAST_WARMING or (asked < len(probes) and passed < _MOST_WARMING):
        asked += _requests(_load(folder, port, 2, first=asked % len(probes)))


def _load(folder: Path, port: int, seconds: int, *, first: int = 0) -> str:
    wrk = [_WRK or "", "-t1", f"-c{_CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", "--latency"]
    done = subprocess.run(
        [_TASKSET or "", "-c", "1", *wrk, "-s", str(folder / "probes.lua"), f"http://127.0.0.1:{port}"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PROBES": str(folder / "probes"), "FIRST": str(first)},
    )
    return done.stdout


def _requests(printed: str) -> int:
    found = re.search(r"(\d+) requests in", printed)
    return int(found[1]) if found else 0


def _figures(printed: str, *, right: str, used: float, memory: float, ready: float) -> _Figures:
    count = _requests(printed)
    if not count:
        raise _Unfit("answered nothing under load")
    rate = re.search(r"Requests/sec: +([\d.]+)", printed)
    return _Figures(
        right=right,
        rate=float(rate[1]) if rate else 0.0,
        median=_milliseconds(printed, 50),
        slowest=_milliseconds(printed, 99),
        cost=used / count * 1e6,
        memory=memory,
        ready=ready,
    )


def _milliseconds(printed: str, percent: int) -> float:
    found = re.search(rf"{percent}% +([\d.]+)(us|ms|s|m)\b", printed)
    return float(found[1]) * _UNITS[found[2]] if found else 0.0


def _cpu_seconds(root: int) -> float:
    total = 0
    for process in _family(root):
        fields = _read(process, "stat").rpartition(")")[2].split()
        total += sum(map(int, fields[11:15])) if fields else 0
    return total / _TICKS


def _megabytes(root: int) -> float:
    return sum(
        int(found[1]) / 1024 for process in _family(root) if (found := _RESIDENT.search(_read(process, "status")))
    )


def _family(root: int) -> Iterator[int]:
    """Yield a process and all that came from it."""
    yield root
    for child in _read(root, f"task/{root}/children").split():
        yield from _family(int(child))


def _read(process: int, name: str) -> str:
    try:
        return Path(f"/proc/{process}/{name}").read_text()
    except OSError:
        return ""


def _free_port() -> int:
    """Find a port that is free now, together with the next one."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            try:
                other.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
