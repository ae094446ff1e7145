"""Run mitmproxy's core with only what recording needs: half the cost of ``mitmdump``, and an orderly end."""

from __future__ import annotations

import asyncio
import errno
import logging
import platform
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Final
from urllib.parse import urlsplit

from mitmproxy import master, options
from mitmproxy.addons import core, next_layer, proxyserver, tlsconfig
from mitmproxy.certs import CertStoreEntry
from mitmproxy.proxy.context import Context

from treaty.adapters.mitmproxy_recorder import RecorderAddon
from treaty.adapters.ports import holder_of
from treaty.errors import PortTaken, RecorderFailed, TreatyError
from treaty.record.events import Event, Ready, RunBegun, Stopped, Stored
from treaty.record.settings import RecordedEdge, RecorderSettings
from treaty.record.store import ExchangeStore
from treaty.record.targets import Targets
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.session.info import EdgeAddress, SessionInfo
from treaty.session.runs import Run
from treaty.session.writer import SessionWriter

DRAIN_SECONDS: Final = 10.0
"""How long calls that are under way may take once recording is to end."""
_REPORT_SECONDS: Final = 0.2
_POLL_SECONDS: Final = 0.01


class _Readiness:
    """Tells when mitmproxy has tried to open its listeners."""

    def __init__(self) -> None:
        self.event = asyncio.Event()

    def running(self) -> None:
        self.event.set()


class _Certificates(tlsconfig.TlsConfig):
    """Makes the authority when a client speaks TLS: most never do, and making its key takes as long as all the rest."""

    _made = False

    def running(self) -> None:
        """Make nothing yet."""

    def get_cert(self, conn_context: Context) -> CertStoreEntry:
        """Give the certificate for a connection."""
        if not self._made:
            self._made = True
            tlsconfig.TlsConfig.running(self)
        return super().get_cert(conn_context)


class Recording:
    """One recording, from open listeners to a closed session. Only one may run in a process: mitmproxy is global."""

    def __init__(self, settings: RecorderSettings, emit: Callable[[Event], None]) -> None:
        self._settings = settings
        self._emit = emit
        self._stop = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._store: ExchangeStore | None = None
        self._fault: TreatyError | None = None

    def request_stop(self) -> None:
        """Ask for the end, from any thread or signal handler."""
        self._loop.call_soon_threadsafe(self._stop.set)

    def begin_run(self, run: Run) -> None:
        """Count what comes in from now on to another run; from any thread."""
        self._loop.call_soon_threadsafe(self._begin_run, run)

    def _begin_run(self, run: Run) -> None:
        if self._store is None:
            return
        try:
            self._store.begin_run(run)
        except TreatyError as error:
            self._fault = self._fault or error
            self._stop.set()
            return
        self._emit(RunBegun(number=run.number))

    async def run(self) -> None:
        """Record until the end is asked for.

        Raises:
            PortTaken: when a listener's port is not to be had.
            RecorderFailed: when mitmproxy does not start.
            DiskFull, OutputUnwritable, SessionUnreadable: as of `SessionWriter`.

        """
        with ExitStack() as stack:
            edges, proxy_port = self._reserve(stack)
            with SessionWriter(self._settings.session, self._info(edges)) as writer:
                try:
                    await self._record(writer, edges, proxy_port, stack)
                except (PortTaken, RecorderFailed):
                    writer.discard_if_empty()
                    raise

    def _reserve(self, stack: ExitStack) -> tuple[list[RecordedEdge], int | None]:
        """Settle the ports that are free to choose, and hold them until mitmproxy listens there."""
        host = self._settings.host
        edges = [
            replace(edge, port=edge.port or stack.enter_context(_reservation(host)).getsockname()[1])
            for edge in self._settings.edges
        ]
        port = self._settings.proxy_port
        return edges, stack.enter_context(_reservation(host)).getsockname()[1] if port == 0 else port

    def _info(self, edges: Sequence[RecordedEdge]) -> SessionInfo:
        now = datetime.now(UTC).astimezone()
        settings = self._settings
        note = "on" if settings.redact else "off"
        if settings.redact and settings.allowed:
            note += ", allowed: " + ", ".join(sorted(settings.allowed))
        return SessionInfo(
            started=now,
            runs=(Run(number=1, started=now),),
            clock=now.strftime("%z")[:3] + ":" + now.strftime("%z")[3:5],
            edges=tuple(edge.edge for edge in edges),
            addresses=tuple(
                EdgeAddress(edge=edge.edge, listen=_url(settings.host, edge.port), upstream=edge.upstream)
                for edge in edges
            ),
            versions={name: found for name in ("treaty", "mitmproxy") if (found := _version(name))}
            | {"python": platform.python_version()},
            redaction=note,
        )

    async def _record(
        self, writer: SessionWriter, edges: list[RecordedEdge], proxy_port: int | None, reserved: ExitStack
    ) -> None:
        settings = self._settings
        policy = RedactionPolicy.of(enabled=settings.redact, allowed=settings.allowed, extra=settings.names)
        store = self._store = ExchangeStore(writer, Redactor(policy))
        modes = {_spec(edge, settings.host): edge for edge in edges}
        addon = RecorderAddon(store, edges=modes, targets=Targets(settings.services), on_fatal=self._stop.set)
        engine, servers, readiness = self._engine(addon, modes, proxy_port)
        runs = asyncio.create_task(engine.run())
        reports = asyncio.create_task(self._report(store))
        try:
            await asyncio.wait({runs, asyncio.create_task(readiness.event.wait())}, return_when="FIRST_COMPLETED")
            _check_listeners(servers, modes, proxy_port, settings.host)
            reserved.close()
            self._emit(Ready(edges=tuple(edges), proxy_port=proxy_port))
            await self._stop.wait()
            cut = await self._drain(servers, addon)
        finally:
            reports.cancel()
            engine.shutdown()
            await asyncio.wait({runs})
        store.close(datetime.now(UTC))
        self._emit(_counts(store))
        fault = addon.fatal or self._fault
        if fault is not None:
            raise fault
        self._emit(Stopped(cut=cut))

    def _engine(
        self, addon: RecorderAddon, modes: dict[str, RecordedEdge], proxy_port: int | None
    ) -> tuple[master.Master, proxyserver.Proxyserver, _Readiness]:
        settings = self._settings
        _silence_logs()
        specs = list(modes)
        if proxy_port is not None:
            specs.append(f"regular@{settings.host}:{proxy_port}")
        settings.authority_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        values = options.Options(mode=specs, confdir=str(settings.authority_folder))
        engine = master.Master(values, event_loop=self._loop)
        servers = proxyserver.Proxyserver()
        readiness = _Readiness()
        # NextLayer finds protocols, TlsConfig talks TLS; everything else that mitmdump loads is left out. Ours comes
        # before TlsConfig, which leaves alone what is settled.
        # An authority that clients are told to trust must be there from the start.
        certificates = _Certificates() if proxy_port is None else tlsconfig.TlsConfig()
        engine.addons.add(core.Core(), servers, next_layer.NextLayer(), addon, certificates, readiness)
        values.update(
            keep_host_header=True,
            connection_strategy="lazy",
            validate_inbound_headers=False,
            **({"ssl_verify_upstream_trusted_ca": settings.trusted} if settings.trusted else {}),
        )
        return engine, servers, readiness

    async def _report(self, store: ExchangeStore) -> None:
        last = -1
        while True:
            await asyncio.sleep(_REPORT_SECONDS)
            total = store.counts.total()
            if total != last:
                last = total
                self._emit(_counts(store))

    async def _drain(self, servers: proxyserver.Proxyserver, addon: RecorderAddon) -> int:
        """Close the listeners, and let the calls that are under way get their answers; say how many did not."""
        addon.ending = True
        await servers.servers.update([])
        deadline = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < deadline:
            addon.forget_answered()
            if not addon.live and not _unsent(servers):
                return 0
            await asyncio.sleep(_POLL_SECONDS)
        return addon.unanswered


def _reservation(host: str) -> closing[socket.socket]:
    reserved = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    # Both sides reuse the address, so mitmproxy can listen while nobody else is given the port.
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        reserved.bind((host, 0))
    except OSError as fault:
        reserved.close()
        raise RecorderFailed(
            f"nothing can listen on {host}", why=fault.strerror or str(fault), hint="give --host an own address"
        ) from None
    return closing(reserved)


def _spec(edge: RecordedEdge, host: str) -> str:
    parts = urlsplit(edge.upstream)
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"reverse:{parts.scheme}://{name}:{port}@{host}:{edge.port}"


def _check_listeners(
    servers: proxyserver.Proxyserver, modes: dict[str, RecordedEdge], proxy_port: int | None, host: str
) -> None:
    running = 0
    for server in servers.servers:
        if server.is_running:
            running += 1
            continue
        edge = modes.get(server.mode.full_spec)
        whose = f"the edge {edge.edge}" if edge else "the forward proxy"
        raise _listener_error(server.last_exception, whose, host, edge.port if edge else proxy_port or 0)
    if running != len(modes) + (proxy_port is not None):
        raise RecorderFailed("the recorder did not open all of its listeners", where=host)


def _listener_error(fault: Exception | None, whose: str, host: str, port: int) -> TreatyError:
    number = fault.errno if isinstance(fault, OSError) else None
    why = (fault.strerror if isinstance(fault, OSError) else None) or "unknown"
    if number in (errno.EACCES, errno.EADDRINUSE) or "in use" in str(fault):
        holder = holder_of(port)
        return PortTaken(
            f"{whose} cannot listen on port {port}",
            where=f"{host}:{port}",
            why=f"the port is taken by {holder}" if holder else why.lower(),
            hint="stop that, or choose another port; 0 picks a free one",
        )
    return RecorderFailed(f"{whose} cannot listen", where=f"{host}:{port}", why=why)


def _unsent(servers: proxyserver.Proxyserver) -> bool:
    """Tell whether bytes of answers still wait for the network."""
    for handler in servers.connections.values():
        for link in handler.transports.values():
            writer = link.writer
            if writer is not None and not writer.is_closing() and _buffered(writer):
                return True
    return False


def _buffered(writer: object) -> int:
    transport = getattr(writer, "transport", None)
    return transport.get_write_buffer_size() if isinstance(transport, asyncio.WriteTransport) else 0


def _silence_logs() -> None:
    # mitmproxy logs what it sees; nothing that went over the wire may reach a log.
    root = logging.getLogger()
    root.handlers[:] = [logging.NullHandler()]
    root.setLevel(logging.CRITICAL)


def _counts(store: ExchangeStore) -> Stored:
    return Stored(counts=dict(store.counts), failed=dict(store.failed))


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
