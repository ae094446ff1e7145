"""One step of a set-up: sent once, or repeated until it shows what is awaited; values taken out of its answer."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from treaty.contract.json_value import JsonValue, Number, decimal_of, dumps, is_number
from treaty.verify.calls import Answer, Call, CallFailed
from treaty.verify.concealment import Concealer
from treaty.verify.locations import Location, LocationMissing, read
from treaty.verify.minting import DERIVED, Minter, MintingExhausted
from treaty.verify.ports import Calls, Waiter
from treaty.verify.setup_steps import AwaitStep, CallStep, Mint
from treaty.verify.step_calls import build_call
from treaty.verify.variables import Variables, VariableUnknown, as_text, substitute_json, substitute_text

_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 0.5
_SHOWN: Final = 300


class StepFailed(Exception):
    """A step did not do what it should; the text says why.

    Attributes:
        sent: method and target of what was sent last, secrets concealed; empty when nothing was.
        calls: how many requests were sent.

    """

    def __init__(self, why: str, *, sent: str = "", calls: int = 0) -> None:
        super().__init__(why)
        self.sent = sent
        self.calls = calls


@dataclass(frozen=True, slots=True, kw_only=True)
class Performed:
    """A step that was performed: its answer, how it is shown to people, and how many requests it took."""

    answer: Answer
    shown: str
    sent: str
    calls: int


class StepSender:
    """Performs steps over one connection.

    Args:
        calls: sends requests to the provider.
        waiter: time, for awaits.
        concealer: keeps secrets out of the reasons; shown every answer, so that it knows them later.

    """

    def __init__(self, *, calls: Calls, waiter: Waiter, concealer: Concealer) -> None:
        self._calls: Final = calls
        self._waiter: Final = waiter
        self._concealer: Final = concealer

    def perform(self, step: CallStep | AwaitStep, variables: Variables, *, deadline: float) -> Performed:
        """Send a call once, or an await until it is fulfilled.

        Args:
            step: what to send.
            variables: values of the names in it.
            deadline: in the time of the waiter.

        Raises:
            StepFailed: when a name has no value, no answer comes, or it is not the wanted one.

        """
        try:
            call = replace(build_call(step.request, variables), status=step.status)
        except VariableUnknown as fault:
            raise _unknown(str(fault)) from None
        except ValueError as fault:
            raise StepFailed(str(fault)) from None
        return _Sending(
            call=call, calls=self._calls, waiter=self._waiter, concealer=self._concealer, deadline=deadline
        ).perform(step, variables)

    def note(self, call: Call, answer: Answer) -> Performed:
        """Take a call that was sent elsewhere for a step that was performed."""
        return Performed(
            answer=answer,
            shown=show_answer(self._concealer.answer(answer)),
            sent=f"{call.method} {self._concealer.target(call.target)}",
            calls=0,
        )


class _Sending:
    """The requests of one step."""

    def __init__(self, *, call: Call, calls: Calls, waiter: Waiter, concealer: Concealer, deadline: float) -> None:
        self._call: Final = call
        self._calls: Final = calls
        self._waiter: Final = waiter
        self._concealer: Final = concealer
        self._deadline: Final = deadline
        self._target: Final = f"{call.method} {concealer.target(call.target)}"
        self._count = 0
        self._last = ""

    def perform(self, step: CallStep | AwaitStep, variables: Variables) -> Performed:
        answer = self._once(step) if isinstance(step, CallStep) else self._await(step, variables)
        return Performed(answer=answer, shown=self._last, sent=self._target, calls=self._count)

    def _send(self) -> Answer:
        remaining = self._deadline - self._waiter.now()
        if remaining <= 0:
            raise self._failed("the time for this state is used up")
        self._count += 1
        try:
            answer = self._calls.send(self._call, seconds=remaining)
        except CallFailed as fault:
            raise self._failed(self._concealer.text(str(fault))) from None
        self._last = show_answer(self._concealer.answer(answer))
        return answer

    def _once(self, step: CallStep) -> Answer:
        answer = self._send()
        check_status(step, answer, shown=self._last, sent=self._target, calls=self._count)
        return answer

    def _await(self, step: AwaitStep, variables: Variables) -> Answer:
        until = self._waiter.now() + step.seconds
        pause = _FIRST_PAUSE
        while True:
            answer = self._send()
            unmet = self._unmet(step, answer, variables)
            if not unmet:
                return answer
            if self._waiter.now() + pause > until:
                raise self._failed(f"{unmet} was awaited for {step.seconds:g} s; the last answer was {self._last}")
            self._waiter.wait(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _unmet(self, step: AwaitStep, answer: Answer, variables: Variables) -> str:
        if answer.status != step.status:
            return f"status {step.status}"
        for place, location, wanted in step.until:
            try:
                expected = substitute_json(wanted, variables)
            except VariableUnknown as fault:
                raise _unknown(str(fault)) from None
            try:
                found = read(location, answer)
            except LocationMissing:
                return f"{place} = {dumps(expected)}"
            if not _same(found, expected):
                return f"{place} = {dumps(expected)}"
        return ""

    def _failed(self, why: str) -> StepFailed:
        return StepFailed(why, sent=self._target, calls=self._count)


def check_status(step: CallStep, answer: Answer, *, shown: str, sent: str, calls: int) -> None:
    """Insist on the recorded status.

    Raises:
        StepFailed: when the answer has another.

    """
    if answer.status != step.status:
        why = f"recorded was status {step.status}, but the provider answered {shown}"
        raise StepFailed(why, sent=sent, calls=calls)


def bound_value(name: str, location: Location, performed: Performed) -> JsonValue:
    """Take the value of a name out of the answer of a step.

    Raises:
        StepFailed: when there is none; the count of its requests is left to who counted the step.

    """
    try:
        value = read(location, performed.answer)
    except LocationMissing as fault:
        why = f"${{{name}}} cannot be bound: {fault}; the answer was {performed.shown}"
        raise StepFailed(why, sent=performed.sent) from None
    if value is None:
        why = f"${{{name}}} cannot be bound: the value is null; the answer was {performed.shown}"
        raise StepFailed(why, sent=performed.sent)
    return value


def mint_values(mints: Mapping[str, Mint], minter: Minter, variables: Variables) -> dict[str, JsonValue]:
    """Make new values; those that follow from others last.

    Args:
        mints: what to make, by name.
        minter: makes the values.
        variables: values that were made before.

    Raises:
        StepFailed: when a value cannot be made.

    """
    made: dict[str, JsonValue] = {}
    for name, mint in mints.items():
        if mint.kind == DERIVED:
            continue
        try:
            made[name] = minter.mint(mint.kind, mint.like)
        except MintingExhausted as fault:
            raise StepFailed(f"no new value for ${{{name}}}: {fault}") from None
    for name, mint in mints.items():
        if mint.kind != DERIVED:
            continue
        try:
            text = substitute_text(as_text(mint.like), {**variables, **made})
        except VariableUnknown as fault:
            raise StepFailed(f"${{{name}}} needs ${{{fault}}}, which is not minted") from None
        made[name] = base64.b64encode(text.encode()).decode()
    return made


def show_answer(answer: Answer) -> str:
    """Write an answer in one line; its body was concealed before it is cut, so that no half of a secret is left."""
    text = answer.body.decode("utf-8", "replace")
    return f"{answer.status} {text[:_SHOWN]}{'...' if len(text) > _SHOWN else ''}".rstrip()


def _unknown(name: str) -> StepFailed:
    return StepFailed(f"the step needs ${{{name}}}, which nothing before it makes or binds")


def _same(found: JsonValue, wanted: JsonValue) -> bool:
    if is_number(found) and is_number(wanted):
        assert isinstance(found, (int, Number))
        assert isinstance(wanted, (int, Number))
        return decimal_of(found) == decimal_of(wanted)
    return type(found) is type(wanted) and found == wanted
