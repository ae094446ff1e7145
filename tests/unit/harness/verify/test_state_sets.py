from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.unit.harness.verify.tales import document, interaction, state
from treaty.contract.json_value import JsonValue
from treaty.contract.model import HttpInteraction
from treaty.errors import StateFailed
from treaty.verify.state_desk import ManualStates
from treaty.verify.state_sets import StateSet
from treaty.verify.states import SetUp


class Ours:
    def set_up(self, key: str, name: str) -> SetUp:
        assert key
        return SetUp(variables={"id": 1, "from": name}, calls=2)


class Handler:
    def __init__(self, *, fails: str = "") -> None:
        self.asked: list[Mapping[str, JsonValue]] = []
        self._fails = fails

    def change(self, request: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        self.asked.append(request)
        if request["action"] == self._fails:
            raise StateFailed(f"{self._fails} failed")
        return {"id": 2}


MANUAL: dict[str, Any] = {"name": "by hand", "params": {"colour": "red"}}


def states_of(content: dict[str, Any], manual: ManualStates | None) -> StateSet:
    made = document([content])
    contract = made.contract.interactions[0]
    assert isinstance(contract, HttpInteraction)
    return StateSet(made.interactions[0], contract, ours=Ours(), manual=manual)


def test_steps_and_handlers_can_be_mixed() -> None:
    """In the order of the file; of two values with one name the later one counts."""
    handler = Handler()
    states = states_of(interaction("GET", "/", state(), providerStates=[MANUAL]), handler)
    assert states.set_up() == {"id": 2, "from": "it exists"}
    assert states.calls == 2
    states.tear_down()
    assert handler.asked == [
        {"action": "setup", "params": {"colour": "red"}, "state": "by hand"},
        {"action": "teardown", "params": {"colour": "red"}, "state": "by hand"},
    ]


def test_a_handler_that_fails_is_not_asked_to_tear_down() -> None:
    handler = Handler(fails="setup")
    states = states_of(interaction("GET", "/", providerStates=[MANUAL]), handler)
    with pytest.raises(StateFailed):
        states.set_up()
    states.tear_down()
    assert len(handler.asked) == 1


def test_all_are_torn_down_though_one_fails() -> None:
    handler = Handler(fails="teardown")
    states = states_of(interaction("GET", "/", providerStates=[MANUAL, {"name": "another"}]), handler)
    states.set_up()
    with pytest.raises(StateFailed):
        states.tear_down()
    assert [each["state"] for each in handler.asked] == ["by hand", "another", "another", "by hand"]


def test_a_manual_state_needs_a_handler_unless_it_has_no_name() -> None:
    with pytest.raises(StateFailed, match="by hand"):
        states_of(interaction("GET", "/", providerStates=[MANUAL]), None).set_up()
    assert states_of(interaction("GET", "/", providerStates=[{"name": ""}]), None).set_up() == {}


def test_every_name_of_the_request_needs_a_value() -> None:
    """Else the example would be sent."""
    states = states_of(interaction("GET", "/1", generated="/${other}", providerStates=[MANUAL]), Handler())
    with pytest.raises(StateFailed) as raised:
        states.set_up()
    assert "${other}" in raised.value.why
