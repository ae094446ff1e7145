"""Bringing about provider states: making values, replaying steps in order, taking values out of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from treaty.contract.json_value import JsonValue, Number, decimal_of, dumps, is_number
from treaty.errors import StateFailed
from treaty.verify.calls import Answer, Call, CallFailed
from treaty.verify.concealment import Concealer
from treaty.verify.locations import Location, LocationMissing, read
from treaty.verify.minting import Minter, MintingExhausted
from treaty.verify.ports import Calls, Script, Scripts, Waiter
from treaty.verify.setup_steps import AwaitStep, CallStep, ExpectStep, State
from treaty.verify.step_calls import build_call
from treaty.verify.variables import VariableUnknown, substitute_json

_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 0.5
_REPLAYS: Final = "the setup replays recorded calls: does the provider still accept them, and is it the recorded kind?"
_SHOWN: Final = 300


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
    ) -> None:
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
    ) -> None:
        self._scripts: Final = scripts
        self._pending: list[ExpectStep] = []
        self._state: Final = state
        self._calls: Final = calls
        self._waiter: Final = waiter
        self._minter: Final = minter
        self._concealer: Final = concealer
        self._last = ""
        self._deadline: Final = waiter.now() + seconds + state.longest_wait
        self._variables: Final[dict[str, JsonValue]] = {}
        self._sent = 0
        self._where = "minting"

    def run(self) -> SetUp:
        for name, mint in self._state.mint.items():
            try:
                self._variables[name] = self._minter.mint(mint.kind, mint.like)
            except MintingExhausted as fault:
                raise self._failed(f"no new value for ${{{name}}}: {fault}") from None
        self._pending = [step for step in self._state.steps if isinstance(step, ExpectStep)]
        self._instruct()
        for number, step in enumerate(self._state.steps, start=1):
            if isinstance(step, ExpectStep):
                continue
            self._where = f"step {number} of {len(self._state.steps)}: {step.description}"
            call = self._build(step)
            self._where += f"\nsent {call.method} {self._concealer.target(call.target)}"
            answer = self._send_once(step, call) if isinstance(step, CallStep) else self._await(step, call)
            self._bind(step.bind, answer)
            self._instruct()
        if self._pending:
            self._where = f"answer of {self._pending[0].provider}: {self._pending[0].description}"
            raise self._failed("it needs a value that no step makes or binds")
        return SetUp(variables=dict(self._variables), calls=self._sent)

    def _instruct(self) -> None:
        """Tell the stand-ins what to answer, as soon as the values in the requests' paths are known."""
        told: dict[tuple[str, str, str], list[ExpectStep]] = {}
        waiting: list[ExpectStep] = []
        for step in self._pending:
            try:
                call = build_call(step.request, self._variables)
            except VariableUnknown:
                waiting.append(step)
                continue
            told.setdefault((step.provider, call.method, call.target), []).append(step)
        self._pending = waiting
        for (dependency, method, path), steps in told.items():
            self._where = f"answer of {dependency}: {steps[0].description}"
            if self._scripts is None:
                raise self._failed(
                    f"{dependency} must answer in a certain way, and only a stand-in can be told to",
                    hint="leave out --base-url, so that the provider is started alone, as treaty.yaml says",
                )
            scripts = [Script(description=step.description, status=step.status, body=step.body) for step in steps]
            refused = self._scripts.answer(dependency=dependency, method=method, path=path, scripts=scripts)
            if refused:
                raise self._failed(refused, hint=f"record or normalise the pact with {dependency} again")

    def _build(self, step: CallStep | AwaitStep) -> Call:
        try:
            return build_call(step.request, self._variables)
        except VariableUnknown as fault:
            raise self._failed(f"the step needs ${{{fault}}}, which nothing before it makes or binds") from None
        except ValueError as fault:
            raise self._failed(str(fault)) from None

    def _send(self, call: Call) -> Answer:
        remaining = self._deadline - self._waiter.now()
        if remaining <= 0:
            raise self._failed("the time for this state is used up")
        self._sent += 1
        try:
            answer = self._calls.send(call, seconds=remaining)
        except CallFailed as fault:
            raise self._failed(self._concealer.text(str(fault))) from None
        self._last = _shown(self._concealer.answer(answer))
        return answer

    def _send_once(self, step: CallStep, call: Call) -> Answer:
        answer = self._send(call)
        if answer.status != step.status:
            raise self._failed(f"recorded was status {step.status}, but the provider answered {self._last}")
        return answer

    def _await(self, step: AwaitStep, call: Call) -> Answer:
        until = self._waiter.now() + step.seconds
        pause = _FIRST_PAUSE
        while True:
            answer = self._send(call)
            unmet = self._unmet(step, answer)
            if not unmet:
                return answer
            if self._waiter.now() + pause > until:
                raise self._failed(f"{unmet} was awaited for {step.seconds:g} s; the last answer was {self._last}")
            self._waiter.wait(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _unmet(self, step: AwaitStep, answer: Answer) -> str:
        if answer.status != step.status:
            return f"status {step.status}"
        for place, location, wanted in step.until:
            try:
                expected = substitute_json(wanted, self._variables)
            except VariableUnknown as fault:
                raise self._failed(f"the step needs ${{{fault}}}, which nothing before it makes or binds") from None
            try:
                found = read(location, answer)
            except LocationMissing:
                return f"{place} = {dumps(expected)}"
            if not _same(found, expected):
                return f"{place} = {dumps(expected)}"
        return ""

    def _bind(self, bind: Mapping[str, Location], answer: Answer) -> None:
        for name, location in bind.items():
            try:
                value = read(location, answer)
            except LocationMissing as fault:
                raise self._failed(f"${{{name}}} cannot be bound: {fault}; the answer was {self._last}") from None
            if value is None:
                raise self._failed(f"${{{name}}} cannot be bound: the value is null; the answer was {self._last}")
            self._variables[name] = value

    def _failed(self, why: str, *, hint: str = _REPLAYS) -> StateFailed:
        return StateFailed(f"the state {self._state.name!r} could not be set up", where=self._where, why=why, hint=hint)


def _same(found: JsonValue, wanted: JsonValue) -> bool:
    if is_number(found) and is_number(wanted):
        assert isinstance(found, (int, Number))
        assert isinstance(wanted, (int, Number))
        return decimal_of(found) == decimal_of(wanted)
    return type(found) is type(wanted) and found == wanted


def _shown(answer: Answer) -> str:
    """Write an answer in one line; the body was concealed before it is cut, so that no half of a secret is left."""
    text = answer.body.decode("utf-8", "replace")
    return f"{answer.status} {text[:_SHOWN]}{'...' if len(text) > _SHOWN else ''}".rstrip()
