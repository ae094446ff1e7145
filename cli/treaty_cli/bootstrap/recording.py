"""Record: the recorder, the services that are started for it, the user's command, and the pacts at the end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from treaty.adapters.recorder import RunningRecorder, start_recorder
from treaty.errors import CommandNotFound, ExitStatus, NothingRecorded, TreatyError
from treaty.record.events import Stored
from treaty.record.settings import RecorderSettings
from treaty.session.exchange import Edge
from treaty.session.runs import Run
from treaty_cli.bootstrap.normalizing import NormalizeSummary, normalize_all, normalize_to
from treaty_cli.bootstrap.recording_plan import RecordingPlan, RecordingRequest, plan_recording
from treaty_cli.bootstrap.recording_runs import Command, RunStarter, runs_of
from treaty_cli.bootstrap.recording_signals import StopRequest, stop_on_signals

AUTHORITY: Final = Path(".treaty/authority")
_TICK_SECONDS: Final = 0.1
_WILDCARDS: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where consumers should send their calls.

    Attributes:
        edges: each edge with the URL that its consumer should use.
        proxy: the URL of the forward proxy, empty when there is none.
        upstreams: where the provider of each edge is.
        mail: the sinks of edges whose provider takes mail; what comes there is not recorded.
        authority: the certificate that clients of the proxy must trust for HTTPS; None without a proxy.

    """

    edges: Mapping[Edge, str]
    upstreams: Mapping[Edge, str]
    mail: Mapping[Edge, str] = field(default_factory=dict)
    proxy: str = ""
    authority: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSummary:
    """What was recorded, and what became of it.

    Attributes:
        session: the folder.
        declared: the edges that were to be recorded.
        stored: exchanges by edge.
        cut: calls that had no answer when the recorder stopped.
        command_status: exit status of the user's command, None when there was none.
        normalized: the pacts; None when nothing could be made of the session.
        nothing: why `normalized` is None; an error of its own unless the command failed.
        signal: the one that ended the recording early, 0 when there was none.
        runs: what was around each run.
        failure: why a run after the first could not begin; what was recorded before is kept.

    """

    session: Path
    declared: Sequence[Edge]
    stored: Stored
    cut: int
    command_status: int | None
    normalized: NormalizeSummary | None
    nothing: NothingRecorded | None = None
    signal: int = 0
    runs: Sequence[Run] = ()
    failure: TreatyError | None = None

    def exit_status(self) -> int:
        """Give the command's status when it failed, else that of a run that did not begin, else that of the pacts."""
        if self.command_status:
            return self.command_status
        if self.failure is not None:
            return int(self.failure.exit_status)
        return int(self.normalized.exit_status() if self.normalized else ExitStatus.NOTHING_TO_DO)


class RecordingObserver(Protocol):
    """Is told how the recording goes."""

    def listening(self, listening: Listening) -> None:
        """Learn that every listener is open and every service ready."""

    def run_begins(self, run: Run, *, of: int) -> None:
        """Learn that one of several runs begins; every service is ready."""

    def progress(self, stored: Stored) -> None:
        """Learn how much is stored."""

    def ended(self, session: Path) -> None:
        """Learn that recording is over; the pacts come next."""


def record(request: RecordingRequest, observer: RecordingObserver) -> RecordingSummary:
    """Record until the command ends, or until SIGINT or SIGTERM; then write the pacts, also when the command failed.

    Raises:
        ConfigInvalid, EdgeInvalid, UsageError: when the request does not make sense.
        PortTaken, ProviderFailed, CommandNotFound, ExtraMissing: when something does not start.
        RecorderFailed, DiskFull, OutputUnwritable: when an exchange could not be stored.

    """
    plan = plan_recording(request, now=datetime.now().astimezone())
    with stop_on_signals() as stop:
        with nothing_left_empty(plan.session), ExitStack() as stack:
            recorder = stack.enter_context(start_recorder(recorder_settings(request, plan, stack)))
            listening = listening_at(request, plan, recorder, stack)
            played = _play(request, plan, _Around(listening, recorder, stop, observer))
            recorder.stop()
        stored = recorder.stored
        observer.progress(stored)
        observer.ended(plan.session)
    normalized, nothing = _normalize(request, plan)
    return RecordingSummary(
        session=plan.session,
        declared=[edge.edge for edge in plan.edges],
        stored=stored,
        cut=recorder.cut,
        command_status=played.command_status,
        runs=played.runs,
        failure=played.failure,
        normalized=normalized,
        nothing=nothing,
        signal=stop.number,
    )


@contextmanager
def nothing_left_empty(session: Path) -> Iterator[None]:
    """Remove the folder of a session that failed before anything was written into it."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            session.rmdir()
        raise


def recorder_settings(request: RecordingRequest, plan: RecordingPlan, stack: ExitStack) -> RecorderSettings:
    """Give what the recorder must know; what lasts only as long as it is removed with `stack`."""
    authority = plan.base_directory / AUTHORITY
    if request.proxy_port is None:
        # Nobody will be asked to trust it, so it need not last.
        authority = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="treaty-authority-")))
    return RecorderSettings(
        session=plan.session,
        edges=plan.edges,
        host=request.host,
        proxy_port=request.proxy_port,
        services=plan.proxy_services,
        redact=request.redact,
        allowed=plan.allowed,
        names=plan.names,
        authority_folder=authority,
        trusted=os.environ.get("SSL_CERT_FILE", "") or os.environ.get("REQUESTS_CA_BUNDLE", ""),
    )


def listening_at(
    request: RecordingRequest, plan: RecordingPlan, recorder: RunningRecorder, stack: ExitStack
) -> Listening:
    """Say where a recorder listens; the sinks of mail are open as long as `stack`."""
    authority = plan.base_directory / AUTHORITY / "mitmproxy-ca-cert.pem"
    return Listening(
        edges={edge.edge: _url(request.host, edge.port) for edge in recorder.edges},
        upstreams={edge.edge: edge.upstream for edge in recorder.edges},
        mail=mail_sinks(plan, stack),
        proxy="" if recorder.proxy_port is None else _url(request.host, recorder.proxy_port),
        authority=None if recorder.proxy_port is None else authority,
    )


def _url(host: str, port: int) -> str:
    host = _WILDCARDS.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def variable_of(edge: Edge) -> str:
    """Give the name of the variable that tells a command where an edge is: ``TREATY_URL_ORDER_USER``."""
    return "TREATY_URL_" + re.sub(r"[^A-Z0-9]", "_", f"{edge.consumer}_{edge.provider}".upper())


def service_variable_of(service: str) -> str:
    """Give the variable that tells a command where a service itself is, past the recorder: ``TREATY_SERVICE_USER``."""
    return "TREATY_SERVICE_" + re.sub(r"[^A-Z0-9]", "_", service.upper())


def _environment(listening: Listening) -> dict[str, str]:
    variables = {variable_of(edge): url for edge, url in {**listening.edges, **listening.mail}.items()}
    variables |= {service_variable_of(edge.provider): url for edge, url in listening.upstreams.items()}
    return variables | ({"TREATY_PROXY_URL": listening.proxy} if listening.proxy else {})


def mail_sinks(plan: RecordingPlan, stack: ExitStack) -> dict[Edge, str]:
    """Open a sink for each provider that takes mail, as long as `stack`."""
    if not plan.mail_edges:
        return {}
    from treaty.adapters.mail_sink import MailSink  # noqa: PLC0415 - only recordings with mail need it

    names = {edge.provider for edge in plan.mail_edges}
    sinks = {name: stack.enter_context(MailSink()).url for name in sorted(names)}
    return {edge: sinks[edge.provider] for edge in plan.mail_edges}


@dataclass(frozen=True, slots=True)
class _Around:
    """What is there while the runs go on."""

    listening: Listening
    recorder: RunningRecorder
    stop: StopRequest
    observer: RecordingObserver


@dataclass(slots=True, kw_only=True)
class _Played:
    """What came of the runs."""

    runs: list[Run] = field(default_factory=list)
    command_status: int | None = None
    failure: TreatyError | None = None


def _play(request: RecordingRequest, plan: RecordingPlan, around: _Around) -> _Played:
    """Run the command as often as it is wanted, until it fails or somebody asks for the end."""
    addresses = {**around.listening.edges, **around.listening.mail}
    starter = RunStarter(
        plan=plan,
        addresses={f"edge.{edge.consumer}.{edge.provider}": url for edge, url in addresses.items()},
        command=request.command,
        variables=_environment(around.listening),
    )
    played = _Played()
    for wanted in runs_of(plan, request.runs, steady=request.steady):
        began = datetime.now().astimezone()
        if wanted.number > 1:
            around.recorder.begin_run(Run(number=wanted.number, started=began))
        with ExitStack() as stack:
            try:
                run, command = stack.enter_context(starter.running(wanted, began))
            except TreatyError as error:
                if wanted.number == 1:
                    raise
                played.failure = error
                break
            around.recorder.begin_run(run)
            if wanted.number > 1 and around.stop.number:
                break
            played.runs.append(run)
            _tell(run, request.runs, around)
            played.command_status = _run(command, around.recorder, around.stop, around.observer)
        if played.command_status or around.stop.number:
            break
    return played


def _tell(run: Run, count: int, around: _Around) -> None:
    if run.number == 1:
        around.observer.listening(around.listening)
    if count > 1:
        around.observer.run_begins(run, of=count)


def _run(command: Command, recorder: RunningRecorder, stop: StopRequest, observer: RecordingObserver) -> int | None:
    """Wait for the command, or without one for a signal; give the command's exit status."""
    if not command.words:
        while not stop.wait(_TICK_SECONDS):
            _follow(recorder, observer)
        return None
    try:
        process = subprocess.Popen(command.words, env=command.environment)
    except OSError as fault:
        raise CommandNotFound(
            "the command cannot be run", where=command.words[0], why=(fault.strerror or "unknown").lower()
        ) from None

    def forward(number: int) -> None:
        # A terminal sends SIGINT to the whole group, so the command has it already.
        if number != signal.SIGINT or not os.isatty(0):
            process.send_signal(number)

    stop.forward_to(forward)
    try:
        while True:
            with suppress(subprocess.TimeoutExpired):
                status = process.wait(timeout=_TICK_SECONDS)
                return status if status >= 0 else 128 - status
            _follow(recorder, observer)
    finally:
        stop.forward_to(None)
        if process.poll() is None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            process.kill()
            process.wait()


def _follow(recorder: RunningRecorder, observer: RecordingObserver) -> None:
    if error := recorder.failure():
        raise error
    observer.progress(recorder.stored)


def _normalize(
    request: RecordingRequest, plan: RecordingPlan
) -> tuple[NormalizeSummary | None, NothingRecorded | None]:
    try:
        if request.allow_empty:
            found = normalize_all(
                [plan.session], plan.out, prune=request.prune, allow_empty=True, strictness=plan.strictness
            )
            return found, None
        return normalize_to(plan.session, plan.out, prune=request.prune, strictness=plan.strictness), None
    except NothingRecorded as nothing:
        return None, nothing
