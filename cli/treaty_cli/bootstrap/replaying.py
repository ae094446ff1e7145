"""Replay: a session's outside calls against services that run, or are started, through the recorder if wanted."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, Self
from urllib.parse import urlsplit

from treaty.adapters.clock import SystemWaiter
from treaty.adapters.http_calls import HttpCalls, check_reachable, is_loopback
from treaty.adapters.recorder import start_recorder
from treaty.config import find_config, parse_service
from treaty.errors import NothingToDo, UsageError, did_you_mean
from treaty.normalize.runs import in_own_time
from treaty.record.variations import RunPlan
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.replay.binding import Bindings
from treaty.replay.comparing import Comparer, Difference
from treaty.replay.noise import noise
from treaty.replay.permission import check_permission
from treaty.replay.playing import Outcome, Player, Tally, Verdict
from treaty.replay.script import Script, script_of
from treaty.replay.sending import Sender
from treaty.session.exchange import Edge
from treaty.session.reader import SessionReader, open_session
from treaty.session.runs import Run
from treaty.verify.calls import Answer, Call
from treaty.verify.concealment import Concealer
from treaty_cli.bootstrap.recording import listening_at, mail_sinks, nothing_left_empty, recorder_settings
from treaty_cli.bootstrap.recording_plan import RecordingPlan, RecordingRequest, plan_recording
from treaty_cli.bootstrap.recording_runs import RunStarter
from treaty_cli.bootstrap.secret_settings import read_secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRequest:
    """What the command line asked for; texts are as typed."""

    session: Path
    run: int = 1
    edges: Sequence[str] = ()
    record_to: Path | None = None
    secrets: Sequence[str] = ()
    allow_writes: Sequence[str] = ()
    destructive: bool = False
    config: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaySummary:
    """What came of a replay.

    Attributes:
        tally: how many calls of each verdict.
        recorded: the session that it was recorded into; None when it was not.
        slots: names of headers and fields that were sent with the stand-ins of secrets, and can be filled.

    """

    tally: Tally
    recorded: Path | None = None
    slots: Sequence[str] = ()


class ReplayObserver(Protocol):
    """Is told how a replay goes."""

    def begins(self, script: Script, where: Mapping[str, str]) -> None:
        """Learn what will be sent, and where each provider is; every service is ready."""

    def outcome(self, outcome: Outcome) -> None:
        """Learn what came of a call; secrets are concealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """Where a replay is played.

    Attributes:
        urls: where the calls of an edge are sent.
        upstreams: where each provider is.
        started: the providers that Treaty started.

    """

    urls: Mapping[Edge, str]
    upstreams: Mapping[str, str]
    started: frozenset[str] = field(default_factory=frozenset)

    def url(self, edge: Edge) -> str:
        """Give the URL for an edge; of one that is not declared, the provider's own."""
        return self.urls.get(edge) or self.upstreams[edge.provider]


def replay(request: ReplayRequest, observer: ReplayObserver) -> ReplaySummary:
    """Send the outside calls of a session again, and compare.

    Raises:
        FileMissing, SessionUnreadable: when the session cannot be read.
        ConfigInvalid, EdgeInvalid, UsageError: when the request does not make sense.
        NothingToDo: when nothing in the session came from outside.
        WritesRefused: when a provider may not be written to.
        CouldNot: when a service does not start or is not there, or the recorder fails.

    """
    script, others = _scripts(open_session(request.session), request)
    secrets = {name.lower(): value for name, value in read_secrets(request.secrets, environment=os.environ).items()}
    with ExitStack() as stack:
        plan = _plan(request, script, stack)
        concealer = Concealer(
            list(secrets.values()), Redactor(RedactionPolicy.of(allowed=plan.allowed, extra=plan.names))
        )
        _check(request, script, plan)
        stage = stack.enter_context(_stage(request, plan))
        observer.begins(script, {name: stage.upstreams[name] for name in script.providers})
        bindings = Bindings(flow=script.flow, fresh=not request.edges)
        player = Player(
            script=script,
            sender=Sender(bindings=bindings, secrets=secrets, recorded=request.record_to is not None),
            comparer=Comparer(script=script, bindings=bindings, random=noise(script, others)),
            wire=stack.enter_context(_Wire(stage, concealer)),
            waiter=SystemWaiter(),
            now=lambda: datetime.now(UTC),
        )
        counts = dict.fromkeys(Verdict, 0)
        for outcome in player.play():
            counts[outcome.verdict] += 1
            observer.outcome(_concealed(outcome, concealer))
    return ReplaySummary(
        tally=Tally(
            same=counts[Verdict.SAME], different=counts[Verdict.DIFFERENT], could_not=counts[Verdict.COULD_NOT]
        ),
        recorded=request.record_to,
        slots=_slots(script, secrets),
    )


def _scripts(reader: SessionReader, request: ReplayRequest) -> tuple[Script, list[Script]]:
    """Write the script of the run that is asked for, and those of the others."""
    exchanges = in_own_time(reader, reader.info.runs)
    numbers = sorted({item.run for item in exchanges})
    if numbers and request.run not in numbers:
        raise UsageError(
            f"the session has no run {request.run}",
            where=f"--run, {request.session}",
            why=f"its runs are {', '.join(map(str, numbers))}",
        )
    scripts = {number: script_of(item for item in exchanges if item.run == number) for number in numbers}
    script = scripts.pop(request.run, script_of(()))
    if not script.scenes:
        raise NothingToDo(
            "no call of the session can be sent again",
            where=str(request.session),
            why="every consumer in it is a provider, too, or nothing was answered"
            if exchanges
            else "it holds no exchange",
        )
    return script, list(scripts.values())


def _plan(request: ReplayRequest, script: Script, stack: ExitStack) -> RecordingPlan:
    if not request.edges and request.config is None and find_config(Path.cwd()) is None:
        raise UsageError(
            "it is not known where the services run",
            where="--edge",
            why="no --edge is given, and there is no treaty.yaml that says how to start them",
            hint=f"--edge {script.providers[0]}=http://127.0.0.1:8080",
        )
    session = request.record_to
    if session is None:
        session = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="treaty-replay-"))) / "session"
    wanted = RecordingRequest(edges=_edges(request, script), session=session, config=request.config)
    plan = plan_recording(wanted, now=datetime.now().astimezone())
    known = {each.edge.provider for each in plan.edges}
    for name in script.providers:
        if name not in known:
            raise UsageError(
                f"nobody says where {name} is",
                where="--edge" if request.edges else "treaty.yaml",
                hint=f"--edge {name}=http://127.0.0.1:8080",
            )
    return plan


def _edges(request: ReplayRequest, script: Script) -> list[str]:
    urls = dict(parse_service(text) for text in request.edges)
    for name in urls:
        if name not in script.providers:
            raise UsageError(
                f"the session has no call from outside to {name}",
                where="--edge",
                why=f"called from outside are {', '.join(script.providers)}",
                hint=did_you_mean(name, script.providers),
            )
    return [f"{edge.consumer}:{edge.provider}={urls[edge.provider]}" for edge in script.edges if edge.provider in urls]


def _check(request: ReplayRequest, script: Script, plan: RecordingPlan) -> None:
    started = {each.service.name for each in plan.started}
    for edge in plan.edges:
        provider = edge.edge.provider
        if provider not in script.providers:
            continue
        host = urlsplit(edge.upstream).hostname or ""
        check_permission(
            script,
            provider=provider,
            host=host,
            ours=provider in started or is_loopback(host),
            allowed=request.allow_writes,
            destructive=request.destructive,
        )
        if provider not in started:
            check_reachable(edge.upstream)


@contextmanager
def _stage(request: ReplayRequest, plan: RecordingPlan) -> Iterator[_Stage]:
    """Start what is to be started, with the recorder between when the replay is recorded."""
    wanted = RecordingRequest(session=plan.session)
    upstreams = {edge.edge.provider: edge.upstream for edge in plan.edges}
    started = frozenset(each.service.name for each in plan.started)
    with ExitStack() as stack:
        if request.record_to is None:
            urls = {edge.edge: edge.upstream for edge in plan.edges}
            addresses = {**urls, **mail_sinks(plan, stack)}
        else:
            stack.enter_context(nothing_left_empty(plan.session))
            recorder = stack.enter_context(start_recorder(recorder_settings(wanted, plan, stack)))
            listening = listening_at(wanted, plan, recorder, stack)
            urls = dict(listening.edges)
            addresses = {**urls, **listening.mail}
        starter = RunStarter(
            plan=plan,
            addresses={f"edge.{edge.consumer}.{edge.provider}": url for edge, url in addresses.items()},
            variables={},
        )
        run, _ = stack.enter_context(starter.running(RunPlan(number=1), datetime.now().astimezone()))
        if request.record_to is not None:
            recorder.begin_run(Run(number=1, started=run.started, fresh=run.fresh))
        yield _Stage(urls=urls, upstreams=upstreams, started=started)


class _Wire:
    """Kept connections to the stage; what answers hold of secrets is concealed from then on."""

    def __init__(self, stage: _Stage, concealer: Concealer) -> None:
        self._stage = stage
        self._concealer = concealer
        self._calls: dict[Edge, HttpCalls] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for calls in self._calls.values():
            calls.close()

    def send(self, edge: Edge, call: Call, *, seconds: float) -> Answer:
        """Send a call; see `treaty.replay.playing.Wire`."""
        if edge not in self._calls:
            self._calls[edge] = HttpCalls(self._stage.url(edge))
        answer = self._calls[edge].send(call, seconds=seconds)
        self._concealer.answer(answer)
        return answer


def _concealed(outcome: Outcome, concealer: Concealer) -> Outcome:
    differences = tuple(
        Difference(
            place=each.place,
            recorded=concealer.text(each.recorded),
            got=concealer.text(each.got),
            early=each.early,
        )
        for each in outcome.differences
    )
    return replace(
        outcome,
        description=concealer.target(outcome.description),
        reason=concealer.text(outcome.reason),
        differences=differences,
        answer=None if outcome.answer is None else concealer.answer(outcome.answer),
    )


def _slots(script: Script, secrets: Mapping[str, str]) -> list[str]:
    """Name the headers whose secrets came from outside the session, and were not given."""
    found = {
        leaf.location.removeprefix("header.").lower()
        for scene in script.scenes
        for leaf in scene.item.request
        if leaf.location.startswith("header.")
        and scene.item.is_secret("request", leaf.location)
        and script.flow.at(scene.item.number, f"request.{leaf.location}") is None
    }
    return sorted(found - secrets.keys() - {"cookie"})
