"""Which of many interactions of one endpoint a request is roughly like."""

from __future__ import annotations

from tests.unit.stubs.examples import candidates, interaction, json_body, matches, received
from treaty_stubs.select.likeness import Likeness


def test_the_fewest_differing_leaves_come_first() -> None:
    """A leaf that must be equal counts more than one that rules leave open; else the default order decides."""
    free = {"matchingRules": {"body": {"$.note": matches("type")}}}
    listed = candidates(
        *(
            interaction(name, method="POST", request={"body": json_body({"sku": sku, "note": note}), **free})
            for name, sku, note in (("a", 1, "x"), ("b", 2, "x"), ("c", 2, "y"), ("d", 3, "y"))
        )
    )
    got = received("POST", body={"sku": 2, "note": "y"})
    assert [each.name for each in Likeness(listed).most_like(got, count=3)] == ["c", "b", "d"]


def test_few_candidates_are_all_given() -> None:
    listed = candidates(interaction("a"), interaction("b"))
    assert Likeness(listed).most_like(received(), count=2) == listed
