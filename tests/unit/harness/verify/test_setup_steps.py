from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.verify import contracts
from treaty.contract.json_value import JsonValue, Number, loads
from treaty.errors import PactUnreadable
from treaty.verify.locations import parse_location
from treaty.verify.setup_steps import AwaitStep, CallStep, parse_states

KEY = "aa"


def metadata(state: dict[str, Any]) -> JsonValue:
    return loads(json.dumps({"treaty": {"format": 1, "states": {KEY: state}}}))


def test_the_table_of_states_becomes_values() -> None:
    """Mints, calls, awaits and what they bind, in order."""
    states = parse_states(loads(json.dumps({"treaty": {"states": contracts.STATES}})), source="a.json")
    paid = states[contracts.PAID]
    sign_up, pay, settled = paid.steps
    assert isinstance(sign_up, CallStep)
    assert isinstance(pay, CallStep)
    assert isinstance(settled, AwaitStep)
    assert sign_up.bind == {"user_id_4f1c": parse_location("body.$.id")}
    assert settled.description == "GET /payments/${payment_id_77aa}"
    assert (settled.status, settled.seconds, settled.until[0][2]) == (200, 5.0, "success")
    assert paid.names == {"email_4f1c", "user_id_4f1c", "payment_id_77aa"}
    assert paid.longest_wait == 5.0


@pytest.mark.parametrize("value", [None, {}, {"pactSpecification": {"version": "4.0"}}])
def test_a_pact_of_others_has_no_states(value: JsonValue) -> None:
    """Without our key there is nothing to read."""
    assert parse_states(value, source="a.json") == {}


def test_an_await_without_status_and_bound_has_the_usual_ones() -> None:
    """200 and half a minute; seconds may have a fraction."""
    request = {"method": "get", "path": "/x"}
    (step,) = parse_states(metadata({"steps": [{"await": {"request": request}}]}), source="a")[KEY].steps
    assert isinstance(step, AwaitStep)
    assert (step.status, step.seconds, step.request.method) == (200, 30.0, "GET")
    table = {"steps": [{"await": {"request": request, "seconds": 0.5}}]}
    (step,) = parse_states(metadata(table), source="a")[KEY].steps
    assert isinstance(step, AwaitStep)
    assert step.seconds == 0.5


@pytest.mark.parametrize(
    ("state", "pointer"),
    [
        ({"mint": {"a": {"type": "colour"}}}, "mint/a/type"),
        ({"mint": []}, "mint"),
        ({"steps": {}}, "steps"),
        ({"also": []}, "also"),
        ({"also": {"calls": [{"before": 1, "call": {}}]}}, "also/calls/0/before"),
        ({"also": {"calls": [{"before": 0}]}}, "also/calls/0/call"),
        ({"also": {"bind": {"a": [0, "body.$.a"]}}}, "also/bind/a"),
        ({"also": {"bind": {"a": ["body.$.a"]}}}, "also/bind/a"),
        ({"also": {"mint": {"a": {"type": "colour"}}}}, "also/mint/a/type"),
        ({"steps": [{"dance": {}}]}, "steps/0"),
        ({"steps": [{"call": {}, "await": {}}]}, "steps/0"),
        ({"steps": [{"call": {"request": {"path": "/x"}, "status": 200}}]}, "steps/0/call/request/method"),
        ({"steps": [{"call": {"request": {"method": "GET", "path": "x"}}}]}, "steps/0/call/request/path"),
        ({"steps": [{"call": {"request": {"method": "GET", "path": "/"}}}]}, "steps/0/call/status"),
        (
            {"steps": [{"call": {"request": {"method": "GET", "path": "/"}, "status": 1, "bind": {"a": "x"}}}]},
            "steps/0/call/bind/a",
        ),
        (
            {"steps": [{"await": {"request": {"method": "GET", "path": "/"}, "seconds": 10_000}}]},
            "steps/0/await/seconds",
        ),
        (
            {"steps": [{"await": {"request": {"method": "GET", "path": "/"}, "seconds": True}}]},
            "steps/0/await/seconds",
        ),
        (
            {"steps": [{"call": {"request": {"method": "GET", "path": "/", "body": {"encoded": "rot13"}}}}]},
            "steps/0/call/request/body/encoded",
        ),
    ],
)
def test_malformed_states_are_named_by_pointer(state: dict[str, Any], pointer: str) -> None:
    """The error leads to the place."""
    with pytest.raises(PactUnreadable) as raised:
        parse_states(metadata(state), source="a.json")
    assert raised.value.where == f"/metadata/treaty/states/{KEY}/{pointer}"


def test_a_format_of_the_future_is_refused() -> None:
    """A newer table is not half understood."""
    with pytest.raises(PactUnreadable, match=r"a\.json"):
        parse_states({"treaty": {"format": 2, "states": {}}}, source="a.json")


def test_numbers_of_examples_keep_their_text() -> None:
    """A minted value is made like the recorded one."""
    states = parse_states(
        {"treaty": {"states": {KEY: {"mint": {"a": {"type": "datetime", "like": Number("1.50")}}}}}}, source="a"
    )
    assert states[KEY].mint["a"].like == Number("1.50")
