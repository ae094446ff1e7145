"""Wires verification: pacts and configuration, the provider with stand-ins for what it calls, the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from treaty.adapters import pact_files
from treaty.adapters.clock import SystemWaiter
from treaty.adapters.http_calls import check_reachable, is_loopback, split_base_url
from treaty.config import Config, RedactionSetting, find_config, load_config
from treaty.errors import EngineFailed, ExitStatus, ProviderFailed, UsageError
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.verify.concealment import Concealer
from treaty.verify.document import PactDocument
from treaty.verify.events import Event, InteractionJudged, RunFinished
from treaty.verify.outcome import Summary, Unanswered
from treaty.verify.plan import Plan, Selection, check_not_empty, check_writes, make_plan
from treaty.verify.run import run_plan
from treaty_cli.bootstrap.engines import ENGINES, EngineSettings, check_engine, make_engine

if TYPE_CHECKING:
    from treaty_cli.bootstrap.isolation import IsolatedProvider

USUAL_PACTS = Path("pacts")
_ENDING_SECONDS: Final = 1.0
_ENDING_PAUSE: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationRequest:
    """What a user asks for on the command line.

    Attributes:
        provider: whose promises are checked.
        pacts: files and folders; empty means those of the configuration, or `pacts/`.
        base_url: where the provider runs; None starts it as the configuration says.
        config: the configuration file; None looks for one upwards from here.
        selection: which interactions.
        state_url: the user's own handler of manual states.
        headers: set on every request; their values are never shown.
        allowed_hosts: hosts that set-up may write to.
        allow_empty: whether nothing to verify is fine.
        seconds: the bound for one request, and for the calls of one state.
        engine: who judges, one of `ENGINES`.
        workers: how many interactions are verified at once, where their states allow it.
        rounds: how often everything is verified against the same provider.

    """

    provider: str
    pacts: Sequence[Path] = ()
    base_url: str | None = None
    config: Path | None = None
    selection: Selection = field(default_factory=Selection)
    state_url: str | None = None
    headers: Sequence[tuple[str, str]] = ()
    allowed_hosts: Sequence[str] = ()
    allow_empty: bool = False
    seconds: float = 10.0
    engine: str = ENGINES[0]
    workers: int = 1
    rounds: int = 1


def verify(request: VerificationRequest, handle: Callable[[Event], None]) -> Summary:
    """Verify one provider and hand every event over.

    Raises:
        TreatyError: whatever keeps the run from beginning; what concerns one interaction is in its outcome.

    """
    check_engine(request.engine, workers=request.workers)
    config = find_configuration(request.config)
    documents = read_documents(request.pacts, config)
    known = () if config is None else tuple(config.services)
    plan = make_plan(documents, provider=request.provider, selection=request.selection, known=known)
    if not plan.total and request.allow_empty:
        handle(RunFinished(summary=Summary(), exit_status=ExitStatus.KEPT))
        return Summary()
    check_not_empty(plan)
    concealer = make_concealer(request.headers, config)
    summary = Summary()
    with ExitStack() as running:
        try:
            for event in _run(request, plan, config, documents, concealer, running):
                handle(concealer.event(event))
                if isinstance(event, RunFinished):
                    summary = event.summary
        except ProviderFailed:
            # It ended while it was verified: the log explains what could not be told, but broken is broken.
            if not summary.broken:
                raise
    return summary


def find_configuration(path: Path | None) -> Config | None:
    """Load the named configuration, or one found upwards from the current folder, or none."""
    found = find_config(Path.cwd()) if path is None else path
    return None if found is None else load_config(found)


def make_concealer(headers: Sequence[tuple[str, str]], config: Config | None) -> Concealer:
    """Build what keeps secrets out of the report: given header values, and what the configuration calls secret."""
    setting = RedactionSetting() if config is None else config.redaction
    policy = RedactionPolicy.of(allowed=setting.allow, extra=setting.names)
    return Concealer([value for _, value in headers], Redactor(policy))


def read_documents(paths: Sequence[Path], config: Config | None) -> tuple[PactDocument, ...]:
    """Read the named pacts, or those of the configuration, or of `pacts/`; errors are those of `pact_files`."""
    usual = USUAL_PACTS if config is None else config.pacts
    return pact_files.read_documents(paths or (usual,))


def _run(
    request: VerificationRequest,
    plan: Plan,
    config: Config | None,
    documents: Sequence[PactDocument],
    concealer: Concealer,
    running: ExitStack,
) -> Iterator[Event]:
    if request.base_url is not None:
        target = _Target(base_url=request.base_url)
    else:
        target = _configured_target(request, config, documents, running)
    _, host, _, _ = split_base_url(target.base_url)
    started = target.isolated is not None
    check_writes(plan, host=host, started=started, loopback=is_loopback(host), allowed=request.allowed_hosts)
    check_reachable(target.base_url)
    settings = EngineSettings(
        engine=request.engine,
        base_url=target.base_url,
        concealer=concealer,
        state_url=request.state_url,
        headers=request.headers,
        scripts=target.isolated,
        seconds=request.seconds,
        workers=request.workers,
    )
    engine = make_engine(settings, running)
    lost = False
    for event in run_plan(
        plan,
        engine=engine,
        base_url=target.base_url,
        started=started,
        findings=target.unanswered,
        rounds=request.rounds,
    ):
        lost = lost or (isinstance(event, InteractionJudged) and isinstance(event.outcome.reason, EngineFailed))
        yield event
    target.check_alive(patience=_ENDING_SECONDS if lost else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """Where the provider is, and how it runs if we started it."""

    base_url: str
    isolated: IsolatedProvider | None = None

    def unanswered(self) -> Sequence[Unanswered]:
        return () if self.isolated is None else self.isolated.unanswered()

    def check_alive(self, *, patience: float) -> None:
        """Insist that the provider still runs; one that just closed its connections may take a moment to end."""
        if self.isolated is None:
            return
        waiter = SystemWaiter()
        deadline = waiter.now() + patience
        while (failure := self.isolated.failure()) is None and waiter.now() < deadline:
            waiter.wait(_ENDING_PAUSE)
        if failure is not None:
            raise failure


def _configured_target(
    request: VerificationRequest, config: Config | None, documents: Sequence[PactDocument], running: ExitStack
) -> _Target:
    service = None if config is None else config.services.get(request.provider)
    if config is None or service is None or (service.start is None and service.url is None):
        raise UsageError(
            f"it is not known where {request.provider!r} runs",
            where="--base-url",
            why="no --base-url is given, and no treaty.yaml says how to start this service",
            hint=f"--base-url http://127.0.0.1:8080, or services.{request.provider}.start in treaty.yaml",
        )
    if service.start is None:
        assert service.url is not None
        return _Target(base_url=service.url)
    from treaty_cli.bootstrap.isolation import isolated_provider  # noqa: PLC0415 - processes are needed only here
    from treaty_cli.bootstrap.stand_ins import StubStandIns  # noqa: PLC0415 - stubs are needed only here

    isolated = running.enter_context(isolated_provider(config, service, documents, stand_ins=StubStandIns()))
    return _Target(base_url=isolated.url, isolated=isolated)
