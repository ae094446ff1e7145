from __future__ import annotations

from fractions import Fraction

import pytest

from treaty.strength.change import Harm
from treaty.strength.score import Survivor, Tally, percent


@pytest.mark.parametrize(
    ("share", "text"),
    [(Fraction(1), "100.0"), (Fraction(9999, 10000), "99.9"), (Fraction(0), "0.0"), (Fraction(2, 3), "66.6")],
)
def test_a_share_is_rounded_down(share: Fraction, text: str) -> None:
    """Only all of it is 100."""
    assert percent(share) == text


def test_tallies_add_up() -> None:
    one = Tally(harmful=3, caught=2, harmless=5, alarms=1, undecided=4)
    assert one + one == Tally(harmful=6, caught=4, harmless=10, alarms=2, undecided=8)
    assert (one + one).score == Fraction(2, 3)


def test_without_harmful_changes_there_is_no_score() -> None:
    assert Tally(harmless=3).score is None


def test_a_survivor_names_the_rule_that_would_catch_it() -> None:
    survivor = Survivor(kind=Harm.FORMAT, location="body.$.id", before="", after="", because="")
    assert survivor.rule == "a regex of the form"
