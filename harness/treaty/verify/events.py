"""What happens during a verification, one value a happening; every output is a handler of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from treaty.errors import ExitStatus
from treaty.verify.document import PactDocument
from treaty.verify.outcome import Outcome, Summary, Unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """Verification begins.

    Attributes:
        provider: whose promises are checked.
        base_url: where it answers.
        engine: who judges.
        started: whether Treaty started the provider itself.
        pacts: the files with at least one selected interaction.
        interactions: how many are selected.
        rounds: how often each of them is judged against the same provider.
        clock: the time that the provider was started at and what sets it, for people; empty when it is ours.
        notes: what people should know about the run, one sentence each.
        documents: the pacts themselves, for reports that say more about an interaction than its outcome does.

    """

    provider: str
    base_url: str
    engine: str
    started: bool
    pacts: tuple[str, ...]
    interactions: int
    rounds: int = 1
    clock: str = ""
    notes: tuple[str, ...] = ()
    documents: tuple[PactDocument, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionJudged:
    """There is a verdict on one more interaction."""

    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestUnanswered:
    """The provider called a dependency in a way that no pact knows."""

    unanswered: Unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """Verification is over; `exit_status` is what the counts mean for the shell."""

    summary: Summary
    exit_status: ExitStatus


Event: TypeAlias = RunStarted | InteractionJudged | RequestUnanswered | RunFinished
