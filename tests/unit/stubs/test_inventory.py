"""What a stub has and how much of it was used."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.stubs.examples import interaction, pact, received
from treaty_stubs.answering import Answering
from treaty_stubs.expectation import read_calls
from treaty_stubs.inventory import identities, view_of
from treaty_stubs.platform import Filter, Platform
from treaty_stubs.select.candidate import gather_candidates


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=6), st.sampled_from(["a", "b", "z"]))
def test_names_are_unique_and_do_not_depend_on_other_interactions(names: list[str], more: str) -> None:
    """Equal interactions are told apart by their order."""
    alone = list(identities(gather_candidates([pact(*map(interaction, names))])))
    assert len(set(alone)) == len(names)
    together = list(identities(gather_candidates([pact(*map(interaction, [*names, more]))])))
    assert set(alone) < set(together)


def test_a_stub_is_seen_with_its_counts() -> None:
    pacts = [
        pact(interaction("one", states=[{"name": "s"}, {"name": "r"}]), interaction("two", path="/2")),
        pact(interaction("three", path="/3"), consumer="app"),
    ]
    stub = Answering(gather_candidates(pacts), provider="order")
    stub(received())
    stub(received(target="/nothing"))
    view = view_of(stub, "http://127.0.0.1:1")
    assert (view.name, view.url, view.consumers) == ("order", "http://127.0.0.1:1", {"app": 1, "web": 2})
    assert (view.served, view.missed, view.ties, view.unused, view.states) == (1, 1, 0, 2, ("r", "s"))


def test_what_was_promised_to_two_consumers_is_used_for_both() -> None:
    """Whatever the descriptions; another answer, or another provider state, is another promise."""
    other_state = interaction("again", path="/1", states=[{"name": "later"}])
    pacts = [
        pact(interaction("one", path="/1"), interaction("two", path="/2"), other_state),
        pact(interaction("first", path="/1"), interaction("two", path="/2", response={"body": "x"}), consumer="app"),
    ]
    platform = Platform([Answering(gather_candidates(pacts), provider="order")])
    platform.stub("order")(received(target="/1"))
    served = {(view.candidate.consumer, view.candidate.name): view.served for view in platform.interactions()}
    assert {name for name, count in served.items() if count} == {("web", "one"), ("app", "first")}
    assert [[each.name for each in view.equals] for view in platform.interactions() if view.equals] == [
        ["one"],
        ["first"],
    ]
    assert platform.providers()[0].unused == 3
    for calls in ("one", "first"):
        assert len(platform.journal(Filter(calls=read_calls(calls)))) == 1
    assert [len(platform.journal(Filter(consumer=name))) for name in ("web", "app", "other")] == [1, 1, 0]
