"""Bringing about provider states: making values, replaying steps in order, taking values out of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.errors import StateFailed
from treaty.verify.concealment import Concealer
from treaty.verify.minting import Minter
from treaty.verify.ports import Calls, Script, Scripts, Waiter
from treaty.verify.setup_steps import AwaitStep, CallStep, ExpectStep, State
from treaty.verify.step_calls import build_call
from treaty.verify.stepping import StepFailed, StepSender, bound_value, mint_values
from treaty.verify.variables import Variables, VariableUnknown, names_in_text

REPLAYS: Final = "the setup replays recorded calls: does the provider still accept them, and is it the recorded kind?"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """A state that was brought about: the values of all its variables, and how many requests it took."""

    variables: Mapping[str, JsonValue]
    calls: int


class StateRunner:
    """Brings about states of one provider.

    Args:
        states: the table of the pact.
        calls: sends requests to the provider.
        waiter: time, for awaits.
        minter: makes new values; share one over a process.
        concealer: keeps secrets out of the reasons; shown every answer, so that it knows them later.
        seconds: the bound for all calls of one state; the bounds of its awaits come on top.
        scripts: tells stand-ins for the provider's dependencies what to answer; None when it runs with real ones.
        secrets: the variables of secret slots; they are not among the values of a state.

    """

    def __init__(
        self,
        *,
        states: Mapping[str, State],
        calls: Calls,
        waiter: Waiter,
        minter: Minter,
        concealer: Concealer,
        seconds: float,
        scripts: Scripts | None = None,
        secrets: Variables | None = None,
    ) -> None:
        self._secrets: Final = secrets or {}
        self._scripts: Final = scripts
        self._states: Final = states
        self._calls: Final = calls
        self._waiter: Final = waiter
        self._minter: Final = minter
        self._concealer: Final = concealer
        self._seconds: Final = seconds

    def set_up(self, key: str, name: str) -> SetUp:
        """Bring about one state.

        Args:
            key: the hash of its steps.
            name: as the interaction gives it, for errors.

        Raises:
            StateFailed: with the step, what was sent and what came back.

        """
        state = self._states.get(key)
        if state is None:
            raise StateFailed(
                f"the state {name!r} could not be set up",
                where=f"treaty: {key}",
                why="the pact has no steps under this key in metadata.treaty.states",
                hint="another tool may have dropped the metadata when it wrote the file; record or normalise it again",
            )
        return _Replay(
            state=state,
            calls=self._calls,
            waiter=self._waiter,
            minter=self._minter,
            concealer=self._concealer,
            seconds=self._seconds,
            scripts=self._scripts,
            secrets=self._secrets,
        ).run()


class _Replay:
    """One run of one state's steps."""

    def __init__(
        self,
        *,
        state: State,
        calls: Calls,
        waiter: Waiter,
        minter: Minter,
        concealer: Concealer,
        seconds: float,
        scripts: Scripts | None,
        secrets: Variables,
    ) -> None:
        self._scripts: Final = scripts
        self._pending: list[ExpectStep] = []
        self._state: Final = state
        self._sender: Final = StepSender(calls=calls, waiter=waiter, concealer=concealer)
        self._minter: Final = minter
        self._deadline: Final = waiter.now() + seconds + state.longest_wait
        self._secrets: Final = secrets
        self._variables: Final[dict[str, JsonValue]] = dict(secrets)
        self._sent = 0
        self._where = "minting"

    def run(self) -> SetUp:
        try:
            self._variables.update(mint_values(self._state.mint, self._minter, {}))
        except StepFailed as fault:
            raise self._failed(str(fault)) from None
        self._pending = [step for step in self._state.steps if isinstance(step, ExpectStep)]
        self._instruct()
        for number, step in enumerate(self._state.steps, start=1):
            if isinstance(step, ExpectStep):
                continue
            self._where = f"step {number} of {len(self._state.steps)}: {step.description}"
            self._perform(step)
            self._instruct()
        if self._pending:
            self._where = f"answer of {self._pending[0].provider}: {self._pending[0].description}"
            raise self._failed("it needs a value that no step makes or binds")
        made = {name: value for name, value in self._variables.items() if name not in self._secrets}
        return SetUp(variables=made, calls=self._sent)

    def _perform(self, step: CallStep | AwaitStep) -> None:
        try:
            performed = self._sender.perform(step, self._variables, deadline=self._deadline)
            self._sent += performed.calls
            for name, location in step.bind.items():
                self._variables[name] = bound_value(name, location, performed)
        except StepFailed as fault:
            self._where += f"\nsent {fault.sent}" if fault.sent else ""
            raise self._failed(str(fault)) from None

    def _instruct(self) -> None:
        """Tell the stand-ins what to answer, as soon as the values in the requests' paths are known."""
        told: dict[tuple[str, str, str], list[ExpectStep]] = {}
        waiting: list[ExpectStep] = []
        for step in self._pending:
            try:
                asked = replace(step.request, query={}, headers={}, body=None)
                call = build_call(asked, self._variables)
            except VariableUnknown:
                waiting.append(step)
                continue
            path = call.target.partition("?")[0]
            told.setdefault((step.provider, call.method, path), []).append(step)
        self._pending = waiting
        for (dependency, method, path), steps in told.items():
            self._where = f"answer of {dependency}: {steps[0].description}"
            if self._scripts is None:
                raise self._failed(
                    f"{dependency} must answer in a certain way, and only a stand-in can be told to",
                    hint="leave out --base-url, so that the provider is started alone, as treaty.yaml says",
                )
            scripts = [Script(description=step.description, status=step.status, body=step.body) for step in steps]
            shared = any(not any(names_in_text(step.request.path)) for step in steps)
            refused = self._scripts.answer(
                dependency=dependency, method=method, path=path, scripts=scripts, shared=shared
            )
            if refused:
                raise self._failed(refused, hint=f"record or normalise the pact with {dependency} again")

    def _failed(self, why: str, *, hint: str = REPLAYS) -> StateFailed:
        return StateFailed(f"the state {self._state.name!r} could not be set up", where=self._where, why=why, hint=hint)
