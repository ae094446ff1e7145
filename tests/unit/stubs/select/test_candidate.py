"""Candidates: which interactions of which pacts, in which order."""

from __future__ import annotations

from tests.unit.stubs.examples import interaction, pact
from treaty_stubs.select.candidate import gather_candidates


def test_only_the_provider_s_interactions_are_taken() -> None:
    """Pacts of other providers are left aside; those of all consumers are served together."""
    pacts = [
        pact(interaction("a"), consumer="web"),
        pact(interaction("b"), consumer="app"),
        pact(interaction("c"), provider="user"),
    ]
    assert [(each.consumer, each.name) for each in gather_candidates(pacts, provider="order")] == [
        ("app", "b"),
        ("web", "a"),
    ]
    assert len(gather_candidates(pacts)) == 3


def test_success_comes_first_then_status_then_steps_then_names() -> None:
    """The default order, with numbers that follow it."""
    states = {"h": {"name": "s", "steps": [{}, {}]}}
    found = gather_candidates(
        [
            pact(
                interaction("moved", status=301),
                interaction("missing", status=404),
                interaction("created", status=201),
                interaction("late", states=[{"name": "s", "params": {"treaty": "h"}}]),
                interaction("by hand", states=[{"name": "manual"}]),
                interaction("b"),
                interaction("a"),
                states=states,
            )
        ]
    )
    assert [each.name for each in found] == ["a", "b", "by hand", "late", "created", "moved", "missing"]
    assert [each.steps for each in found[:4]] == [0, 0, 1, 2]
    assert [each.number for each in found] == list(range(7))
    assert found[3].state == "s"
