from __future__ import annotations

from typing import Any

from tests.integration.verify import contracts
from tests.unit.harness.verify.tales import document, interaction
from treaty.contract.model import HttpInteraction
from treaty.verify.setup_steps import CallStep, parse_states
from treaty.verify.step_form import as_step


def step_of(content: dict[str, Any]) -> CallStep | None:
    contract = document([content]).contract.interactions[0]
    assert isinstance(contract, HttpInteraction)
    return as_step(contract)


def test_the_same_call_has_the_same_form_as_interaction_and_as_step() -> None:
    """Path, query, headers and body, with names where the interaction takes values from its state."""
    content = interaction("POST", "/users/9", generated="/users/${id}", status=201)
    content["request"] |= {
        "query": {"q": ["x"]},
        "headers": contracts.JSON_HEADERS,
        "body": contracts.json_body({"email": "ann@x.org", "age": 7}),
    }
    content["request"]["generators"] |= {
        "query": {"q": contracts.from_state("${word}")},
        "body": {"$.age": contracts.from_state("${age}", "INTEGER"), "$.email": contracts.from_state("${mail}")},
    }
    request = {
        "method": "POST",
        "path": "/users/${id}",
        "query": {"q": ["${word}"]},
        "headers": contracts.JSON_HEADERS,
        "body": contracts.json_body({"email": "${mail}", "age": "${age}"}),
    }
    states: Any = {"k": {"name": "s", "steps": [{"call": {"request": request, "status": 201}}]}}
    (step,) = parse_states({"treaty": {"states": states}}, source="a.json")["k"].steps
    found = step_of(content)
    assert isinstance(step, CallStep)
    assert found is not None
    assert found.request == step.request
    assert found.status == step.status


def test_a_request_that_takes_nothing_from_a_state_is_no_step() -> None:
    assert step_of(interaction("POST", "/users")) is None


def test_a_request_with_other_generated_values_is_no_step() -> None:
    """They are others each time."""
    content = interaction("POST", "/users/9", generated="/users/${id}")
    content["request"]["body"] = contracts.json_body({"key": "x"})
    content["request"]["generators"]["body"] = {"$.key": {"type": "Uuid"}}
    assert step_of(content) is None


def test_a_binary_body_is_no_step() -> None:
    content = interaction("POST", "/users/9", generated="/users/${id}")
    content["request"]["body"] = {"contentType": "application/octet-stream", "encoded": "base64", "content": "//79"}
    assert step_of(content) is None
