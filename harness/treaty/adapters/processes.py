"""Starts the services of a project, waits until they are ready, and leaves nothing of them behind.

A service runs in a session and process group of its own, with its output in a log file. It ends with
`RunningService.stop`, with the ``with`` block, or with us, however we end (`treaty.adapters.process_guard`).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Protocol, Self
from urllib.parse import urlsplit

from treaty.adapters.deferred_signals import signals_deferred
from treaty.adapters.log_file import log_tail, open_log
from treaty.adapters.ports import LOOPBACK, free_port, holder_of, is_taken
from treaty.adapters.process_guard import GUARD, end_group, group_exists
from treaty.adapters.readiness import Probe, probe_for
from treaty.adapters.shifted_programs import shifted_program
from treaty.contract.placeholders import references, substitute
from treaty.errors import (
    CommandNotFound,
    ConfigInvalid,
    CouldNot,
    EdgeInvalid,
    FileMissing,
    PortTaken,
    ProviderFailed,
)

READY_SECONDS: Final = 30.0
"""How long a service may take until it is ready."""
STOP_SECONDS: Final = 10.0
"""How long a service may take to end after SIGTERM, before SIGKILL."""
COMMAND_SECONDS: Final = 60.0
"""How long the commands ``stop`` and ``reset`` may take."""

_POLL_SECONDS: Final = 0.02
_SCHEME_PORTS: Final = {"http": 80, "https": 443, "smtp": 25}


class ServiceSettings(Protocol):
    """What must be known of a service to start it; `treaty.config.Service` is one."""

    @property
    def name(self) -> str:
        """The name, for errors."""

    @property
    def kind(self) -> str:
        """``http`` or ``smtp``."""

    @property
    def url(self) -> str | None:
        """Where it listens; None: on 127.0.0.1 and the port that ``${port}`` tells it."""

    @property
    def start(self) -> Sequence[str] | None:
        """The command that starts it."""

    @property
    def ready(self) -> str | None:
        """A path or URL that is answered with 2xx; None: the port accepts connections."""

    @property
    def stop(self) -> Sequence[str] | None:
        """The command that stops it; None: SIGTERM."""

    @property
    def reset(self) -> Sequence[str] | str | None:
        """A URL or path (a text) or a command (words) that empties it."""

    @property
    def env(self) -> Mapping[str, str]:
        """Variables added to the environment."""


class RunningService:
    """A service that was started and is ready.

    Attributes:
        name: of the service.
        url: where it is, as ``http://127.0.0.1:8081``.
        host: of the URL.
        port: of the URL.
        log: the file with its output.
        clock_means: what changes its time, empty when nothing does.

    """

    def __init__(
        self,
        service: ServiceSettings,
        launch: _Launch,
        process: subprocess.Popen[bytes],
        *,
        log: Path,
        log_start: int,
        clock_means: str = "",
    ) -> None:
        self.name = service.name
        self.url = launch.url
        self.host = launch.host
        self.port = launch.port
        self.log = log
        self.clock_means = clock_means
        self._service = service
        self._launch = launch
        self._process = process
        self._log_start = log_start
        self._stopped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def is_running(self) -> bool:
        """Tell whether the process that was started is still there."""
        return not self._stopped and _exit_status(self._process) is None

    def failure(self) -> ProviderFailed | None:
        """Return how the service ended by itself; None while it runs, and after `stop`."""
        status = None if self._stopped else _exit_status(self._process)
        # `docker compose up -d` and the like end well and leave the service to their `stop` command.
        if status is None or (status == 0 and self._service.stop is not None):
            return None
        return ProviderFailed(
            f"{self.name} {_how_it_ended(status)}",
            where=f"log {self.log}",
            why=self.log_tail() or "it wrote nothing",
        )

    def log_tail(self) -> str:
        """Return the last lines that this run of the service wrote, without secrets."""
        return log_tail(self.log, start=self._log_start, environment=self._launch.environment)

    def reset(self) -> None:
        """Empty the service as its settings say; nothing happens when they say nothing.

        Raises:
            ProviderFailed: when the URL does not answer 2xx, or the command fails.
            CommandNotFound: when there is no such command.

        """
        reset = self._service.reset
        if isinstance(reset, str):
            probe = probe_for(self._launch.text(reset), base_url=self.url)
            answer = probe.send("POST")
            if not answer.is_good:
                raise ProviderFailed(f"{self.name} could not be reset", where=probe.place, why=answer.text)
        elif reset is not None:
            self._run_command("reset", reset)

    def stop(self) -> None:
        """End the service: its ``stop`` command if it has one, SIGTERM to its group, SIGKILL after ten seconds.

        May be called again. A ``stop`` command that fails is an error only after everything has ended.
        """
        if self._stopped:
            return
        self._stopped = True
        try:
            if self._service.stop is not None:
                self._run_command("stop", self._service.stop)
        finally:
            self._end()

    def wait_until_ready(self, probe: Probe, *, seconds: float) -> None:
        """Wait for the first good answer.

        Raises:
            ProviderFailed: when the process ends first, or the time is over.

        """
        deadline = time.monotonic() + seconds
        while True:
            early = self.failure()
            if early is not None:
                raise ProviderFailed(f"{early.what} before it was ready", where=early.where, why=early.why)
            answer = probe.send("GET")
            if answer.is_good:
                return
            if time.monotonic() > deadline:
                raise ProviderFailed(
                    f"{self.name} did not become ready within {seconds:g} s",
                    where=f"{probe.place}\nlog {self.log}",
                    why="\n".join(part for part in (answer.text, self.log_tail()) if part),
                    hint=f"'ready' of services.{self.name} says what is asked; without it the port has to accept",
                )
            time.sleep(_POLL_SECONDS)

    def _run_command(self, label: str, command: Sequence[str]) -> None:
        words = [self._launch.text(word) for word in command]
        with self.log.open("ab") as output:
            process = _spawn(words, self._launch, output, name=self.name)
        deadline = time.monotonic() + COMMAND_SECONDS
        try:
            while (status := _exit_status(process)) is None and time.monotonic() < deadline:
                time.sleep(_POLL_SECONDS)
        finally:
            _end_process(process, grace=0)
        if status is None:
            raise ProviderFailed(
                f"the {label} command of {self.name} did not end within {COMMAND_SECONDS:g} s", where=f"log {self.log}"
            )
        if status != 0:
            raise ProviderFailed(
                f"the {label} command of {self.name} {_how_it_ended(status)}",
                where=f"log {self.log}",
                why=self.log_tail(),
            )

    def _end(self) -> None:
        _end_process(self._process, grace=STOP_SECONDS)


class _Launch:
    """Everything that is settled before a service starts: its address, variables and folder."""

    def __init__(self, service: ServiceSettings, substitutions: Mapping[str, str], folder: Path) -> None:
        self._name = service.name
        self._values = {"python": sys.executable, **substitutions}
        self.folder = folder
        if "port" not in self._values:
            fixed = urlsplit(service.url).port if service.url and not any(references(service.url)) else None
            self._values["port"] = str(fixed or free_port())
        scheme = "smtp" if service.kind == "smtp" else "http"
        default = f"{scheme}://{LOOPBACK}:{self._values['port']}"
        self.url = self._values.setdefault("url", self.text(service.url or default))
        parts = urlsplit(self.url)
        if parts.hostname is None:
            raise EdgeInvalid(f"services.{service.name} has no usable url", where=self.url)
        self.host = parts.hostname
        self.port = parts.port or _SCHEME_PORTS.get(parts.scheme, 80)
        path = os.pathsep.join((os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)))
        variables = {name: self.text(value) for name, value in service.env.items()}
        # Ours comes last, so that `python` is found on systems that have only python3.
        self.environment: Mapping[str, str] = {**os.environ, "PATH": path, **variables}

    def text(self, text: str) -> str:
        """Fill in ``${...}``.

        Raises:
            ConfigInvalid: when a name has no value here.

        """
        try:
            return substitute(text, self._values)
        except KeyError as error:
            raise ConfigInvalid(
                f"services.{self._name} uses ${{{error.args[0]}}}, which has no value here",
                why=f"known are {', '.join(sorted(self._values))}",
            ) from None


def start_service(
    service: ServiceSettings,
    *,
    substitutions: Mapping[str, str],
    log: Path,
    base_directory: Path,
    seconds: float = READY_SECONDS,
    shift: timedelta | None = None,
) -> RunningService:
    """Start a service and wait until it is ready.

    Args:
        service: its settings.
        substitutions: values for ``${...}`` in them: ``work``, ``edge.CONSUMER.PROVIDER``, and ``port`` and ``url``
            when they are settled already; else they follow from the settings, or a free port is taken.
        log: where its output goes, appended; made with mode 0600, folders included.
        base_directory: where its commands run, the folder of ``treaty.yaml``.
        seconds: how long it may take.
        shift: how far its time lies ahead of ours; None leaves it alone.

    Raises:
        ClockUnsupported: when it cannot run at another time.
        PortTaken: when somebody else is at its address.
        CommandNotFound: when the command does not exist or may not be run.
        ProviderFailed: when it ends early or does not become ready; the error has the end of its log.
        ConfigInvalid: when it has no ``start``, or a ``${...}`` has no value.
        FileMissing, OutputUnwritable: when the folder or the log is not usable.

    """
    if not service.start:
        raise ConfigInvalid(
            f"{service.name} cannot be started", where=f"services.{service.name}", why="it has no start command"
        )
    launch = _Launch(service, substitutions, base_directory)
    probe = probe_for(None if service.ready is None else launch.text(service.ready), base_url=launch.url)
    words: Sequence[str] = [launch.text(word) for word in service.start]
    environment, means = launch.environment, ""
    if shift is not None:
        shifted = shifted_program(
            words, shift=shift, name=service.name, environment=launch.environment, folder=base_directory
        )
        words, environment, means = shifted.words, shifted.environment, shifted.means
    if is_taken(launch.host, launch.port):
        raise PortTaken(
            f"{service.name} cannot listen at {launch.host}:{launch.port}",
            where=launch.url,
            why=f"the port is taken by {holder_of(launch.port) or 'somebody else'}",
            hint="stop that, or give the service another port (without a url it gets a free one)",
        )
    with open_log(log) as output:
        log_start = output.tell()
        process = _spawn(words, launch, output, name=service.name, environment=environment)
    running = RunningService(service, launch, process, log=log, log_start=log_start, clock_means=means)
    try:
        running.wait_until_ready(probe, seconds=seconds)
    except BaseException:
        with contextlib.suppress(CouldNot):
            running.stop()
        raise
    return running


def _spawn(
    words: Sequence[str],
    launch: _Launch,
    output: IO[bytes],
    *,
    name: str,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    if not launch.folder.is_dir():
        raise FileMissing(f"the folder of {name} does not exist", where=str(launch.folder))
    try:
        with signals_deferred():
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=launch.folder,
                env=launch.environment if environment is None else environment,
                start_new_session=True,
            )
            GUARD.watch(process.pid)
    except OSError as error:
        raise CommandNotFound(
            f"the command of {name} cannot be run",
            where=words[0],
            why=(error.strerror or "unknown").lower(),
            hint="commands run in the folder of treaty.yaml; ${python} is the Python that runs Treaty",
        ) from None
    return process


def _exit_status(process: subprocess.Popen[bytes]) -> int | None:
    # Not Popen.poll: as long as nobody waited for the leader, its number cannot become that of another group.
    if process.returncode is not None:
        return process.returncode
    result = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if result is None:
        return None
    return result.si_status if result.si_code == os.CLD_EXITED else -result.si_status


def _end_process(process: subprocess.Popen[bytes], *, grace: float) -> None:
    # The group may outlive its leader (a shell that started the server), so the group is what has to end.
    group = process.pid
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while process.poll() is None or group_exists(group):
        if time.monotonic() > deadline:
            end_group(group, grace=0)
            break
        time.sleep(_POLL_SECONDS)
    process.wait()
    GUARD.forget(group)


def _how_it_ended(status: int) -> str:
    if status >= 0:
        return f"ended with exit status {status}"
    with contextlib.suppress(ValueError):
        return f"was ended by {signal.Signals(-status).name}"
    return f"was ended by signal {-status}"
