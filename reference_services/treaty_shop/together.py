"""The services as processes that know each other's URLs."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from treaty_shop.platform.names import CORE, DEFAULT_PORTS, ServiceName
from treaty_shop.platform.serving import base_url, listen

_START_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 25.0


class ShopFailed(Exception):
    """A service did not start, or ended by itself; the text is a sentence for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    service: ServiceName
    process: subprocess.Popen[str]


class Together:
    """The processes, started by `start` and ended by `stop`.

    The sockets are opened here and handed down, so every URL is known before any service starts,
    also with free ports, and no port can be lost to somebody else in between.
    """

    def __init__(self, environment: Mapping[str, str], *, host: str, ports: Mapping[ServiceName, int]) -> None:
        """Open the sockets; raises `CannotListen`. Port 0 picks a free one."""
        self._environment = dict(environment)
        self._listeners: dict[ServiceName, socket.socket] = {}
        self._running: list[_Running] = []
        try:
            for service, port in ports.items():
                self._listeners[service] = listen(host, port)
        except BaseException:
            self._close_listeners()
            raise
        self.urls = {service: base_url(listener) for service, listener in self._listeners.items()}
        self.ended = threading.Event()
        """Set when a service ends."""

    def start(self, faults: tuple[str, ...]) -> None:
        """Start all and wait until each is ready; raises `ShopFailed` (after stopping the others)."""
        try:
            for service in self._listeners:
                self._running.append(_Running(service=service, process=self._spawn(service, faults)))
            self._close_listeners()
            for running in self._running:
                self._wait_until_ready(running)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ask every service to stop, and wait; one that does not is killed."""
        self._close_listeners()
        for running in self._running:
            if running.process.poll() is None:
                running.process.terminate()
        for running in self._running:
            try:
                running.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                running.process.kill()
                running.process.wait()
            for stream in (running.process.stdin, running.process.stdout):
                if stream is not None:
                    stream.close()

    def broken(self) -> str | None:
        """Return a sentence about a service that broke, or None; one that was asked to stop did not."""
        for running in self._running:
            status = running.process.poll()
            if status:
                return f"the {running.service} service ended with exit status {status}"
        return None

    def _close_listeners(self) -> None:
        for listener in self._listeners.values():
            listener.close()

    def _spawn(self, service: ServiceName, faults: tuple[str, ...]) -> subprocess.Popen[str]:
        listener = self._listeners[service]
        command = [sys.executable, "-m", "treaty_shop", "serve", service, "--supervised"]
        command += ["--socket", str(listener.fileno())]
        for fault in faults:
            command += ["--fault", fault]
        urls = {f"{name.upper()}_URL": url for name, url in self.urls.items()}
        # Variables of the caller go first: that is how a recorder is put in between.
        environment = {**urls, **{name: text for name, text in self._environment.items() if text}}
        return subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=[listener.fileno()],
        )

    def _wait_until_ready(self, running: _Running) -> None:
        stdout = running.process.stdout
        assert stdout is not None
        watchdog = threading.Timer(_START_SECONDS, running.process.kill)
        watchdog.start()
        line = stdout.readline()
        watchdog.cancel()
        if not line.startswith("ready "):
            raise ShopFailed(f"the {running.service} service did not start")
        threading.Thread(target=self._watch, args=(running.process,), daemon=True).start()

    def _watch(self, process: subprocess.Popen[str]) -> None:
        process.wait()
        self.ended.set()


def ports_from(base: int | None, services: Iterable[ServiceName] = CORE) -> dict[ServiceName, int]:
    """Return the default ports of services, or one after the other from a base upwards; base 0 picks free ones."""
    if base is None:
        return {service: DEFAULT_PORTS[service] for service in services}
    return {service: base + step if base else 0 for step, service in enumerate(services)}
