from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.unit.harness.verify.tales import call, document, interaction, state
from treaty.errors import CouldNot, EngineFailed, StateFailed, TreatyError
from treaty.verify.document import Interaction, PactDocument
from treaty.verify.outcome import Difference, Outcome, Verdict
from treaty.verify.setup_steps import ExpectStep
from treaty.verify.upper_bound import MOST_TRIED, UpperBound

MADE = call("POST", "/things", bind={"id": "body.$.id"}, status=201)
LOOK = {"await": {"request": {"method": "GET", "path": "/things/${id}"}, "until": {"body.$.a": 1}}}
STARTED_ELSEWHERE = "only a provider that Treaty started"


@dataclass
class Provider:
    """Keeps a promise when certain calls were made since it was fresh; and an engine that asks it.

    Attributes:
        needs: by path of what is asked: the paths that must have been called before.
        called: the paths that were, since it was fresh.
        renewals: how often it was made fresh.

    """

    needs: dict[str, Collection[str]]
    called: list[str] = field(default_factory=list)
    renewals: int = 0
    name: str = "fake"

    def renew(self) -> None:
        self.called.clear()
        self.renewals += 1

    def verify(self, document: PactDocument, interactions: Sequence[Interaction]) -> Iterator[Outcome]:
        for each in interactions:
            steps = [step for key in each.states for step in document.states[str(key.key)].steps]
            self.called += [step.request.path for step in steps if not isinstance(step, ExpectStep)]
            path = each.description.split()[1]
            kept = set(self.needs.get(path, ())) <= set(self.called)
            self.called.append(path)
            yield outcome(document, each.position, Verdict.KEPT if kept else Verdict.BROKEN)


def outcome(
    made: PactDocument,
    position: int,
    verdict: Verdict = Verdict.BROKEN,
    *,
    reason: TreatyError | None = None,
    **more: Any,
) -> Outcome:
    return Outcome(
        pact=made.source,
        consumer=made.consumer,
        provider=made.provider,
        position=position,
        description=made.interactions[position].description,
        states=(),
        verdict=verdict,
        reason=reason,
        differences=()
        if verdict is not Verdict.BROKEN
        else (Difference(location="status", wanted="", got="", message="no"),),
        **more,
    )


def read(path: str, **also: Any) -> dict[str, Any]:
    return interaction("GET", path, {**state(MADE), **({"also": also} if also else {})}, generated=f"{path}/${{id}}")


def put(path: str, *steps: dict[str, Any], method: str = "PUT", **more: Any) -> dict[str, Any]:
    return interaction(method, path, *([state(*steps)] if steps else []), **more)


def bound(made: PactDocument, provider: Provider, *, renew: Callable[[], None] | None = None) -> UpperBound:
    return UpperBound(documents=[made], engine=provider, renew=renew or provider.renew)


def settle(made: PactDocument, provider: Provider, *positions: int) -> list[Outcome]:
    upper = bound(made, provider)
    failed = [outcome(made, position) for position in positions]
    assert all(upper.concerns(each) for each in failed)
    return list(upper.settle(failed))


def where(found: Outcome) -> str:
    assert found.verdict is Verdict.COULD_NOT_TELL
    assert found.reason is not None
    assert found.reason.code == "state-too-small"
    return found.reason.where


@pytest.mark.parametrize("others", [0, 1, 7])
def test_the_one_call_that_is_missing_is_named(others: int) -> None:
    """Among all interactions that write, whatever their number."""
    made = document([read("/things"), put("/settings"), *(put(f"/other{number}") for number in range(others))])
    provider = Provider({"/things": ["/settings"]})
    (found,) = settle(made, provider, 0)
    assert where(found) == "it lacks PUT /settings -> 200 (web -> shop)"
    assert found.differences == ()
    assert found.reason is not None
    assert found.reason.why.endswith("without: no")


def test_a_call_that_the_state_leaves_out_is_preferred() -> None:
    """It is recorded with the values of the state; no other interactions are asked for then."""
    calls = [{"before": 1, **call("POST", "/members/${id}")}, {"before": 1, **call("POST", "/labels/${id}")}]
    made = document([read("/things", calls=calls), put("/settings")])
    (found,) = settle(made, Provider({"/things": ["/labels/${id}"]}), 0)
    assert where(found) == "it lacks POST /labels/${id}"


def test_where_several_calls_are_needed_all_that_may_be_are_named() -> None:
    made = document([read("/things"), put("/a"), put("/b"), put("/c")])
    (found,) = settle(made, Provider({"/things": ["/a", "/c"]}), 0)
    assert where(found).startswith("it lacks at least one of\nPUT /a -> 200")
    assert "/b" in where(found)


def test_what_fails_after_all_of_them_stays_broken() -> None:
    """After two renewals, however many fail."""
    made = document([*(read(f"/things{number}") for number in range(9)), put("/settings")])
    provider = Provider({f"/things{number}": ["/never"] for number in range(9)})
    found = settle(made, provider, *range(9))
    assert [each.verdict for each in found] == [Verdict.BROKEN] * 9
    assert [each.note for each in found] == [""] * 9
    assert found[0].differences
    assert provider.renewals == 1


def test_what_is_kept_on_a_fresh_provider_anyway_stays_broken() -> None:
    """Nothing is missing, but something that was done before is too much; a note says so."""
    made = document([read("/things"), put("/settings")])
    (found,) = settle(made, Provider({}), 0)
    assert found.verdict is Verdict.BROKEN
    assert found.note.startswith("kept on a fresh provider")


def test_a_missing_call_is_looked_for_first_where_others_lacked_it() -> None:
    """Which takes one trial then, and no search; the outcomes of all rounds are the same."""
    made = document([*(read(f"/things{number}") for number in range(6)), *(put(f"/p{number}") for number in range(8))])
    provider = Provider({f"/things{number}": ["/p5"] for number in range(6)})
    found = settle(made, provider, *range(6), 0)
    assert {where(each) for each in found} == {"it lacks PUT /p5 -> 200 (web -> shop)"}
    assert len(found) == 7
    assert provider.renewals <= 1 + 6 * 2 + 7


def test_only_so_many_are_tried() -> None:
    """The others stay as they are, and say so."""
    count = MOST_TRIED + 1
    made = document([*(read(f"/things{number}") for number in range(count)), put("/settings")])
    provider = Provider({f"/things{number}": ["/settings"] for number in range(count)})
    found = settle(made, provider, *range(count))
    assert [each.verdict for each in found] == [Verdict.COULD_NOT_TELL] * MOST_TRIED + [Verdict.BROKEN]
    assert found[-1].note.startswith("not tried after earlier calls: only the first")


def test_a_provider_that_cannot_be_made_fresh_leaves_all_as_it_is() -> None:
    made = document([read("/things"), put("/settings")])

    def fail() -> None:
        raise CouldNot("it does not start")

    (found,) = bound(made, Provider({}), renew=fail).settle([outcome(made, 0)])
    assert (found.verdict, found.note) == (Verdict.BROKEN, "not tried after earlier calls: it does not start")


def test_without_a_fresh_provider_it_is_said_that_nothing_was_tried() -> None:
    made = document([read("/things"), put("/settings")])
    upper = UpperBound(documents=[made], engine=Provider({}), renew=None)
    assert not upper.can_try
    assert STARTED_ELSEWHERE in upper.untried(outcome(made, 0)).note


def test_states_that_fail_are_tried_but_not_those_that_were_waited_for() -> None:
    """What was awaited in vain once would be again, for as long."""
    waiting = interaction("GET", "/late", state(MADE, LOOK), generated="/late/${id}")
    made = document([read("/things"), waiting, put("/settings")])
    upper = bound(made, Provider({}))
    reason = StateFailed("no")
    concerned = [upper.concerns(outcome(made, at, Verdict.COULD_NOT_TELL, reason=reason)) for at in (0, 1)]
    assert concerned == [True, False]
    assert upper.concerns(outcome(made, 1))


@pytest.mark.parametrize(
    "more",
    [
        {"verdict": Verdict.KEPT},
        {"pending": True},
        {"verdict": Verdict.COULD_NOT_TELL, "reason": EngineFailed("no answer")},
    ],
    ids=["kept", "pending", "no answer"],
)
def test_other_outcomes_are_final(more: dict[str, Any]) -> None:
    made = document([read("/things"), put("/settings")])
    assert not bound(made, Provider({})).concerns(outcome(made, 0, **more))


def test_manual_states_and_pacts_without_earlier_calls_have_nothing_to_try() -> None:
    """A handler may do anything, and a call is not missing before itself."""
    manual = {**interaction("GET", "/b"), "providerStates": [{"name": "by hand"}]}
    made = document([manual, put("/settings")])
    assert [bound(made, Provider({})).concerns(outcome(made, at)) for at in (0, 1)] == [False, False]
    refused = document([read("/things"), put("/settings", status=409)])
    assert not bound(refused, Provider({})).concerns(outcome(refused, 0))


def test_deletions_come_before_other_calls() -> None:
    """They would undo what the others do; of like interactions the one with the fewest steps is taken."""
    made = document([read("/things"), put("/settings", MADE), put("/settings"), put("/mode", MADE, method="DELETE")])
    provider = Provider({"/things": ["/never"]})
    settle(made, provider, 0)
    assert provider.called == ["/things", "/mode", "/settings", "/things", "/things"]
