"""Answers to a verifier's state calls (`{action, params, state}`): our steps, or the user's own handler, never a 5xx.

The official verifier retries a 5xx for two minutes, so every failure here is a 4xx with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final, Protocol

from treaty.contract.json_value import JsonInvalid, JsonValue, dumps, loads
from treaty.errors import CouldNot, StateFailed
from treaty.verify.document import POSITION_PARAMETER, STATE_PARAMETER, Interaction
from treaty.verify.states import SetUp
from treaty.verify.variables import SLOT_PREFIX, Variables


class SetsUp(Protocol):
    """Brings about one of our states; see `treaty.verify.states.StateRunner`."""

    def set_up(self, key: str, name: str) -> SetUp:
        """Bring it about, or raise StateFailed."""


class ManualStates(Protocol):
    """The user's own state handler."""

    def change(self, request: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        """Pass a state call on and give the values it returns, or raise StateFailed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskAnswer:
    """Status and JSON body for the verifier."""

    status: int
    body: JsonValue


class StateDesk:
    """Answers state calls for the interactions of one or more pacts, and remembers what happened.

    Args:
        set_ups: brings about our states.
        manual: the user's own handler, if any.
        interactions: whose needed names must all be bound; those with a position in the call's parameters by that
            position, else by the hash of the state.
        renew: empties the provider, before the first state of each interaction that has a position.
        secrets: the variables of secret slots, for verifiers that are not ours: those that an interaction needs are
            among the values of its states.

    """

    def __init__(
        self,
        *,
        set_ups: SetsUp,
        manual: ManualStates | None,
        interactions: Sequence[Interaction],
        renew: Callable[[], None] | None = None,
        secrets: Variables | None = None,
    ) -> None:
        self._renew: Final = renew
        self._secrets: Final = secrets or {}
        self._set_ups: Final = set_ups
        self._manual: Final = manual
        self._by_position: Final = {each.position: each for each in interactions}
        self._interactions: Final = tuple(interactions)
        self._bound: Final[dict[int, set[str]]] = {}
        self._done: Final[dict[int, int]] = {}
        self._failures: Final[dict[int, StateFailed]] = {}
        self._calls: Final[dict[int, int]] = {}
        self._lock: Final = Lock()

    def failure(self, position: int) -> StateFailed | None:
        """Give what kept the states of an interaction from being set up."""
        return self._failures.get(position)

    def prepared(self, interaction: Interaction) -> bool:
        """Tell whether every state of an interaction was set up."""
        return self._done.get(interaction.position, 0) >= len(interaction.states)

    def setup_calls(self, position: int) -> int:
        """Give how many requests the states of an interaction took."""
        return self._calls.get(position, 0)

    def answer(self, data: bytes) -> DeskAnswer:
        """Answer one state call, given its JSON body."""
        try:
            request = loads(data)
        except JsonInvalid as fault:
            return DeskAnswer(status=400, body={"error": f"a state call has a JSON body: {fault}"})
        if not isinstance(request, Mapping) or not isinstance(request.get("state"), str):
            return DeskAnswer(
                status=400, body={"error": "a state call is an object with the keys action, params, state"}
            )
        parameters = request.get("params")
        params = dict(parameters) if isinstance(parameters, Mapping) else {}
        mark = params.pop(POSITION_PARAMETER, None)
        position = mark if isinstance(mark, int) else None
        with self._lock:
            return self._answer({**request, "params": params}, params, position)

    def _answer(
        self, request: Mapping[str, JsonValue], params: Mapping[str, JsonValue], position: int | None
    ) -> DeskAnswer:
        try:
            values = self._change(request, params, position)
        except StateFailed as failure:
            if position is not None:
                self._failures.setdefault(position, failure)
            reason = {"error": failure.what, "code": failure.code, "where": failure.where}
            return DeskAnswer(status=422, body={**reason, "why": failure.why, "hint": failure.hint})
        return DeskAnswer(status=200, body=values)

    def _change(
        self, request: Mapping[str, JsonValue], params: Mapping[str, JsonValue], position: int | None
    ) -> Mapping[str, JsonValue]:
        name = str(request["state"])
        key = params.get(STATE_PARAMETER)
        teardown = request.get("action") == "teardown"
        if not teardown:
            self._renew_for(position)
        if not isinstance(key, str):
            if self._manual is None and not name:
                return {}
            if self._manual is None:
                raise manual_state_without_handler(name)
            values = self._manual.change(request)
            if not teardown and name:
                self._note(position, values, 0)
            return values
        if teardown:
            return {}
        done = self._set_ups.set_up(key, name)
        if position is None:
            self._check_key(key, name, done.variables)
        self._note(position, done.variables, done.calls)
        return {**self._secrets_for(key), **done.variables}

    def _renew_for(self, position: int | None) -> None:
        if self._renew is None or position is None or self._done.get(position, 0):
            return
        try:
            self._renew()
        except CouldNot as fault:
            raise renewal_failed(fault) from None

    def _secrets_for(self, key: str) -> Variables:
        if not self._secrets:
            return {}
        needing = (each for each in self._interactions if any(state.key == key for state in each.states))
        needed = {f"{SLOT_PREFIX}{slot}" for each in needing for slot in each.slots}
        return {name: value for name, value in self._secrets.items() if name in needed}

    def _note(self, position: int | None, values: Mapping[str, JsonValue], calls: int) -> None:
        if position is None:
            return
        self._calls[position] = self._calls.get(position, 0) + calls
        self._done[position] = self._done.get(position, 0) + 1
        bound = self._bound.setdefault(position, set())
        bound.update(values)
        interaction = self._by_position.get(position)
        if interaction is not None and self.prepared(interaction):
            check_needed(interaction, bound)

    def _check_key(self, key: str, name: str, values: Mapping[str, JsonValue]) -> None:
        """Without a position only interactions that have no other state can be checked."""
        for interaction in self._interactions:
            if [state.key for state in interaction.states] == [key]:
                check_needed(interaction, set(values), state=name)


def check_needed(interaction: Interaction, bound: Collection[str], *, state: str = "") -> None:
    """Insist that every name which the request of an interaction takes from its states has a value.

    Args:
        interaction: with the names it needs.
        bound: the names that have a value.
        state: the name of the state for the error; all states of the interaction when empty.

    Raises:
        StateFailed: with the names that have none.

    """
    missing = interaction.needed.difference(bound)
    if not missing:
        return
    names = ", ".join(f"${{{name}}}" for name in sorted(missing))
    shown = state or " and ".join(reference.name for reference in interaction.states)
    raise StateFailed(
        f"the state {shown!r} does not yield what the request needs",
        where=interaction.description,
        why=f"no value for {names}; the recorded example would have been sent instead",
        hint="the handler of a manual state returns these names as JSON",
    )


def renewal_failed(fault: CouldNot) -> StateFailed:
    """Build the error for an interaction before which the provider could not be emptied."""
    return StateFailed("the provider could not be reset", where=fault.where, why=f"{fault.what}\n{fault.why}".strip())


def manual_state_without_handler(name: str) -> StateFailed:
    """Build the error for a state that has no steps of ours, and no handler either."""
    return StateFailed(
        f"nothing sets up the manual state {name!r}",
        where="the pact has no steps for it",
        why="it was written by hand, or by another tool",
        hint="write a handler: answer POST "
        + dumps({"action": "setup", "params": {}, "state": name})
        + " with 2xx and pass its address with --state-url",
    )
