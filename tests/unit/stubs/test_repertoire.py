"""What a stub can answer at one time."""

from __future__ import annotations

from tests.unit.stubs.examples import candidates, interaction, json_body, pact, received
from treaty_stubs.repertoire import Repertoire
from treaty_stubs.select.candidate import gather_candidates


def test_what_is_the_same_is_ready_once() -> None:
    """Answers that nothing changes are made once for all requests that select the same."""
    repertoire = Repertoire(candidates(interaction("a", path="/a", response={"body": json_body(1)})))
    first = repertoire.select(received(target="/a"))
    again = repertoire.select(received(target="/a", headers={"User-Agent": "other"}))
    assert first is not None
    assert again is first
    ready = repertoire.ready(first)
    assert ready is repertoire.ready(first)
    assert ready.constant is not None
    assert ready.constant.head.endswith(b'X-Treaty-Match: a; state=""; why="exact example"\r\n')


def test_interactions_are_known_again_in_another_repertoire() -> None:
    """By consumer, name, states and key, and several alike by their order; what is gone has no number."""
    old = Repertoire(candidates(interaction("a"), interaction("b"), interaction("b", path="/2"), interaction("c")))
    new = Repertoire(candidates(interaction("0"), interaction("b", status=201), interaction("c"), interaction("b")))
    names = [candidate.name for candidate in new.candidates]
    numbers = old.numbers_in(new)
    assert {old.candidates[mine].name: names[theirs] for mine, theirs in numbers.items()} == {"b": "b", "c": "c"}
    assert len(set(numbers.values())) == 3
    assert Repertoire(()).numbers_in(new) == {}


def test_the_nearest_are_found() -> None:
    repertoire = Repertoire(candidates(interaction("a", path="/a"), interaction("b", path="/b/c")))
    assert [near.candidate.name for near in repertoire.nearest(received(target="/b/d"))] == ["b", "a"]


def test_where_other_consumers_recorded_something_else_the_answer_says_so() -> None:
    """It names the consumer whose promise it is, and the others."""
    pacts = [
        pact(
            interaction("a", states=[{"name": "s", "params": {"treaty": who}}], response={"body": json_body(who)}),
            consumer=who,
        )
        for who in ("web", "app")
    ]
    repertoire = Repertoire(gather_candidates(pacts))
    selection = repertoire.select(received())
    assert selection is not None
    told = b'X-Treaty-Match: a; state="s"; why="first consumer"; consumer="app"; other="web"\r\n'
    assert repertoire.ready(selection).match == told
