"""The events of one verification, put together for reports that are written at its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from treaty.errors import TreatyError
from treaty.report.conclusion import conclusion
from treaty.verify.events import Event, InteractionJudged, RequestUnanswered, RunFinished, RunStarted
from treaty.verify.outcome import Outcome, Unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one verification said, as far as it went.

    Attributes:
        start: how it began; None when it did not.
        outcomes: in the order of the report.
        findings: requests of the provider that no pact of a dependency answers.
        end: how it ended; None when it was cut short.
        failure: what kept it from its end, or from beginning; None when nothing did, or a person.

    """

    start: RunStarted | None = None
    outcomes: Sequence[Outcome] = field(default_factory=list)
    findings: Sequence[Unanswered] = field(default_factory=list)
    end: RunFinished | None = None
    failure: TreatyError | None = None

    @property
    def has_ended(self) -> bool:
        """Whether it came to its end."""
        return self.end is not None

    @property
    def headline(self) -> str:
        """Say in one sentence what came out."""
        if self.end is not None:
            return conclusion(self.end.summary, provider=self.provider)
        if self.start is None:
            return "Nothing was verified"
        return f"The verification of {self.provider} was cut short"

    @property
    def provider(self) -> str:
        """Whose promises are checked."""
        return self.start.provider if self.start else "the provider"

    @property
    def planned(self) -> int:
        """How many verdicts there were to be."""
        return self.start.interactions * self.start.rounds if self.start else 0


def run_of(events: Iterable[Event], *, failure: TreatyError | None = None) -> Run:
    """Put the events of a run together; `failure` is what ended it early."""
    start: RunStarted | None = None
    end: RunFinished | None = None
    outcomes: list[Outcome] = []
    findings: list[Unanswered] = []
    for event in events:
        if isinstance(event, RunStarted):
            start = event
        elif isinstance(event, InteractionJudged):
            outcomes.append(event.outcome)
        elif isinstance(event, RequestUnanswered):
            findings.append(event.unanswered)
        else:
            end = event
    return Run(start=start, outcomes=outcomes, findings=findings, end=end, failure=failure)
