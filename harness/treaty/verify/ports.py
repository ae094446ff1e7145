"""What verification needs from the outside world; adapters and the composition root fill these ports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from treaty.contract.json_value import JsonValue
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One answer that a stand-in must give.

    Attributes:
        description: of the interaction whose answer it is, as the dependency's pact has it.
        status: of that answer.
        body: leaves that tell this answer from others of the same interaction: place and value.

    """

    description: str
    status: int
    body: tuple[tuple[str, JsonValue], ...]


class Scripts(Protocol):
    """Tells stand-ins what to answer for one provider state."""

    def answer(
        self, *, dependency: str, method: str, path: str, scripts: Sequence[Script], shared: bool = False
    ) -> str:
        """Have requests of this method and path answered by these, one after the other; the last one stays.

        Args:
            dependency: whose stand-in is told.
            method: upper case.
            path: without the query.
            scripts: the answers.
            shared: whether other interactions may ask for the same path, because no value in it was made for this one.

        Returns:
            Why that is not possible, or an empty text.

        """

    def begin(self) -> None:
        """Forget what was told about shared paths: another interaction begins.

        Not earlier, since the provider may still be at work for the one before.
        """


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

    def answer(self, *, method: str, path: str, scripts: Sequence[Script], shared: bool = False) -> str:
        """Have requests answered as `Scripts.answer` says."""

    def begin(self) -> None:
        """Forget as `Scripts.begin` says."""


class StandIns(Protocol):
    """Starts stand-ins for what the provider under test calls."""

    def serve(
        self, *, consumer: str, dependency: str, documents: Sequence[PactDocument]
    ) -> AbstractContextManager[StandIn]:
        """Serve what `dependency` promised to `consumer`; with no documents every request is unanswered."""
