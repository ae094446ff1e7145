"""A listening socket and its connections, in the event loop that is running."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import ssl
from collections.abc import Callable
from typing import Final

from treaty.errors import CouldNot, PortTaken, UsageError
from treaty_stubs.http.arriving import Arriving
from treaty_stubs.http.known_heads import KnownHeads
from treaty_stubs.http.limits import DEFAULT_LIMITS, Limits
from treaty_stubs.http.protocol import HttpProtocol
from treaty_stubs.http.refusing import Refusal
from treaty_stubs.message import Answer, Received

_BACKLOG: Final = 512


class Listener:
    """Answers HTTP on one port until it is stopped.

    Args:
        answer: gives the answer to a request.
        fault: told of an exception of `answer`.
        refused: told of requests that are refused while they are read.
        limits: what one connection may take.

    """

    def __init__(
        self,
        answer: Callable[[Received], Answer],
        *,
        fault: Callable[[Exception], None],
        refused: Callable[[Refusal], None] = lambda _: None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self._answer = answer
        self._fault = fault
        self._refused = refused
        self._limits = limits
        self._heads = KnownHeads()
        self._bodies = Arriving()
        self._connections: set[HttpProtocol] = set()
        self._all_closed: asyncio.Event | None = None
        self._server: asyncio.Server | None = None
        self._sweeper: asyncio.TimerHandle | None = None
        self.port = 0

    async def start(self, host: str, port: int, *, tls: ssl.SSLContext | None = None) -> None:
        """Listen.

        Args:
            host: an address of this machine.
            port: 0 takes a free one; `self.port` says which.
            tls: the certificate to speak TLS with; None speaks plain HTTP.

        Raises:
            PortTaken: when somebody else listens there, or we may not.
            UsageError: when the host is no address of this machine.
            CouldNot: when the machine cannot listen for another reason.

        """
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._connect, host, port, backlog=_BACKLOG, ssl=tls)
        except OSError as error:
            raise listening_failed(error, host, port) from error
        self.port = self._server.sockets[0].getsockname()[1]
        self._sweeper = loop.call_later(self._limits.idle_seconds, self._sweep)

    async def stop(self, *, grace_seconds: float = 2.0) -> None:
        """Stop listening, let requests that are under way be answered, then close every connection.

        Args:
            grace_seconds: how long a request may take to arrive, or an answer to be read.

        """
        if self._sweeper is not None:
            self._sweeper.cancel()
        if self._server is not None:
            self._server.close()
        for connection in tuple(self._connections):
            connection.stop()
        if not self._connections:
            return
        self._all_closed = asyncio.Event()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._all_closed.wait(), grace_seconds)
        for connection in tuple(self._connections):
            connection.cut()
        await self._all_closed.wait()

    def _connect(self) -> HttpProtocol:
        return HttpProtocol(
            answer=self._answer,
            fault=self._fault,
            refused=self._refused,
            limits=self._limits,
            opened=self._connections.add,
            closed=self._forget,
            heads=self._heads,
            bodies=self._bodies,
        )

    def _forget(self, connection: HttpProtocol) -> None:
        self._connections.discard(connection)
        if self._all_closed is not None and not self._connections:
            self._all_closed.set()

    def _sweep(self) -> None:
        for connection in tuple(self._connections):
            connection.sweep()
        self._sweeper = asyncio.get_running_loop().call_later(self._limits.idle_seconds, self._sweep)


def listening_failed(error: OSError, host: str, port: int, *, option: str = "--port") -> UsageError | CouldNot:
    """Say why nobody can listen there; `option` is where the user chose the port."""
    where = f"{host}:{port}"
    why = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
    if error.errno == errno.EADDRINUSE:
        return PortTaken(
            f"port {port} is in use", where=where, why=why, hint=f"choose another {option}; 0 takes a free one"
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return PortTaken(
            f"port {port} is not ours to take", where=where, why=why, hint="ports from 1024 on are free to use"
        )
    if error.errno is None or error.errno < 0 or error.errno == errno.EADDRNOTAVAIL:
        return UsageError(
            f"{host} is no address of this machine", where=where, why=why, hint="--host 127.0.0.1 is the loopback"
        )
    return CouldNot("the stub cannot listen", where=where, why=why)
