"""What verification needs from the outside world; adapters and the composition root fill these ports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from treaty.verify.calls import Answer, Call
from treaty.verify.document import Interaction, PactDocument
from treaty.verify.outcome import Outcome, Unanswered


class Calls(Protocol):
    """Sends requests to one provider; follows no redirects."""

    def send(self, call: Call, *, seconds: float) -> Answer:
        """Send a request and wait at most `seconds` for the whole answer.

        Raises:
            CallFailed: when there is no complete answer.

        """


class Waiter(Protocol):
    """Time, for waiting with a bound."""

    def now(self) -> float:
        """Seconds of a clock that only goes forward."""

    def wait(self, seconds: float) -> None:
        """Come back after so many seconds."""


class Engine(Protocol):
    """Replays interactions against a provider and judges its answers."""

    @property
    def name(self) -> str:
        """How users call it."""

    def verify(self, document: PactDocument, interactions: Sequence[Interaction]) -> Iterator[Outcome]:
        """Judge the interactions of one pact, in their order; there is exactly one outcome for each.

        Raises:
            EngineFailed: when the engine cannot work at all.

        """


class StandIn(Protocol):
    """One running stand-in for a dependency of the provider under test."""

    @property
    def url(self) -> str:
        """Where the provider under test finds it."""

    def unanswered(self) -> Sequence[Unanswered]:
        """Give the requests that it could not answer from the pacts."""


class StandIns(Protocol):
    """Starts stand-ins for what the provider under test calls."""

    def serve(
        self, *, consumer: str, dependency: str, documents: Sequence[PactDocument]
    ) -> AbstractContextManager[StandIn]:
        """Serve what `dependency` promised to `consumer`; with no documents every request is unanswered."""
