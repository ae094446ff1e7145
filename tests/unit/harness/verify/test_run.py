from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from tests.integration.verify import contracts
from treaty.errors import EngineFailed
from treaty.verify.document import Interaction, PactDocument, read_document
from treaty.verify.events import InteractionJudged, RequestUnanswered, RunFinished, RunStarted
from treaty.verify.outcome import Outcome, Unanswered, Verdict
from treaty.verify.plan import Plan, Selection, make_plan
from treaty.verify.ports import Engine
from treaty.verify.run import could_not_tell, run_plan
from treaty.verify.upper_bound import UpperBound


@dataclass
class HalfEngine:
    """Judges some positions, in reverse order, then perhaps fails."""

    positions: Sequence[int]
    fails: bool = False
    name: str = "half"
    asked: list[int] = field(default_factory=list)

    def verify(self, document: PactDocument, interactions: Sequence[Interaction]) -> Iterator[Outcome]:
        self.asked = [each.position for each in interactions]
        for interaction in reversed(interactions):
            if interaction.position in self.positions:
                yield Outcome(
                    pact=document.source,
                    consumer=document.consumer,
                    provider=document.provider,
                    position=interaction.position,
                    description=interaction.description,
                    states=(),
                    verdict=Verdict.KEPT,
                )
        if self.fails:
            raise EngineFailed("the engine fell over")


def plan() -> Plan:
    unbound = json.loads(json.dumps(contracts.READ_USER))
    unbound["request"]["generators"]["path"]["expression"] = "/users/${nobody}"
    content = contracts.pact([contracts.HEALTH, unbound, contracts.MISSING])
    document = read_document(json.dumps(content).encode(), source="a.json")
    return make_plan([document], provider="shop", selection=Selection())


def test_a_finished_run_tells_the_time_that_passed() -> None:
    """Not the sum of what each interaction took: several workers make it larger."""
    moments = iter([10.0, 12.5])
    *_, end = run_plan(plan(), engine=HalfEngine([0]), base_url="http://x", started=False, timer=lambda: next(moments))
    assert isinstance(end, RunFinished)
    assert end.summary.seconds == 2.5


def verdicts(engine: Engine) -> list[Outcome]:
    events = list(run_plan(plan(), engine=engine, base_url="http://x", started=False))
    assert isinstance(events[0], RunStarted)
    assert isinstance(events[-1], RunFinished)
    judged = [event.outcome for event in events if isinstance(event, InteractionJudged)]
    assert [outcome.position for outcome in judged] == [0, 1, 2]
    assert events[-1].summary.total == 3
    return judged


def test_the_report_has_the_order_of_the_file() -> None:
    """Whatever order the engine has; what cannot be judged is not given to it."""
    engine = HalfEngine(positions=[0, 2])
    assert [outcome.verdict for outcome in verdicts(engine)] == [Verdict.KEPT, Verdict.COULD_NOT_TELL, Verdict.KEPT]
    assert engine.asked == [0, 2]


def test_an_interaction_without_a_result_could_not_be_told() -> None:
    """Silence is never kept."""
    judged = verdicts(HalfEngine(positions=[0]))
    assert judged[2].verdict is Verdict.COULD_NOT_TELL
    assert isinstance(judged[2].reason, EngineFailed)


def test_an_engine_that_fails_leaves_the_rest_of_its_pact_untold() -> None:
    """The reason is the engine's; what it had found out before counts, and the run goes on."""
    judged = verdicts(HalfEngine(positions=[0], fails=True))
    assert [outcome.verdict for outcome in judged] == [Verdict.KEPT, Verdict.COULD_NOT_TELL, Verdict.COULD_NOT_TELL]
    assert judged[2].reason == EngineFailed("the engine fell over")


def test_findings_come_before_the_summary() -> None:
    """They are asked for after the last interaction."""
    finding = Unanswered(consumer="shop", dependency="bank", request="GET /x")
    engine = HalfEngine(positions=[0, 2])

    def findings() -> list[Unanswered]:
        assert engine.asked
        return [finding]

    events = list(run_plan(plan(), engine=engine, base_url="http://x", started=True, findings=findings))
    assert events[-2] == RequestUnanswered(unanswered=finding)


def test_a_plan_can_be_run_in_rounds() -> None:
    """Every round is judged and counted; findings come once, at the end."""
    finding = Unanswered(consumer="shop", dependency="bank", request="GET /x")
    engine = HalfEngine(positions=[0, 2])
    events = list(
        run_plan(plan(), engine=engine, base_url="http://x", started=True, findings=lambda: [finding], rounds=2)
    )
    judged = [event.outcome for event in events if isinstance(event, InteractionJudged)]
    assert [(outcome.round, outcome.position) for outcome in judged] == [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2)]
    start, *_, unanswered, finished = events
    assert isinstance(start, RunStarted)
    assert (start.interactions, start.rounds) == (3, 2)
    assert unanswered == RequestUnanswered(unanswered=finding)
    assert isinstance(finished, RunFinished)
    assert (finished.summary.kept, finished.summary.could_not_tell) == (4, 2)


def test_could_not_tell_keeps_what_is_known() -> None:
    """Names, states and the pending mark."""
    document = plan().pacts[0].document
    outcome = could_not_tell(document, document.interactions[1], EngineFailed("x"), setup_calls=3)
    assert (outcome.description, outcome.states, outcome.setup_calls) == (
        "GET /users/{id} -> 200",
        ("a user exists",),
        3,
    )


@dataclass
class Held(UpperBound):
    """Finds that the interaction at a position is broken for a missing call."""

    position: int
    is_possible: bool = True

    @property
    def can_try(self) -> bool:
        return self.is_possible

    def concerns(self, outcome: Outcome) -> bool:
        return outcome.position == self.position

    def settle(self, outcomes: Sequence[Outcome]) -> Iterator[Outcome]:
        return (replace(outcome, note=f"settled {len(outcomes)}") for outcome in outcomes)

    def untried(self, outcome: Outcome) -> Outcome:
        return replace(outcome, note="not tried")


def notes(upper_bound: UpperBound) -> list[tuple[int, int, str]]:
    found = run_plan(
        plan(), engine=HalfEngine(positions=[0, 2]), base_url="", started=True, rounds=2, upper_bound=upper_bound
    )
    judged = [event.outcome for event in found if isinstance(event, InteractionJudged)]
    return [(outcome.round, outcome.position, outcome.note) for outcome in judged]


def test_what_may_change_waits_for_the_end_of_the_run() -> None:
    """With all that comes after it, so that the order stays; what is kept before it is told at once."""
    assert notes(Held(position=1)) == [
        (1, 0, ""),
        *((1, position, "settled 5") for position in (1, 2)),
        *((2, position, "settled 5") for position in (0, 1, 2)),
    ]
    assert notes(Held(position=7)) == [(number, position, "") for number in (1, 2) for position in (0, 1, 2)]


def test_what_cannot_be_tried_is_told_at_once_and_said_once() -> None:
    told = notes(Held(position=1, is_possible=False))
    assert [note for _, _, note in told] == ["", "not tried", "", "", "", ""]
