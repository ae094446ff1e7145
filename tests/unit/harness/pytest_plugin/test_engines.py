from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from treaty.contract.json_value import JsonValue
from treaty.errors import StateFailed
from treaty.pytest_plugin.engines import PythonStates
from treaty.pytest_plugin.messages import Handlers


class Elsewhere:
    """A handler that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def change(self, request: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        self.asked.append(f"{request['action']} {request['state']}")
        return {"from": "elsewhere"}


def asked(name: str, action: str = "setup", **params: Any) -> dict[str, JsonValue]:
    return {"action": action, "state": name, "params": params}


def test_functions_come_first_and_the_handler_elsewhere_has_the_rest() -> None:
    """A function is not asked to tear down."""
    remote = Elsewhere()
    states = PythonStates(Handlers(messages={}, states={"here": lambda params: {"id": params["id"]}}), remote)
    assert states.change(asked("here", id=4)) == {"id": 4}
    assert states.change(asked("here", "teardown", id=4)) == {}
    assert states.change(asked("there")) == {"from": "elsewhere"}
    assert remote.asked == ["setup there"]


def test_a_state_that_nobody_brings_about_is_named() -> None:
    with pytest.raises(StateFailed, match="'there'"):
        PythonStates(Handlers(messages={}, states={}), None).change(asked("there"))
