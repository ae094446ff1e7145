from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.unit.harness.normalize.sessions import Session
from treaty.normalize.pipeline import normalize
from treaty.pactfile import canonical_json
from treaty.session.exchange import Edge
from treaty.verify.document import Interaction, PactDocument, read_document
from treaty.verify.fewer_steps import state_of, states_of
from treaty.verify.minimising import Trials
from treaty.verify.outcome import Difference, Outcome, Verdict
from treaty.verify.tried_states import Minimised, TriedStates

WEB = Edge(consumer="web", provider="shop")
APP = Edge(consumer="app", provider="shop")
READ = "GET /things/{id} -> 200"
MADE, SIZED, COLOURED = "POST /things -> 201", "PUT /things/{id}/size -> 200", "PUT /things/{id}/colour -> 200"


@dataclass
class Shop:
    """An engine whose provider keeps a promise when certain steps were made.

    Attributes:
        needs: by consumer and description of the interaction: descriptions of steps.

    """

    needs: dict[tuple[str, str], Collection[str]] = field(default_factory=dict)
    name: str = "fake"

    def verify(self, document: PactDocument, interactions: Sequence[Interaction]) -> Iterator[Outcome]:
        for each in interactions:
            steps = {step.description for key in each.states for step in document.states[str(key.key)].steps}
            kept = set(self.needs.get((document.consumer, each.description), ())) <= steps
            yield Outcome(
                pact=document.source,
                consumer=document.consumer,
                provider=document.provider,
                position=each.position,
                description=each.description,
                states=tuple(state.name for state in each.states),
                verdict=Verdict.KEPT if kept else Verdict.BROKEN,
                differences=() if kept else (Difference(location="status", wanted="", got="", message="it is secret"),),
            )


class Turns(Shop):
    """Breaks the promise where all that nobody names is gone at once, as long as nothing else is."""

    def __init__(self) -> None:
        super().__init__()
        self.most = 0

    def verify(self, document: PactDocument, interactions: Sequence[Interaction]) -> Iterator[Outcome]:
        counts = [len(document.states[str(key.key)].steps) for each in interactions for key in each.states]
        is_leap = self.most - min(counts) > 1 and len(interactions) == 1
        self.most = max([self.most, *counts]) if not is_leap else 2
        for outcome in super().verify(document, interactions):
            yield replace(outcome, verdict=Verdict.BROKEN) if is_leap else outcome


def recorded(edge: Edge, *places: str) -> dict[str, Any]:
    session = Session()
    name = f"{edge.consumer}>{edge.provider}"
    session.call(name, "POST /things", {"name": "a lamp"}, 201, {"id": 77})
    for place in places or ("size", "colour"):
        session.call(name, f"PUT /things/77/{place}", {place: "red"}, 200, {"done": True})
    session.call(name, "GET /things/77", None, 200, {"id": 77})
    (pact,) = normalize(session.exchanges).pacts.values()
    return dict(pact)


def tried(shop: Shop, **more: Any) -> tuple[TriedStates, Minimised]:
    """Try the states of what was recorded for the web."""
    made: dict[str, Any] = {"pacts": {WEB: recorded(WEB)}, "others": (), **more}
    states = TriedStates(provider="shop", engine=shop, **made)
    return states, states.run()


def key_of(pact: Any) -> str:
    (found,) = [each for each in pact["interactions"] if each["description"] == READ]
    return state_of(found)


def steps_of(states: TriedStates, edge: Edge = WEB) -> list[str]:
    state = states_of(states.pacts[edge])[key_of(states.pacts[edge])]
    return [step["call"]["description"] for step in state["steps"]]


def test_what_is_dropped_is_told_by_interaction() -> None:
    states, found = tried(Shop({("web", READ): [COLOURED]}))
    assert steps_of(states) == [MADE, COLOURED]
    assert [(each.description, each.calls) for each in found.dropped] == [(READ, (SIZED,)), (COLOURED, (SIZED,))]
    assert (found.trials, found.rest, found.left_alone) == (5, 0, ())


def test_what_is_dropped_in_several_turns_is_told_once() -> None:
    """What is left after the first is the state of another interaction, which needs less."""
    states, found = tried(Shop())
    assert steps_of(states) == [MADE]
    (own,) = [each for each in found.dropped if each.description == READ]
    assert (own.calls, own.indexes, own.state) == ((SIZED, COLOURED), (1, 2), key_of(states.pacts[WEB]))
    states, found = tried(Turns())
    assert steps_of(states) == [MADE]
    (own,) = [each for each in found.dropped if each.description == READ]
    assert (own.calls, own.indexes, own.state) == ((SIZED, COLOURED), (1, 2), key_of(states.pacts[WEB]))


def test_pacts_without_the_state_stay_as_they_are() -> None:
    """Consumers of one provider rarely begin in the same states."""
    other = recorded(APP, "place")
    states, found = tried(
        Shop({("app", READ): [MADE, "PUT /things/{id}/place -> 200"]}), pacts={WEB: recorded(WEB), APP: other}
    )
    assert steps_of(states) == [MADE]
    assert canonical_json(states.pacts[APP]) == canonical_json(other)
    assert {each.edge for each in found.dropped} == {WEB}


def test_what_another_consumer_of_the_state_needs_stays() -> None:
    """Generated now, or lying in the folder."""
    shop = Shop({("app", READ): [SIZED]})
    both, _ = tried(shop, pacts={WEB: recorded(WEB), APP: recorded(APP)})
    assert steps_of(both) == steps_of(both, APP) == [MADE, SIZED]
    lying = read_document(canonical_json(recorded(APP)), source="app-shop.json")
    assert steps_of(tried(shop, others=[lying])[0]) == [MADE, SIZED]


def test_what_is_not_kept_with_all_steps_is_left_alone_and_named() -> None:
    """Nobody could tell what it needs; why it is not kept is told without secrets."""
    states, found = tried(Shop({("web", READ): ["no step"]}), conceal=lambda text: text.replace("secret", "***"))
    assert steps_of(states) == [MADE, SIZED, COLOURED]
    assert [(each.description, each.why) for each in found.left_alone] == [
        (READ, "it is not kept with all steps: it is ***")
    ]


def test_a_state_that_people_changed_is_left_alone() -> None:
    states, found = tried(Shop(), edited={WEB: {key_of(recorded(WEB))}})
    assert steps_of(states) == [MADE, SIZED, COLOURED]
    assert [each.why for each in found.left_alone] == ["its provider state was edited by hand"]


def test_the_rest_is_told_when_there_are_too_many_trials() -> None:
    states, found = tried(Shop(), trials=Trials(most=0))
    assert steps_of(states) == [MADE, SIZED, COLOURED]
    assert (found.trials, found.rest, found.dropped, found.limit) == (0, 2, (), "0 trials")


def test_where_the_work_stands_is_told_before_each_trial() -> None:
    """A trial takes seconds, and a provider as many as there are steps."""
    told: list[str] = []
    tried(Shop({("web", READ): [COLOURED]}), tell=told.append, conceal=lambda text: text.replace("thing", "***"))
    assert told[:2] == [
        "shop: 3 provider states with all steps",
        "shop: trial 1, 2 steps less in 'a *** exists, *** size set to red, *** colour set to red'",
    ]
    assert [line.split(",")[0] for line in told[1:]] == [f"shop: trial {number}" for number in range(1, len(told))]


def test_steps_that_tell_two_interactions_apart_stay() -> None:
    """Without them nobody could say which of the two is meant."""
    pact = recorded(WEB)
    (found,) = [each for each in pact["interactions"] if each["description"] == READ]
    (bare,) = [key for key, state in states_of(pact).items() if len(state["steps"]) == 1]
    name = states_of(pact)[bare]["name"]
    pact["interactions"].append({**found, "key": "b", "providerStates": [{"name": name, "params": {"treaty": bare}}]})
    pact["interactions"][-1]["request"] = {"method": "GET", "path": "/things/1"}
    states, _ = tried(Shop(), pacts={WEB: pact})
    reads = [each for each in states.pacts[WEB]["interactions"] if each["description"] == READ]
    assert len({state_of(each) for each in reads}) == 2
