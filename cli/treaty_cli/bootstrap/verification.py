"""Wires verification: pacts and configuration, the provider with stand-ins for what it calls, the engine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from treaty.adapters import pact_files
from treaty.adapters.header_command import HeaderCommand, command_words
from treaty.adapters.http_calls import check_reachable, is_loopback, split_base_url
from treaty.adapters.message_calls import check_message_url, check_message_writes, split_message_url
from treaty.config import Config, RedactionSetting, find_config, load_config
from treaty.errors import EngineFailed, ExitStatus, ProviderFailed, UsageError
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.verify.concealment import Concealer
from treaty.verify.document import PactDocument
from treaty.verify.events import Event, InteractionJudged, RunFinished
from treaty.verify.given_headers import HeaderRule, header_notes
from treaty.verify.outcome import Summary
from treaty.verify.plan import Plan, Selection, check_not_empty, make_plan
from treaty.verify.run import run_plan
from treaty.verify.upper_bound import UpperBound
from treaty.verify.writes import check_writes
from treaty_cli.bootstrap.clock_setting import ClockSetting, clock_setting
from treaty_cli.bootstrap.engines import ENGINES, OFFICIAL, EngineSettings, check_engine, make_engine
from treaty_cli.bootstrap.message_setting import message_host, message_notes, message_url
from treaty_cli.bootstrap.secret_settings import check_known, read_secrets
from treaty_cli.bootstrap.targets import Target, find_target, not_ours_to_start

USUAL_PACTS = Path("pacts")
_ENDING_SECONDS: Final = 1.0
_SHOWN: Final = 5


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
        message_url: where messages are asked for; None asks the configuration, then the provider itself.
        headers: given for every request, see `treaty.verify.given_headers`; their values are never shown.
        allowed_hosts: hosts that set-up may write to.
        destructive: whether what this run did not create may be deleted or overwritten there.
        clock: the time to start the provider at, see `clock_setting`; None leaves its clock alone.
        session: the recording that the clock `recorded` means.
        fresh: whether each set-up gets a provider that was just started.
        header_command: computes headers for each request, see `treaty.adapters.header_command`.
        secrets: `NAME=env:VARIABLE` for secret slots.
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
    message_url: str | None = None
    headers: Sequence[tuple[str, str]] = ()
    allowed_hosts: Sequence[str] = ()
    destructive: bool = False
    clock: str | None = None
    session: Path | None = None
    fresh: bool = False
    header_command: str | None = None
    secrets: Sequence[str] = ()
    allow_empty: bool = False
    seconds: float = 10.0
    engine: str = ENGINES[0]
    workers: int = 1
    rounds: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """What was found out about flags by themselves, before any file is read or written."""

    secrets: Mapping[str, str]
    clock: ClockSetting | None


def check_flags(request: VerificationRequest) -> Flags:
    """Check all that can be wrong with flags, without the pacts and the configuration.

    Raises:
        UsageError: when one makes no sense, or does not go with another.
        ExtraMissing: when the engine is not installed.
        TreatyError: when the session of `--clock recorded` cannot be read.

    """
    check_engine(request.engine, workers=request.workers)
    if request.header_command is not None:
        command_words(request.header_command)
        if request.engine == OFFICIAL:
            raise UsageError(
                "the official engine cannot compute headers", where="--header-command", hint="--engine treaty"
            )
    for url, flag in ((request.base_url, "--base-url"), (request.state_url, "--state-url")):
        if url is not None:
            split_base_url(url.partition("?")[0] if flag == "--state-url" else url, flag=flag)
    if request.message_url is not None:
        split_message_url(request.message_url)
        if request.engine == OFFICIAL:
            raise UsageError(
                "the official engine is asked about HTTP only",
                where="--message-url",
                hint="--engine treaty verifies messages",
            )
    if request.fresh and request.base_url is not None:
        raise not_ours_to_start()
    return Flags(
        secrets=read_secrets(request.secrets, environment=os.environ),
        clock=clock_setting(request.clock, session=request.session, base_url=request.base_url, now=datetime.now(UTC)),
    )


def verify(request: VerificationRequest, handle: Callable[[Event], None], *, flags: Flags | None = None) -> Summary:
    """Verify one provider and hand every event over.

    Args:
        request: what is asked for.
        handle: gets every event.
        flags: what `check_flags` gave, when it was asked before.

    Raises:
        TreatyError: whatever keeps the run from beginning; what concerns one interaction is in its outcome.

    """
    flags = flags or check_flags(request)
    config = find_configuration(request.config)
    documents = read_documents(request.pacts, config)
    known = () if config is None else tuple(config.services)
    check_known(flags.secrets, documents)
    plan = make_plan(
        documents,
        provider=request.provider,
        selection=request.selection,
        known=known,
        secrets=flags.secrets,
        asks_for_messages=request.engine != OFFICIAL,
    )
    if not plan.total and request.allow_empty:
        handle(RunFinished(summary=Summary(), exit_status=ExitStatus.KEPT))
        return Summary()
    check_not_empty(plan)
    if request.engine == OFFICIAL:
        _check_slots(plan)
    prepared = _prepare(request, config, flags)
    concealer = prepared.concealer
    summary = Summary()
    with ExitStack() as running:
        try:
            for event in _run(request, plan, config, documents, prepared, running):
                handle(concealer.event(event))
                if isinstance(event, RunFinished):
                    summary = event.summary
        except ProviderFailed as fault:
            # It ended while it was verified: the log explains what could not be told, but broken is broken.
            if not summary.broken:
                raise concealer.error(fault) from None
    return summary


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """What a request means, before anything is started."""

    concealer: Concealer
    secrets: Mapping[str, str]
    header_command: HeaderCommand | None
    clock: ClockSetting | None


def _prepare(request: VerificationRequest, config: Config | None, flags: Flags) -> _Prepared:
    concealer = make_concealer(request.headers, config, secrets=flags.secrets)
    command: HeaderCommand | None = None
    if request.header_command is not None:
        command = HeaderCommand(
            request.header_command,
            seconds=request.seconds,
            conceal=concealer.text,
            learn=concealer.learn,
            folder=Path.cwd(),
        )
    return _Prepared(concealer=concealer, secrets=flags.secrets, header_command=command, clock=flags.clock)


def _check_slots(plan: Plan) -> None:
    """Insist that the official engine needs no secret: it would have to be written into a file for it."""
    slotted = [each for pact in plan.pacts for each in pact.interactions if each.slots]
    if slotted:
        slots = sorted({slot for each in slotted for slot in each.slots})
        more = [f"and {len(slotted) - _SHOWN} more"] if len(slotted) > _SHOWN else []
        raise UsageError(
            "the official engine cannot put secrets into requests",
            where="\n".join([*(each.description for each in slotted[:_SHOWN]), *more]),
            why=f"they need {', '.join(f'${{secret.{slot}}}' for slot in slots)}, which would be written into a file",
            hint="--engine treaty; or choose others with --consumer, --description or --state",
        )


def _notes(request: VerificationRequest, prepared: _Prepared, *, is_renewed: bool) -> Iterator[str]:
    if is_renewed and request.workers > 1:
        yield "one worker instead of several, because the provider is emptied before each set-up"
    if prepared.clock is not None and request.engine == OFFICIAL:
        yield "the official engine writes times into requests by the clock of this machine, not by the provider's"


def find_configuration(path: Path | None) -> Config | None:
    """Load the named configuration, or one found upwards from the current folder, or none."""
    found = find_config(Path.cwd()) if path is None else path
    return None if found is None else load_config(found)


def make_concealer(
    headers: Sequence[tuple[str, str]], config: Config | None, *, secrets: Mapping[str, str] | None = None
) -> Concealer:
    """Build what keeps secrets out of the report: given values, and what the configuration calls secret."""
    setting = RedactionSetting() if config is None else config.redaction
    policy = RedactionPolicy.of(allowed=setting.allow, extra=setting.names)
    return Concealer([*(value for _, value in headers), *(secrets or {}).values()], Redactor(policy))


def read_documents(paths: Sequence[Path], config: Config | None) -> tuple[PactDocument, ...]:
    """Read the named pacts, or those of the configuration, or of `pacts/`; errors are those of `pact_files`."""
    usual = USUAL_PACTS if config is None else config.pacts
    return pact_files.read_documents(paths or (usual,))


def _run(
    request: VerificationRequest,
    plan: Plan,
    config: Config | None,
    documents: Sequence[PactDocument],
    prepared: _Prepared,
    running: ExitStack,
) -> Iterator[Event]:
    target, messages = _targets(request, plan, config, documents, prepared, running)
    renew = target.renewal(fresh=request.fresh)
    rule = HeaderRule.of([pact.document for pact in plan.pacts], prepared.concealer.policy)
    settings = EngineSettings(
        engine=request.engine,
        base_url=target.base_url,
        concealer=prepared.concealer,
        state_url=request.state_url,
        message_url=messages,
        headers=request.headers,
        rule=rule,
        header_command=prepared.header_command,
        secrets=prepared.secrets,
        scripts=target.isolated,
        seconds=request.seconds,
        workers=request.workers,
        clock=target.clock,
        renew=renew,
    )
    engine = make_engine(settings, running)
    upper_bound: UpperBound | None = None
    if request.engine != OFFICIAL:
        upper_bound = UpperBound(
            documents=[document for document in documents if document.provider == plan.provider],
            engine=make_engine(replace(settings, renew=None, workers=1), running),
            renew=target.renewal_once(),
        )
    lost = False
    for event in run_plan(
        plan,
        engine=engine,
        base_url=target.base_url,
        started=target.isolated is not None,
        findings=target.unanswered,
        rounds=request.rounds,
        clock=target.clock_text,
        upper_bound=upper_bound,
        notes=(
            *target.notes,
            *message_notes(messages, base_url=target.base_url),
            *_notes(request, prepared, is_renewed=renew is not None),
            *header_notes(plan, rule, [name for name, _ in request.headers]),
        ),
    ):
        lost = lost or (isinstance(event, InteractionJudged) and isinstance(event.outcome.reason, EngineFailed))
        yield event
    target.check_alive(patience=_ENDING_SECONDS if lost else 0.0)


def _targets(
    request: VerificationRequest,
    plan: Plan,
    config: Config | None,
    documents: Sequence[PactDocument],
    prepared: _Prepared,
    running: ExitStack,
) -> tuple[Target, str | None]:
    """Find or start the provider, and find its handler of messages; insist that both may be asked, and are there."""
    service = None if config is None else config.services.get(request.provider)
    target = find_target(
        request.provider,
        base_url=request.base_url or message_host(plan, given=request.message_url, service=service),
        config=config,
        documents=documents,
        running=running,
        clock=prepared.clock,
    )
    _, host, _, _ = split_base_url(target.base_url)
    started = target.isolated is not None
    check_writes(
        plan,
        host=host,
        started=started,
        loopback=is_loopback(host),
        allowed=request.allowed_hosts,
        destructive=request.destructive,
    )
    messages = message_url(plan, given=request.message_url, service=service, base_url=target.base_url)
    if messages is not None:
        check_message_writes(messages, allowed=request.allowed_hosts, ours=host if started else "")
        check_message_url(messages)
    check_reachable(target.base_url)
    return target, messages
