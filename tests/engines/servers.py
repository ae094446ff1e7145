"""Real database servers for tests: Debian's programs on free loopback ports, with nothing to keep.

A server runs as nobody when the tests run as root, keeps its data in memory where that is possible, and ends with the
test run, also when that is killed.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from treaty_shop.platform.engines.server import new_engine

_READY_SECONDS: Final = 60
_END_SECONDS: Final = 30
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 (a folder of its own is made below it)
_ROOM: Final = 512 * 1024 * 1024
_NOBODY: Final = "nobody"
_ADMINISTRATOR: Final = "root"
"""The only user of a new MariaDB server."""


class ServerMissing(Exception):
    """A program of the server is not installed; the text says which, and what brings it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlServer:
    """A running server of databases."""

    engine: str
    address: str
    maintenance: str
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str) -> str:
        """Return the URL of a database."""
        return f"{self.address}/{database}"

    def new_database(self) -> str:
        """Make an empty database and return its URL."""
        name = f"shop_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database of ours: a hundred of them would fill the memory."""
        name = url.rpartition("/")[2]
        self._run(f"DROP DATABASE {name}" + (" WITH (FORCE)" if self.engine == "postgresql" else ""))

    def _run(self, statement: str) -> None:
        engine = new_engine(self.url(self.maintenance))
        try:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()


@contextmanager
def postgresql() -> Iterator[SqlServer]:
    """Run a PostgreSQL server; raises `ServerMissing`."""
    initdb, server = (_program(name, "postgresql-15", "/usr/lib/postgresql/*/bin") for name in ("initdb", "postgres"))
    with _folder() as folder:
        data, port = folder / "data", _free_port()
        _run(initdb, "-D", data, "-U", "shop", "-A", "trust", "--no-sync", "--locale=C.UTF-8", "-E", "UTF8", at=folder)
        swift = [f"-c{name}=off" for name in ("fsync", "synchronous_commit", "full_page_writes")]
        swift += ["-cwal_level=minimal", "-cmax_wal_senders=0", "-cmax_wal_size=64MB"]
        command = [server, "-D", data, "-p", port, "-k", folder, "-clisten_addresses=127.0.0.1", *swift]
        found = SqlServer(engine="postgresql", address=f"postgresql://shop@127.0.0.1:{port}", maintenance="postgres")
        with _running(command, folder, signal.SIGQUIT, lambda: _log_in(found)):
            yield found


@contextmanager
def mariadb() -> Iterator[SqlServer]:
    """Run a MariaDB server; raises `ServerMissing`."""
    server = _program("mariadbd", "mariadb-server-core", "/usr/sbin")
    install = _program("mariadb-install-db", "mariadb-server-core", "/usr/bin")
    _program("my_print_defaults", "mariadb-client-core", "/usr/bin")
    with _folder() as folder:
        data, port = f"--datadir={folder / 'data'}", _free_port()
        plain = ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
        small = "--innodb-log-file-size=8M"
        _run(install, "--no-defaults", data, small, *plain, at=folder)
        command = [
            *(server, "--no-defaults", data, f"--socket={folder / 'socket'}", f"--pid-file={folder / 'pid'}"),
            *(f"--port={port}", "--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin"),
            *("--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", "--performance-schema=0", small),
        ]
        found = SqlServer(engine="mariadb", address=f"mariadb://{_ADMINISTRATOR}@127.0.0.1:{port}", maintenance="mysql")
        with _running(command, folder, signal.SIGKILL, lambda: _log_in(found)):
            yield found


@contextmanager
def redis() -> Iterator[str]:
    """Run a Redis server and yield its URL; raises `ServerMissing`."""
    server = _program("redis-server", "redis-server", "/usr/bin")
    with _folder() as folder:
        port = _free_port()
        command = [server, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
        with _running(command, folder, signal.SIGKILL, lambda: _answers_ping(port)):
            yield f"redis://127.0.0.1:{port}"


def _program(name: str, package: str, pattern: str) -> str:
    """Return the path of a program, of the newest version when there are several."""
    places = sorted(Path("/").glob(pattern.removeprefix("/")), key=lambda place: (len(str(place)), str(place)))
    for place in reversed(places):
        if (place / name).exists():
            return str(place / name)
    found = shutil.which(name)
    if found is None:
        raise ServerMissing(f"{name} is not installed: apt-get install --no-install-recommends {package}")
    return found


@contextmanager
def _folder() -> Iterator[Path]:
    """Make a folder that belongs to whom the server runs as, in memory if that can be written to."""
    # Containers often have a few megabytes there only.
    roomy = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    below = _MEMORY if roomy else None
    folder = Path(tempfile.mkdtemp(prefix="shop-", dir=below))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _NOBODY)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_nobody() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    return {"user": _NOBODY, "group": pwd.getpwnam(_NOBODY).pw_gid, "extra_groups": []}


def _run(*command: object, at: Path) -> None:
    """Run a program to its end; what it says is shown when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=at,
        env=_environment(at),
        capture_output=True,
        text=True,
        timeout=_READY_SECONDS,
        check=False,
        **_as_nobody(),
    )
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def _running(
    command: Sequence[object], folder: Path, ending: signal.Signals, answers: Callable[[], bool]
) -> Iterator[None]:
    """Run a server until the block ends; its log is shown when it does not answer in time."""
    # Whatever ends the test run ends the server.
    bound_to_us = ["setpriv", "--pdeathsig", ending.name.removeprefix("SIG")] if shutil.which("setpriv") else []
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(part) for part in (*bound_to_us, *command)],
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            **_as_nobody(),
        )
    try:
        _wait_for(answers, process, folder / "log")
        yield
    finally:
        process.send_signal(ending)
        process.wait(_END_SECONDS)


def _wait_for(answers: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    until, pause = time.monotonic() + _READY_SECONDS, threading.Event()
    while not answers():
        if process.poll() is not None or time.monotonic() > until:
            raise AssertionError(f"{process.args!r} does not answer: {log.read_text(errors='replace')}")
        pause.wait(0.02)


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _log_in(server: SqlServer) -> bool:
    engine = new_engine(server.url(server.maintenance))
    try:
        with engine.connect():
            return True
    except OperationalError:
        return False
    finally:
        engine.dispose()


def _answers_ping(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
    except OSError:
        return False
