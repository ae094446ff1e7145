"""Running a plan: events in the order of the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from treaty.errors import EngineFailed, TreatyError
from treaty.verify.document import Interaction, PactDocument
from treaty.verify.events import Event, InteractionJudged, RequestUnanswered, RunFinished, RunStarted
from treaty.verify.outcome import Outcome, Summary, Unanswered, Verdict
from treaty.verify.plan import PactPlan, Plan
from treaty.verify.ports import Engine
from treaty.verify.sent_request import SentRequest


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
        rounds: how often to do so; from the second round on, the provider holds what the rounds before left behind.

    Yields:
        RunStarted, then in each round one InteractionJudged for each interaction of the plan in its order, then the
        findings, then RunFinished over all rounds.

    """
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
    for number in range(1, rounds + 1):
        for pact in plan.pacts:
            for judged in judge_pact(pact, engine):
                outcome = replace(judged, round=number)
                summary = summary.plus(outcome)
                yield InteractionJudged(outcome=outcome)
    for unanswered in findings():
        yield RequestUnanswered(unanswered=unanswered)
    yield RunFinished(summary=summary, exit_status=summary.exit_status())


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
