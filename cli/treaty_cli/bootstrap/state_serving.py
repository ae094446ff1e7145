"""Wires `treaty states serve`: the states of several pacts behind one state URL."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from treaty.adapters.clock import SystemWaiter
from treaty.adapters.http_calls import HttpCalls, check_reachable, is_loopback, split_base_url
from treaty.adapters.manual_states import ManualStateCalls
from treaty.adapters.state_server import StateServer
from treaty.errors import NothingVerified
from treaty.verify.minting import Minter
from treaty.verify.plan import Plan, Selection, make_plan
from treaty.verify.setup_steps import State
from treaty.verify.state_desk import StateDesk
from treaty.verify.states import StateRunner
from treaty.verify.writes import check_writes
from treaty_cli.bootstrap.verification import find_configuration, make_concealer, read_documents


@dataclass(frozen=True, slots=True, kw_only=True)
class StatesRequest:
    """What a user asks for; see `treaty_cli.bootstrap.verification.VerificationRequest`."""

    pacts: Sequence[Path]
    base_url: str
    host: str = "127.0.0.1"
    port: int = 0
    state_url: str | None = None
    headers: Sequence[tuple[str, str]] = ()
    allowed_hosts: Sequence[str] = ()
    seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedStates:
    """States that are being served; `ended` is set by SIGINT and SIGTERM."""

    url: str
    states: int
    pacts: int
    ended: threading.Event


@contextmanager
def serve_states(request: StatesRequest) -> Iterator[ServedStates]:
    """Serve the states of all pacts while the context lasts.

    Raises:
        TreatyError: when a pact cannot be read, the provider cannot be reached or may not be written to, or the port
            is taken.

    """
    documents = read_documents(request.pacts, None)
    if not documents:
        raise NothingVerified("there are no pacts to serve states of", where=", ".join(map(str, request.pacts)))
    _, host, _, _ = split_base_url(request.base_url)
    for provider in {document.provider for document in documents}:
        plan: Plan = make_plan(documents, provider=provider, selection=Selection())
        check_writes(plan, host=host, started=False, loopback=is_loopback(host), allowed=request.allowed_hosts)
    check_reachable(request.base_url)
    # The key is the hash of the content, so the same key in two pacts is the same state.
    states: Mapping[str, State] = {key: state for document in documents for key, state in document.states.items()}
    interactions = [each for document in documents for each in document.interactions]
    manual = None if request.state_url is None else ManualStateCalls(request.state_url, seconds=request.seconds)
    with HttpCalls(request.base_url, extra_headers=request.headers) as calls:
        runner = StateRunner(
            states=states,
            calls=calls,
            waiter=SystemWaiter(),
            minter=Minter(),
            concealer=make_concealer(request.headers, find_configuration(None)),
            seconds=request.seconds,
        )
        # Without positions in the calls, interactions of several pacts may share one.
        numbered = [replace(each, position=number) for number, each in enumerate(interactions)]
        desk = StateDesk(set_ups=runner, manual=manual, interactions=numbered)
        with StateServer(desk, host=request.host, port=request.port) as server, _signalled() as ended:
            yield ServedStates(url=server.url, states=len(states), pacts=len(documents), ended=ended)


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
