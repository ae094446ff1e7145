"""Wires the verification engines: ours, and the official one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from treaty.adapters.clock import SystemWaiter
from treaty.adapters.header_command import HeaderCommand
from treaty.adapters.manual_states import ManualStateCalls
from treaty.adapters.message_calls import split_message_url
from treaty.adapters.provider_calls import ProviderCalls
from treaty.errors import UsageError
from treaty.verify.concealment import Concealer
from treaty.verify.document import PactDocument
from treaty.verify.engine import TreatyEngine
from treaty.verify.given_headers import HeaderRule
from treaty.verify.message_asking import MessageLine
from treaty.verify.minting import Minter
from treaty.verify.ports import Calls, Engine, Scripts
from treaty.verify.provider_clock import ProviderClock
from treaty.verify.state_desk import ManualStates, SetsUp
from treaty.verify.states import StateRunner
from treaty.verify.variables import secret_variables

OFFICIAL: Final = "official"
ENGINES: Final = ("treaty", OFFICIAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """What an engine has to know.

    Attributes:
        engine: one of `ENGINES`.
        base_url: where the provider answers.
        concealer: keeps secrets out of what is shown.
        state_url: the user's own handler of manual states.
        message_url: where messages are asked for; None means at the root of the provider.
        headers: given for every request.
        rule: tells which requests a given header belongs to.
        scripts: tells the stand-ins of the provider what to answer, when it was started alone.
        seconds: the bound for one request, and for the calls of one state.
        workers: how many interactions are verified at once; the official engine has always one.
        clock: of the provider.
        header_command: computes headers for each request; the official engine knows no such thing.
        secrets: values of secret slots.
        renew: empties the provider before each set-up.

    """

    engine: str
    base_url: str
    concealer: Concealer
    state_url: str | None = None
    message_url: str | None = None
    headers: Sequence[tuple[str, str]] = ()
    rule: HeaderRule = field(default_factory=HeaderRule)
    scripts: Scripts | None = None
    seconds: float = 10.0
    workers: int = 1
    clock: ProviderClock = field(default_factory=ProviderClock)
    header_command: HeaderCommand | None = None
    secrets: Mapping[str, str] = field(default_factory=dict)
    renew: Callable[[], None] | None = None


def check_engine(engine: str, *, workers: int) -> None:
    """Insist that what an engine needs is installed, and that it can do what is asked.

    Raises:
        ExtraMissing: when it is not installed.
        UsageError: when it has no workers.

    """
    if engine == OFFICIAL:
        if workers > 1:
            raise UsageError(
                "the official engine has one worker only",
                where="--workers",
                why="it verifies one interaction after the other",
                hint="--engine treaty takes several at once",
            )
        from treaty.adapters.official_engine import check_installed  # noqa: PLC0415 - only this engine needs it

        check_installed()


def make_engine(settings: EngineSettings, running: ExitStack) -> Engine:
    """Build the engine; its connections end with `running`."""
    minter, waiter = Minter(now=settings.clock.now), SystemWaiter()
    secrets = secret_variables(settings.secrets)
    manual: ManualStates | None = None
    if settings.state_url is not None:
        manual = ManualStateCalls(settings.state_url, seconds=settings.seconds)

    def connect() -> ProviderCalls:
        return _connection(settings, settings.base_url, settings.clock)

    def set_ups(document: PactDocument, calls: Calls) -> SetsUp:
        return StateRunner(
            states=document.states,
            calls=calls,
            waiter=waiter,
            minter=minter,
            concealer=settings.concealer,
            seconds=settings.seconds,
            scripts=settings.scripts,
            secrets=secrets,
        )

    if settings.engine == OFFICIAL:
        return _official(settings, manual, running.enter_context(connect()), set_ups)
    return TreatyEngine(
        connect=connect,
        set_ups=set_ups,
        waiter=waiter,
        minter=minter,
        concealer=settings.concealer,
        base_url=settings.base_url,
        manual=manual,
        seconds=settings.seconds,
        workers=settings.workers,
        clock=settings.clock,
        secrets=secrets,
        renew=settings.renew,
        messages=_message_line(settings),
        scripts=settings.scripts,
    )


def _connection(settings: EngineSettings, base_url: str, clock: ProviderClock) -> ProviderCalls:
    return ProviderCalls(
        base_url,
        clock=clock,
        extra_headers=settings.headers,
        command=settings.header_command,
        rule=settings.rule,
    )


def _message_line(settings: EngineSettings) -> MessageLine | None:
    if settings.message_url is None:
        return None
    host, target = split_message_url(settings.message_url)
    # The handler may run on another machine, whose time is not the provider's.
    return MessageLine(connect=lambda: _connection(settings, host, ProviderClock()), base_url=host, target=target)


def _official(
    settings: EngineSettings,
    manual: ManualStates | None,
    calls: Calls,
    set_ups: Callable[[PactDocument, Calls], SetsUp],
) -> Engine:
    from treaty.adapters.official_engine import OfficialEngine  # noqa: PLC0415 - only this engine needs it

    return OfficialEngine(
        base_url=settings.base_url,
        set_ups=lambda document: set_ups(document, calls),
        manual=manual,
        headers=settings.headers,
        rule=settings.rule,
        seconds=settings.seconds,
        renew=_beginning(settings),
    )


def _beginning(settings: EngineSettings) -> Callable[[], None] | None:
    """Give what is to be done before the states of an interaction."""
    scripts, renew = settings.scripts, settings.renew
    if scripts is None:
        return renew

    def begin() -> None:
        scripts.begin()
        if renew is not None:
            renew()

    return begin
