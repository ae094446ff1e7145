"""What a test, a message handler or a state handler is told about the interaction that is being verified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A provider state: its name, and its parameters as the pact has them."""

    name: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatyMessage:
    """A message that the provider has to answer.

    Attributes:
        contents: a JSON value, a text, or bytes, by its content type; None when there are none.
        metadata: JSON values by name.
        body: the contents as they would be sent.

    """

    contents: Any
    metadata: Mapping[str, Any] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatyInteraction:
    """One promise of a provider.

    Attributes:
        pact: the file, as it was found.
        consumer: who was promised.
        provider: who promised.
        description: of the interaction.
        states: its provider states, in order.

    """

    pact: str
    consumer: str
    provider: str
    description: str
    states: tuple[State, ...] = ()

    def __str__(self) -> str:
        """Name it as test ids do."""
        given = " and ".join(state.name for state in self.states if state.name)
        return f"{self.consumer}: {self.description}" + (f", given {given}" if given else "")
