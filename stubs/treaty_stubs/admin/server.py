"""The admin API on a port of its own, in the event loop in which the stubs answer."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Final

import uvicorn

from treaty.errors import UsageError
from treaty_stubs.admin.application import Admin
from treaty_stubs.admin.connection import Connection
from treaty_stubs.admin.guard import Access, is_loopback_address
from treaty_stubs.admin.steering import Reload
from treaty_stubs.http.listener import listening_failed
from treaty_stubs.platform import Platform

TOKEN_VARIABLE: Final = "TREATY_ADMIN_TOKEN"  # noqa: S105 - the name of the variable
SHORTEST_TOKEN: Final = 16
_MOST_CALLS: Final = 256
_LARGEST_HEAD: Final = 64 * 1024


class AdminServer:
    """Serves the admin API until it is stopped.

    Args:
        platform: the stubs.
        host: an address of this machine.
        port: 0 takes a free one.
        token: what callers must hold; off the loopback there must be one.
        reload: reads the pacts again.
        tls: the certificate to speak TLS with; None speaks plain HTTP.
        fault: told of our own exceptions.

    Attributes:
        port: where it listens; 0 before it was started.

    Raises:
        UsageError: when there must be a token and is none, or it is too short to be one.

    """

    def __init__(
        self,
        platform: Platform,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str | None = None,
        reload: Reload | None = None,
        tls: ssl.SSLContext | None = None,
        fault: Callable[[Exception], None],
    ) -> None:
        is_local = is_loopback_address(host)
        check_token(token, host)
        self._host = host
        self._wanted_port = port
        self._tls = tls
        self._admin = Admin(platform, access=Access(token=token, any_name=not is_local), reload=reload, fault=fault)
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Where callers find it, without a slash at the end."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{'http' if self._tls is None else 'https'}://{host}:{self.port}"

    def changed(self) -> None:
        """Tell those who follow that the pacts were read again."""
        self._admin.changed()

    async def start(self) -> None:
        """Listen.

        Raises:
            PortTaken, UsageError, CouldNot: as `Listener.start`.

        """
        listening = await self._bind()
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(
            self._admin.application,
            http=Connection,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            limit_concurrency=_MOST_CALLS,
            h11_max_incomplete_event_size=_LARGEST_HEAD,
            timeout_graceful_shutdown=2,
        )
        config.load()
        config.ssl = self._tls  # its own settings are names of files, and our key is in none
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))

    async def stop(self) -> None:
        """Let calls that are under way be answered, then close."""
        self._admin.end()
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving

    async def _bind(self) -> socket.socket:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(self._host, self._wanted_port, type=socket.SOCK_STREAM)
            family, kind, protocol, _, address = found[0]
            listening = socket.socket(family, kind, protocol)
            try:
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listening.bind(address)
                listening.listen()
                listening.setblocking(False)
            except OSError:
                listening.close()
                raise
        except OSError as error:
            raise listening_failed(error, self._host, self._wanted_port, option="--admin-port") from error
        return listening


class _Server(uvicorn.Server):
    """One server among others in a process whose signals are not its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def check_token(token: str | None, host: str) -> None:
    """Refuse to be called by strangers.

    Raises:
        UsageError: when others than this machine reach an address and there is no token, or one that can be guessed.

    """
    if token is None and not is_loopback_address(host):
        raise UsageError(
            "the admin API needs a token off the loopback",
            where=f"--admin-host {host}",
            why="whoever reaches it could read what was asked and change what is answered",
            hint=f"set the variable {TOKEN_VARIABLE} to a long random text",
        )
    if token is not None and (len(token) < SHORTEST_TOKEN or not token.isprintable() or not token.isascii()):
        raise UsageError(
            "the token of the admin API can be guessed",
            where=TOKEN_VARIABLE,
            why=f"it must have {SHORTEST_TOKEN} characters or more, of ASCII and without blanks at its ends",
            hint="openssl rand -hex 32 makes one",
        )
