"""One run with every kind of outcome, for the tests of the outputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from treaty.errors import StateFailed
from treaty.verify.events import Event, InteractionJudged, RequestUnanswered, RunFinished, RunStarted
from treaty.verify.outcome import Difference, Outcome, Summary, Unanswered, Verdict

REASON = StateFailed("the state 'x' could not be set up", where="step 1 of 1: POST /x", why="409", hint="look")


def outcome(verdict: Verdict, description: str, **more: Any) -> Outcome:
    return Outcome(
        pact=more.pop("pact", "pacts/web-shop.json"),
        consumer="web",
        provider="shop",
        position=0,
        description=description,
        states=more.pop("states", ()),
        verdict=verdict,
        **more,
    )


DIFFERENCE = Difference(
    location="body.$.role", wanted='"member"', got='"guest"', message="Expected 'guest' to be a role", cause="constant"
)
OUTCOMES = (
    outcome(Verdict.KEPT, "GET /a -> 200", setup_calls=2, seconds=0.25),
    outcome(Verdict.BROKEN, "GET /b -> 200", states=("a user exists",), differences=(DIFFERENCE,)),
    outcome(Verdict.COULD_NOT_TELL, "GET /c -> 200", reason=REASON),
    outcome(Verdict.COULD_NOT_TELL, "GET /d -> 200", reason=REASON, pact="pacts/app-shop.json"),
    outcome(Verdict.BROKEN, "GET /e\x1b[31m -> 200", pending=True, pact="pacts/app-shop.json"),
)


def finished(*outcomes: Outcome, findings: Sequence[Unanswered] = ()) -> list[Event]:
    """Give the events of a run that had these outcomes."""
    summary = Summary()
    for each in outcomes:
        summary = summary.plus(each)
    pacts = tuple(dict.fromkeys(each.pact for each in outcomes))
    return [
        RunStarted(
            provider="shop",
            base_url="http://127.0.0.1:1",
            engine="official",
            started=True,
            pacts=pacts,
            interactions=len(outcomes),
        ),
        *(InteractionJudged(outcome=each) for each in outcomes),
        *(RequestUnanswered(unanswered=each) for each in findings),
        RunFinished(summary=summary, exit_status=summary.exit_status()),
    ]


def events() -> list[Event]:
    """Give the events of a run with everything in it."""
    finding = Unanswered(
        consumer="shop", dependency="bank", request="GET /x", nearest="GET /y -> 200", places=("path[0]",)
    )
    return finished(*OUTCOMES, findings=[finding])
