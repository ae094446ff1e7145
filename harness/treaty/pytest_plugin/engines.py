"""Our engine as one test uses it: states by functions, by their steps, or by a handler elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from treaty.adapters.clock import SystemWaiter
from treaty.adapters.manual_states import ManualStateCalls
from treaty.adapters.message_calls import split_message_url
from treaty.adapters.provider_calls import ProviderCalls
from treaty.contract.json_value import JsonValue
from treaty.pytest_plugin.interaction import State
from treaty.pytest_plugin.marking import Marking
from treaty.pytest_plugin.messages import Handlers, call_state_handler, state_without_function
from treaty.verify.concealment import Concealer
from treaty.verify.document import PactDocument
from treaty.verify.engine import TreatyEngine
from treaty.verify.given_headers import HeaderRule
from treaty.verify.message_asking import MessageLine
from treaty.verify.minting import Minter
from treaty.verify.ports import Calls
from treaty.verify.provider_clock import ProviderClock
from treaty.verify.state_desk import ManualStates, SetsUp
from treaty.verify.states import StateRunner
from treaty.verify.variables import Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Where the provider answers, what time it is there, and what makes new values for it."""

    base_url: str
    clock: ProviderClock
    minter: Minter


def make_engine(
    document: PactDocument,
    *,
    marking: Marking,
    provider: Provider,
    handlers: Handlers,
    concealer: Concealer,
    secrets: Variables,
) -> TreatyEngine:
    """Build the engine for an interaction of a pact.

    Args:
        document: the pact.
        marking: gives headers, bounds, and the handlers elsewhere.
        provider: who is asked.
        handlers: functions of the provider.
        concealer: keeps secrets out of reasons.
        secrets: the variables of secret slots.

    """
    waiter = SystemWaiter()
    rule = HeaderRule.of([document], concealer.policy)
    remote = ManualStateCalls(marking.state_url, seconds=marking.seconds) if marking.state_url else None

    def connect_to(base_url: str, clock: ProviderClock) -> ProviderCalls:
        return ProviderCalls(base_url, clock=clock, extra_headers=tuple(marking.headers.items()), rule=rule)

    def set_ups(document: PactDocument, calls: Calls) -> SetsUp:
        return StateRunner(
            states=document.states,
            calls=calls,
            waiter=waiter,
            minter=provider.minter,
            concealer=concealer,
            seconds=marking.seconds,
            secrets=secrets,
        )

    line: MessageLine | None = None
    if marking.message_url:
        host, target = split_message_url(marking.message_url)
        line = MessageLine(connect=lambda: connect_to(host, ProviderClock()), base_url=host, target=target)
    return TreatyEngine(
        connect=lambda: connect_to(provider.base_url, provider.clock),
        set_ups=set_ups,
        waiter=waiter,
        minter=provider.minter,
        concealer=concealer,
        base_url=provider.base_url,
        manual=PythonStates(handlers, remote),
        clock=provider.clock,
        seconds=marking.seconds,
        secrets=secrets,
        messages=line,
    )


class PythonStates:
    """Manual states brought about by functions here; those without one are left to a handler elsewhere.

    Args:
        handlers: the functions.
        remote: the handler elsewhere, if any.

    """

    def __init__(self, handlers: Handlers, remote: ManualStates | None) -> None:
        self._handlers: Final = handlers
        self._remote: Final = remote

    def change(self, request: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        """Call the function of the state; nothing is torn down here, pytest's fixtures do that."""
        __tracebackhide__ = True
        name = str(request["state"])
        handler = self._handlers.states.get(name)
        if handler is None:
            if self._remote is not None:
                return self._remote.change(request)
            if not name:
                return {}
            raise state_without_function(name, self._handlers)
        if request["action"] != "setup":
            return {}
        params = request["params"]
        return call_state_handler(handler, State(name=name, params=params if isinstance(params, Mapping) else {}))
