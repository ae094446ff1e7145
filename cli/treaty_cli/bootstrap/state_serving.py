"""Wires `treaty states serve`: the states of several pacts behind one state URL."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from treaty.adapters.clock import SystemWaiter
from treaty.adapters.http_calls import check_reachable, is_loopback, split_base_url
from treaty.adapters.manual_states import ManualStateCalls
from treaty.adapters.provider_calls import ProviderCalls
from treaty.adapters.state_server import StateServer
from treaty.errors import NothingVerified
from treaty.verify.concealment import Concealer
from treaty.verify.document import PactDocument
from treaty.verify.given_headers import HeaderRule
from treaty.verify.minting import Minter
from treaty.verify.plan import Selection, make_plan
from treaty.verify.setup_steps import State
from treaty.verify.state_desk import StateDesk
from treaty.verify.states import StateRunner
from treaty.verify.variables import secret_variables
from treaty.verify.writes import check_writes
from treaty_cli.bootstrap.clock_setting import clock_setting
from treaty_cli.bootstrap.secret_settings import check_known, read_secrets
from treaty_cli.bootstrap.targets import Target, find_target
from treaty_cli.bootstrap.verification import find_configuration, make_concealer, read_documents


@dataclass(frozen=True, slots=True, kw_only=True)
class StatesRequest:
    """What a user asks for; see `treaty_cli.bootstrap.verification.VerificationRequest`."""

    pacts: Sequence[Path]
    base_url: str | None = None
    provider: str | None = None
    config: Path | None = None
    clock: str | None = None
    session: Path | None = None
    secrets: Sequence[str] = ()
    host: str = "127.0.0.1"
    port: int = 0
    state_url: str | None = None
    headers: Sequence[tuple[str, str]] = ()
    allowed_hosts: Sequence[str] = ()
    destructive: bool = False
    seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedStates:
    """States that are being served; `ended` is set by SIGINT and SIGTERM.

    Attributes:
        url: for state calls.
        provider_url: where the provider answers, when it was started here; else empty.
        notes: what people should know about the provider.
        states: how many there are.
        pacts: of how many files.
        ended: set by SIGINT and SIGTERM.

    """

    url: str
    provider_url: str
    notes: tuple[str, ...]
    states: int
    pacts: int
    ended: threading.Event


@contextmanager
def serve_states(request: StatesRequest) -> Iterator[ServedStates]:
    """Serve the states of all pacts while the context lasts.

    With a provider and no base URL, the provider is started alone as the configuration says, with stand-ins for what it
    calls, and only its pacts count.

    Raises:
        TreatyError: when a pact cannot be read, the provider cannot be reached, started or written to, or the port is
            taken.

    """
    config = find_configuration(request.config)
    secrets = read_secrets(request.secrets, environment=os.environ)
    clock = clock_setting(request.clock, session=request.session, base_url=request.base_url, now=datetime.now(UTC))
    everything = read_documents(request.pacts, config)
    documents = [each for each in everything if request.provider in (None, each.provider)]
    if not documents:
        whose = "" if request.provider is None else f" of {request.provider}"
        raise NothingVerified(f"there are no pacts{whose} to serve states of", where=", ".join(map(str, request.pacts)))
    check_known(secrets, documents)
    with ExitStack() as running:
        target = find_target(
            request.provider or documents[0].provider,
            base_url=request.base_url,
            config=config,
            documents=everything,
            running=running,
            clock=clock,
        )
        _check_writes(request, documents, target, secrets)
        check_reachable(target.base_url)
        desk = _desk(
            request, documents, target, secrets, make_concealer(request.headers, config, secrets=secrets), running
        )
        server = running.enter_context(StateServer(desk, host=request.host, port=request.port))
        ended = running.enter_context(_signalled())
        yield ServedStates(
            url=server.url,
            provider_url="" if target.isolated is None else target.base_url,
            notes=(*((f"its clock began at {target.clock_text}",) if target.clock_text else ()), *target.notes),
            states=len(_states(documents)),
            pacts=len(documents),
            ended=ended,
        )


def _check_writes(
    request: StatesRequest, documents: Sequence[PactDocument], target: Target, secrets: Mapping[str, str]
) -> None:
    _, host, _, _ = split_base_url(target.base_url)
    for provider in {document.provider for document in documents}:
        check_writes(
            make_plan(documents, provider=provider, selection=Selection(), secrets=secrets),
            host=host,
            started=target.isolated is not None,
            loopback=is_loopback(host),
            allowed=request.allowed_hosts,
            destructive=request.destructive,
        )


def _desk(
    request: StatesRequest,
    documents: Sequence[PactDocument],
    target: Target,
    secrets: Mapping[str, str],
    concealer: Concealer,
    running: ExitStack,
) -> StateDesk:
    rule = HeaderRule.of(documents, concealer.policy)
    calls = ProviderCalls(target.base_url, clock=target.clock, extra_headers=request.headers, rule=rule)
    slots = secret_variables(secrets)
    runner = StateRunner(
        states=_states(documents),
        calls=running.enter_context(calls),
        waiter=SystemWaiter(),
        minter=Minter(now=target.clock.now),
        concealer=concealer,
        seconds=request.seconds,
        scripts=target.isolated,
        secrets=slots,
    )
    interactions = [each for document in documents for each in document.interactions]
    # Without positions in the calls, interactions of several pacts may share one.
    numbered = [replace(each, position=number) for number, each in enumerate(interactions)]
    manual = None if request.state_url is None else ManualStateCalls(request.state_url, seconds=request.seconds)
    return StateDesk(set_ups=runner, manual=manual, interactions=numbered, secrets=slots)


def _states(documents: Sequence[PactDocument]) -> Mapping[str, State]:
    # The key is the hash of the content, so the same key in two pacts is the same state.
    return {key: state for document in documents for key, state in document.states.items()}


@contextmanager
def _signalled() -> Iterator[threading.Event]:
    """Give an event that SIGINT and SIGTERM set; afterwards they do again what they did before."""
    ended = threading.Event()
    before = {number: signal.signal(number, lambda *_: ended.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
