from __future__ import annotations

from tests.unit.harness.strength import pacts
from treaty.strength.change import RULES, Change, Harm, Harmless
from treaty.strength.healthy import healthy_case


def test_for_every_harmful_change_there_is_a_rule_that_catches_it() -> None:
    assert set(RULES) == set(Harm)
    assert all(RULES.values())


def test_names_of_kinds_are_distinct() -> None:
    """Reports and their readers tell them apart by name."""
    names = [kind.value for kind in (*Harm, *Harmless)]
    assert len(set(names)) == len(names)


def test_a_change_knows_whether_it_breaks_a_promise() -> None:
    case = healthy_case(pacts.subject())

    def change(kind: Harm | Harmless) -> Change:
        return Change(kind=kind, location="body", before="", after="", because="", case=case)

    assert change(Harm.DROPPED).is_harmful
    assert not change(Harmless.FIELD).is_harmful
