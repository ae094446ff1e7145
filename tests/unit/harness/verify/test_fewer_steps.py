from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from tests.unit.harness.normalize.sessions import Session
from treaty.normalize.pipeline import normalize
from treaty.pactfile import canonical_json
from treaty.verify.document import PactDocument, read_document
from treaty.verify.fewer_steps import (
    are_told_apart,
    names_used,
    state_of,
    states_of,
    with_smaller_state,
    without_steps,
)
from treaty.verify.wider_states import widen

EDGE = "web>shop"
READ = "GET /things/{id} -> 200"


def recorded(*puts: str) -> dict[str, Any]:
    """Give the pact of a thing that was made for a new user, changed so often, and read."""
    session = Session()
    session.call(EDGE, "POST /things", {"name": "a lamp"}, 201, {"id": 77})
    for place in puts:
        session.call(EDGE, f"PUT /things/77/{place}", {place: "red"}, 200, {"done": True})
    session.call(EDGE, "GET /things/77", None, 200, {"id": 77})
    (pact,) = normalize(session.exchanges).pacts.values()
    return dict(pact)


def key_of(pact: dict[str, Any]) -> str:
    (found,) = [each for each in pact["interactions"] if each["description"] == READ]
    return state_of(found)


def smaller(pact: dict[str, Any], *dropped: int, phrases: tuple[str, ...] = ()) -> dict[str, Any]:
    key = key_of(pact)
    used = names_used([each for each in pact["interactions"] if state_of(each) == key])
    found = without_steps(key, states_of(pact)[key], dropped, used=used, phrases=phrases)
    return dict(with_smaller_state(pact, key, found))


def read(pact: dict[str, Any]) -> PactDocument:
    return read_document(canonical_json(pact), source="web-shop.json")


def test_a_state_without_a_step_is_the_one_that_is_recorded_without_it() -> None:
    """Its hash, its variables and its steps; only what is left out differs."""
    pact, without = smaller(recorded("size", "colour"), 1), recorded("colour")
    assert key_of(pact) == key_of(without)
    found, wanted = (dict(states_of(each)[key_of(without)]) for each in (pact, without))
    assert found["steps"] == wanted["steps"]
    interactions = [[each for each in one["interactions"] if each["description"] == READ] for one in (pact, without)]
    assert interactions[0][0]["request"] == interactions[1][0]["request"]


def test_a_dropped_step_is_left_out_where_it_was_recorded() -> None:
    """So the upper bound is all that was recorded, in its order."""
    pact = recorded("size", "colour", "place")
    document = read(smaller(pact, 1, 3))
    state = document.states[key_of(smaller(pact, 1, 3))]
    assert [step.description for step in state.steps] == ["POST /things -> 201", "PUT /things/{id}/colour -> 200"]
    whole = widen(state, range(2))
    assert [step.description for step in whole.steps] == [
        step.description for step in read(pact).states[key_of(pact)].steps
    ]


def test_dropping_twice_is_dropping_at_once() -> None:
    pact = recorded("size", "colour", "place")
    pact["interactions"] = [each for each in pact["interactions"] if each["description"] == READ]
    pact["metadata"]["treaty"]["states"] = {key_of(pact): states_of(pact)[key_of(pact)]}
    assert states_of(smaller(smaller(pact, 3), 1)) == states_of(smaller(pact, 1, 3))


def test_all_names_follow_the_new_hash() -> None:
    """In the request, in the steps, and in what is left out."""
    pact = recorded("size", "colour")
    old, new = key_of(pact)[:6], key_of(smaller(pact, 1))[:6]
    text = json.dumps(smaller(pact, 1))
    own = [each for each in smaller(pact, 1)["interactions"] if each["description"] == READ]
    assert f"_{old}" not in text
    assert own[0]["request"]["generators"]["path"]["expression"] == f"/things/${{thing_id_{new}}}"


def test_the_name_says_what_is_left() -> None:
    pact = smaller(recorded("size"), 1, phrases=("a thing exists", "thing size set to red"))
    assert states_of(pact)[key_of(pact)]["name"] == "a thing exists"
    (found,) = [each for each in pact["interactions"] if each["description"] == READ]
    assert found["providerStates"][0]["name"] == "a thing exists"


STATE: dict[str, Any] = {
    "name": "it is there",
    "mint": {"mail_abcdef": {"type": "string", "like": "a@example.com"}},
    "steps": [
        {"call": {"description": "a", "request": {"method": "POST", "path": "/a/${mail_abcdef}"}, "status": 201}},
        {
            "call": {
                "description": "b",
                "request": {"method": "POST", "path": "/b"},
                "status": 201,
                "bind": {"id_abcdef": "body.$.id", "more_abcdef": "body.$.more"},
            }
        },
        {
            "await": {
                "description": "c",
                "request": {"method": "GET", "path": "/c/${more_abcdef}"},
                "status": 200,
                "until": {"body.$.a": 1},
                "seconds": 30,
            }
        },
    ],
    "also": {
        "bind": {"old_abcdef": [0, "body.$.old"]},
        "calls": [
            {
                "before": 1,
                "call": {
                    "description": "d",
                    "request": {"method": "PUT", "path": "/d/${old_abcdef}/${more_abcdef}"},
                    "status": 200,
                },
            }
        ],
    },
}


def test_what_only_dropped_steps_need_goes_with_them() -> None:
    """A minted value goes, a value from a step that stays is noted with its place, one from a dropped step is bound."""
    found = without_steps("abcdef012345", copy.deepcopy(STATE), [0, 2], used={"id_abcdef"})
    end = found.key[:6]
    assert "mint" not in found.document
    assert [list(step["call"]["bind"]) for step in found.document["steps"]] == [[f"id_{end}"]]
    also = found.document["also"]
    assert also["mint"] == {f"mail_{end}": {"type": "string", "like": "a@example.com"}}
    assert also["bind"] == {f"more_{end}": [0, "body.$.more"]}
    assert [(call["before"], call["call"]["description"]) for call in also["calls"]] == [(0, "a"), (0, "d")]
    assert also["calls"][0]["call"]["bind"] == {f"old_{end}": "body.$.old"}


def test_a_state_of_which_nothing_is_left_is_none() -> None:
    state = {"name": "it is there", "steps": [STATE["steps"][1]]}
    assert without_steps("abcdef012345", state, [0], used=()).key == ""


def test_an_interaction_without_steps_begins_in_no_state() -> None:
    state = {"name": "it is there", "steps": [STATE["steps"][1]]}
    pact = {
        "interactions": [
            {"description": "x", "providerStates": [{"name": "it is there", "params": {"treaty": "abcdef012345"}}]}
        ],
        "metadata": {"treaty": {"format": 1, "states": {"abcdef012345": state}}},
    }
    found = with_smaller_state(pact, "abcdef012345", without_steps("abcdef012345", state, [0], used=()))
    assert found == {"interactions": [{"description": "x"}], "metadata": {"treaty": {"format": 1}}}


@pytest.mark.parametrize(("second", "apart"), [("y", True), ("x", False)])
def test_interactions_are_told_apart_by_description_and_state(second: str, apart: bool) -> None:
    assert are_told_apart({"interactions": [{"description": "x"}, {"description": second}]}) is apart
