"""The interactions that one stub can answer with, in the order in which they are preferred when all else is equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from treaty.contract.json_value import JsonValue, dumps
from treaty.contract.model import HttpInteraction, Pact, ProviderState

Order: TypeAlias = tuple[bool, int, int, str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One interaction over HTTP with what selection needs to know of its pact.

    Attributes:
        number: position among the candidates, from 0.
        consumer, provider: of the pact.
        interaction: the promise.
        steps: how many set-up calls its provider states replay; a state that we cannot replay counts as one.
        table: the set-up calls of the states of its pact, by the identity of the state.

    """

    number: int
    consumer: str
    provider: str
    interaction: HttpInteraction
    steps: int
    table: Mapping[str, JsonValue] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        """What people call it: its description."""
        return self.interaction.description

    @property
    def state(self) -> str:
        """The names of its provider states, joined by a comma; empty when it needs none."""
        return ", ".join(state.name for state in self.interaction.states)

    @property
    def place(self) -> tuple[int, int]:
        """What the default choice looks at: the status and the number of set-up calls."""
        return (self.interaction.response.status, self.steps)

    @property
    def order(self) -> Order:
        """The default order: earliest success first, then what identifies it (DESIGN 4.7)."""
        status = self.interaction.response.status
        states = dumps([{"name": state.name, "params": state.params} for state in self.interaction.states])
        return (
            not 200 <= status < 300,
            status,
            self.steps,
            self.consumer,
            self.interaction.description,
            states,
            self.interaction.key,
        )


def gather_candidates(pacts: Iterable[Pact], *, provider: str | None = None) -> tuple[Candidate, ...]:
    """Take the interactions over HTTP out of pacts, in their default order.

    Args:
        pacts: of any providers.
        provider: the one to stand in for; None takes all.

    """
    found = [
        Candidate(
            number=0,
            consumer=pact.consumer,
            provider=pact.provider,
            interaction=interaction,
            steps=sum(_count_steps(state, _states_of(pact)) for state in interaction.states),
            table=_states_of(pact),
        )
        for pact in pacts
        if provider in {None, pact.provider}
        for interaction in pact.http_interactions()
    ]
    found.sort(key=lambda candidate: candidate.order)
    return tuple(replace(candidate, number=number) for number, candidate in enumerate(found))


def _states_of(pact: Pact) -> Mapping[str, JsonValue]:
    ours = pact.metadata.get("treaty")
    states = ours.get("states") if isinstance(ours, Mapping) else None
    return states if isinstance(states, Mapping) else {}


def _count_steps(state: ProviderState, table: Mapping[str, JsonValue]) -> int:
    identity = state.params.get("treaty")
    known = table.get(identity) if isinstance(identity, str) else None
    steps = known.get("steps") if isinstance(known, Mapping) else None
    return len(steps) if isinstance(steps, (list, tuple)) else 1
