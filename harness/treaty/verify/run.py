"""Running a plan: events in the order of the report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from treaty.errors import EngineFailed, TreatyError
from treaty.verify.document import Interaction, PactDocument
from treaty.verify.events import Event, InteractionJudged, RequestUnanswered, RunFinished, RunStarted
from treaty.verify.outcome import Outcome, Summary, Unanswered, Verdict
from treaty.verify.plan import PactPlan, Plan
from treaty.verify.ports import Engine
from treaty.verify.sent_request import SentRequest
from treaty.verify.upper_bound import UpperBound


def run_plan(
    plan: Plan,
    *,
    engine: Engine,
    base_url: str,
    started: bool,
    findings: Callable[[], Sequence[Unanswered]] = tuple,
    rounds: int = 1,
    clock: str = "",
    notes: Sequence[str] = (),
    upper_bound: UpperBound | None = None,
    timer: Callable[[], float] = time.perf_counter,
) -> Iterator[Event]:
    """Verify what was planned, one pact after the other.

    Args:
        plan: what to verify.
        engine: who judges.
        base_url: where the provider answers, for the report.
        started: whether Treaty started the provider, for the report.
        findings: gives, after the last interaction, what the provider asked of its dependencies in vain.
        clock: the time that the provider was started at, for the report.
        notes: what people should know, for the report.
        upper_bound: tries what failed once more, after all else; from the first such failure on outcomes wait for it.
        timer: seconds of a clock that only goes forward.
        rounds: how often to do so; from the second round on, the provider holds what the rounds before left behind.

    Yields:
        RunStarted, then in each round one InteractionJudged for each interaction of the plan in its order, then the
        findings, then RunFinished over all rounds.

    """
    begun = timer()
    yield RunStarted(
        provider=plan.provider,
        base_url=base_url,
        engine=engine.name,
        started=started,
        pacts=tuple(pact.document.source for pact in plan.pacts),
        interactions=plan.total,
        rounds=rounds,
        clock=clock,
        notes=tuple(notes),
        documents=tuple(pact.document for pact in plan.pacts),
    )
    summary = Summary()
    last = _Last(upper_bound)
    for outcome in last.pass_on(_judge_all(plan, engine, rounds)):
        summary = summary.plus(outcome)
        yield InteractionJudged(outcome=outcome)
    # What is tried once more may ask dependencies what nobody has recorded.
    unanswered = findings()
    for outcome in last.settle():
        summary = summary.plus(outcome)
        yield InteractionJudged(outcome=outcome)
    for each in unanswered:
        yield RequestUnanswered(unanswered=each)
    # Several workers, and shared set-up, make the sum of what each took another number.
    summary = replace(summary, seconds=timer() - begun)
    yield RunFinished(summary=summary, exit_status=summary.exit_status())


def _judge_all(plan: Plan, engine: Engine, rounds: int) -> Iterator[Outcome]:
    for number in range(1, rounds + 1):
        for pact in plan.pacts:
            for judged in judge_pact(pact, engine):
                yield replace(judged, round=number)


class _Last:
    """Holds outcomes back, from the first one on that may not be the last word."""

    def __init__(self, upper_bound: UpperBound | None) -> None:
        self._upper_bound: Final = upper_bound
        self._held: Final[list[Outcome]] = []
        self._is_told = False

    def pass_on(self, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        """Give those that are final."""
        for outcome in outcomes:
            bound = self._upper_bound
            if bound is None or not (self._held or bound.concerns(outcome)):
                yield outcome
            elif bound.can_try:
                self._held.append(outcome)
            else:
                yield outcome if self._is_told else bound.untried(outcome)
                self._is_told = True

    def settle(self) -> Iterator[Outcome]:
        """Give the others."""
        return self._upper_bound.settle(self._held) if self._upper_bound is not None and self._held else iter(())


def judge_pact(pact: PactPlan, engine: Engine) -> Iterator[Outcome]:
    """Give exactly one outcome for each wanted interaction, whatever the engine says."""
    verdicts: dict[int, Outcome] = {}
    failure: TreatyError = _silent(engine)
    outcomes = engine.verify(pact.document, pact.possible) if pact.possible else iter(())
    hindered = dict(pact.impossible)
    for interaction in pact.interactions:
        position = interaction.position
        if position in hindered:
            yield could_not_tell(pact.document, interaction, hindered[position])
            continue
        try:
            while position not in verdicts and (outcome := next(outcomes, None)) is not None:
                verdicts[outcome.position] = outcome
        except EngineFailed as fault:
            failure = fault
        yield verdicts.pop(position) if position in verdicts else could_not_tell(pact.document, interaction, failure)


def could_not_tell(
    document: PactDocument,
    interaction: Interaction,
    reason: TreatyError,
    *,
    seconds: float = 0.0,
    setup_calls: int = 0,
    request: SentRequest | None = None,
) -> Outcome:
    """Build the outcome of an interaction that nobody could judge."""
    return Outcome(
        pact=document.source,
        consumer=document.consumer,
        provider=document.provider,
        position=interaction.position,
        description=interaction.description,
        states=tuple(state.name for state in interaction.states),
        verdict=Verdict.COULD_NOT_TELL,
        pending=interaction.pending,
        reason=reason,
        seconds=seconds,
        setup_calls=setup_calls,
        request=request,
    )


def _silent(engine: Engine) -> EngineFailed:
    return EngineFailed(
        "the engine said nothing about this interaction",
        why=f"the engine {engine.name!r} ended without a result for it",
    )
