"""Values that a pact promises beside its example."""

from __future__ import annotations

from typing import Any

from tests.unit.harness.strength import pacts
from tests.unit.harness.strength.pacts import measured
from treaty.contract.json_value import JsonValue
from treaty.contract.model import HttpInteraction
from treaty.strength.closed_values import closed_nulls, with_closed_values


def promised(facts: dict[str, Any], content: object) -> dict[str, Any]:
    written = pacts.interaction(content, rules={"$.items": "type"})
    written["comments"] = {"treaty": {"closed": facts}}
    return written


def contract_of(facts: dict[str, Any]) -> HttpInteraction:
    contract = pacts.document(promised(facts, {"items": []})).contract.interactions[0]
    assert isinstance(contract, HttpInteraction)
    return contract


def test_an_example_gets_the_values_that_it_leaves_out_and_keeps_its_own() -> None:
    """Also in each member of a list; what is no place of a body is passed over."""
    facts = {
        "body.$.next": {"value": None},
        "body.$.total": {"value": 2},
        "body.$.items[*].returned": {"value": None},
        "body.$.items": {"length": 2},
        "no place": {"value": 1},
    }
    example: JsonValue = {"items": [{"id": 1}, {"id": 2, "returned": "yes"}], "total": 9007001}
    contract = contract_of(facts)
    assert with_closed_values(example, contract) == {
        "items": [{"id": 1, "returned": None}, {"id": 2, "returned": "yes"}],
        "total": 9007001,
        "next": None,
    }
    assert closed_nulls(contract) == {"body.$.next", "body.$.items[*].returned"}


def test_a_promise_beside_the_example_is_measured_and_not_refused() -> None:
    """The end of the pages: null on a fresh provider, and any value where others have made more."""
    strength = measured(promised({"body.$.next": {"value": None}}, {"items": []}))
    assert strength.unmeasured == ""
    assert "body.$.next" not in {each.location for each in strength.survivors}
