"""What a provider's own dependencies answered while it did its work, where that was out of the ordinary (DESIGN 4.5).

A provider is verified alone: stubs answer for its dependencies, as they do by default. When the recorded answer was
another one (the order was cancelled, the payment was refused), the state says so, and the stub is told.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.normalize.observations import Observation
from treaty.normalize.shapes import Shape, shape_of
from treaty.normalize.slices import Step
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow

_Call: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of a dependency that a stand-in must give.

    Attributes:
        observation: the recorded call of the dependency.
        codes: the leaves in which the answer differs from the usual one, by location.

    """

    observation: Observation
    codes: tuple[tuple[str, JsonValue], ...]


@dataclass(slots=True, kw_only=True)
class Dependencies:
    """Finds the unusual answers behind an exchange and its set-up.

    Args:
        observations: in order of their start.
        flow: the tokens.

    """

    observations: Sequence[Observation]
    flow: Flow
    _by_consumer: dict[str, list[Observation]] = field(init=False)
    _starts: dict[str, list[datetime]] = field(init=False)
    _usual: dict[_Call, Observation] = field(init=False)

    def __post_init__(self) -> None:
        self._by_consumer = {}
        self._usual = {}
        for item in self.observations:
            self._by_consumer.setdefault(item.edge.consumer, []).append(item)
            usual = self._usual.get(_call(item))
            if usual is None or (item.status < usual.status and usual.status >= 300):
                self._usual[_call(item)] = item
        self._starts = {name: [item.started for item in items] for name, items in self._by_consumer.items()}

    def unusual(self, target: Observation, steps: Sequence[Step]) -> list[Answer]:
        """Give the answers that stand-ins must be told of, in recorded order.

        For each place (method and path) that answered unusually once, all its answers are given, so that a stand-in
        can follow the recorded sequence.
        """
        found: dict[int, Observation] = {}
        for item in [*(step.observation for step in steps), target]:
            for child in self._during(item.edge.provider, item.started, item.ended):
                if self._about(child, {token for _, token in self.flow.tokens_of(item.number, "")}):
                    found[child.number] = child
        for step in steps:
            if step.until:
                self._while_waiting(step, steps, found)
        ordered = sorted(found.values(), key=lambda item: (item.started, item.number))
        odd = {(item.method, item.path) for item in ordered if self._codes(item) is not None}
        return [
            Answer(observation=item, codes=self._codes(item) or ())
            for item in ordered
            if (item.method, item.path) in odd
        ]

    def _while_waiting(self, step: Step, steps: Sequence[Step], found: dict[int, Observation]) -> None:
        """Add the calls that the provider made by itself between the set-up's calls and the state that is awaited."""
        provider = step.observation.edge.provider
        for origin in steps:
            if origin.until or origin.observation.started > step.observation.started:
                continue
            tokens = {token for _, token in self.flow.tokens_of(origin.observation.number, "")}
            for child in self._during(provider, origin.observation.started, step.observation.ended):
                if self._about(child, tokens):
                    found[child.number] = child

    def _during(self, consumer: str, start: datetime, end: datetime) -> Iterable[Observation]:
        starts = self._starts.get(consumer, [])
        first, last = bisect.bisect_left(starts, start), bisect.bisect_right(starts, end)
        return self._by_consumer.get(consumer, [])[first:last]

    def _about(self, child: Observation, tokens: set[Token]) -> bool:
        """Tell whether a call names only what its cause named, and something that can be told apart at all."""
        named = {token for location, token in self.flow.tokens_of(child.number, "request.path")}
        return bool(named) and named <= tokens and not any(token.absent for token in named)

    def _codes(self, item: Observation) -> tuple[tuple[str, JsonValue], ...] | None:
        """Give what differs from the usual answer; None when nothing does."""
        usual = self._usual[_call(item)]
        ours, theirs = _code_leaves(item), _code_leaves(usual)
        differing = tuple((place, value) for place, value in sorted(ours.items()) if theirs.get(place) != value)
        if item.status == usual.status and not differing:
            return None
        return differing if item.status < 300 else ()


def _call(item: Observation) -> _Call:
    return (item.edge.consumer, item.edge.provider, item.method, str(item.template))


def _code_leaves(item: Observation) -> Mapping[str, JsonValue]:
    return {
        leaf.location: leaf.value
        for leaf in item.response
        if leaf.location.startswith("body.$")
        and leaf.name.field in {"status", "state", "result", "outcome", "active", "enabled", "type", "kind"}
        and (isinstance(leaf.value, bool) or shape_of(leaf.value) is Shape.CODE)
    }
