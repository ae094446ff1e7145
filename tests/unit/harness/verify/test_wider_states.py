from __future__ import annotations

from typing import Any

import pytest

from tests.unit.harness.verify.tales import call, document, interaction, state
from treaty.verify.setup_steps import CallStep, State
from treaty.verify.wider_states import widen

MADE = call("POST", "/things", bind={"id": "body.$.id"}, status=201)
EXPECT = {"expect": {"provider": "bank", "request": {"method": "GET", "path": "/x"}, "status": 200}}
ALSO: dict[str, Any] = {
    "mint": {"colour": {"type": "string", "like": "red"}},
    "bind": {"number": [1, "body.$.number"]},
    "calls": [
        {"before": 0, **call("PUT", "/settings")},
        {"before": 2, **call("POST", "/members/${number}", bind={"member": "body.$.id"})},
        {"before": 3, **call("PUT", "/members/${member}/${colour}")},
    ],
}


def small(**more: Any) -> State:
    """Give a state of three steps that leaves three calls out."""
    content = {**state(EXPECT, MADE, call("PUT", "/things/${id}")), "also": ALSO, **more}
    (found,) = document([interaction("GET", "/", content)]).states.values()
    return found


def paths(found: State) -> list[str]:
    return [step.request.path for step in found.steps]


def test_without_further_calls_a_state_stays_as_it_is() -> None:
    assert widen(small(), ()) == small()
    (plain,) = document([interaction("GET", "/", state(MADE))]).states.values()
    assert widen(plain, (0,)) == plain


def test_calls_come_where_they_were_recorded() -> None:
    """With what is made for them, and what they take out of the answers of the state's own steps."""
    wide = widen(small(), range(3))
    assert paths(wide) == [
        "/settings",
        "/x",
        "/things",
        "/members/${number}",
        "/things/${id}",
        "/members/${member}/${colour}",
    ]
    assert wide.mint.keys() == {"colour"}
    made = wide.steps[2]
    assert isinstance(made, CallStep)
    assert made.bind.keys() == {"id", "number"}
    assert wide.names == {"colour", "id", "number", "member"}


@pytest.mark.parametrize(
    ("chosen", "added"),
    [((0,), ["/settings"]), ((2,), ["/members/${number}", "/members/${member}/${colour}"])],
)
def test_a_call_brings_those_along_that_give_it_values(chosen: tuple[int, ...], added: list[str]) -> None:
    assert [path for path in paths(widen(small(), chosen)) if path not in paths(small())] == added
