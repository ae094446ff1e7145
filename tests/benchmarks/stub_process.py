"""The server of the stub benchmark, in a process of its own: says its port, then its CPU time whenever it is asked.

Usage: ``python -m tests.benchmarks.stub_process bare|COUNT``; ends when its standard input ends.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
import time
from typing import cast

import httptools

from tests.benchmarks.cores import pin_server
from tests.benchmarks.stub_workload import make_pact
from treaty_stubs.answering import Answering
from treaty_stubs.http.listener import Listener
from treaty_stubs.select.candidate import gather_candidates

_BARE_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 300\r\n\r\n" + b"x" * 300


class _Bare(asyncio.Protocol):
    """The least that can answer: what the platform itself costs."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._transport.write(_BARE_ANSWER)


async def _serve(what: str) -> None:
    loop = asyncio.get_running_loop()
    begun = time.perf_counter()
    if what == "bare":
        server = await loop.create_server(_Bare, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
    else:
        pact = make_pact(int(what))
        begun = time.perf_counter()
        listener = Listener(Answering(gather_candidates([pact]), provider="bench"), fault=_fail)
        await listener.start("127.0.0.1", 0)
        port = listener.port
    gc.collect()
    gc.freeze()
    _say({"port": port, "ready_seconds": time.perf_counter() - begun})
    while await loop.run_in_executor(None, sys.stdin.readline):
        usage = resource.getrusage(resource.RUSAGE_SELF)
        _say({"cpu": usage.ru_utime + usage.ru_stime, "megabytes": usage.ru_maxrss / 1024})


def _fail(fault: Exception) -> None:
    raise fault


def _say(what: dict[str, float]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    pin_server()
    asyncio.run(_serve(sys.argv[1]))
