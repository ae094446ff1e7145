"""What people changed since a pact was generated."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.unit.harness.explain.explained import document_of, orders
from treaty.explain.edits import deleted, edited_places, edited_states, generated_form


def read() -> dict[str, Any]:
    document = document_of(orders())
    found: dict[str, Any] = next(
        each for each in document["interactions"] if each["description"] == "GET /orders/{id} -> 200"
    )
    return found


@pytest.mark.parametrize(
    ("way", "value", "place"),
    [
        (("description",), "a better name", "description"),
        (("pending",), True, "pending"),
        (("response", "status"), 201, "response.status"),
        (("response", "headers", "X-Kind"), ["a"], "response.header.X-Kind"),
        (("response", "matchingRules", "body", "$.id"), {}, "response.body.$.id"),
        (("response", "matchingRules", "header", "Content-Type"), {}, "response.header.Content-Type"),
        (("response", "body", "content", "items"), [{"id": 1}], "response.body.$.items[*].id"),
        (("request", "generators", "path"), {}, "request.path"),
        (("comments", "treaty", "response", "body.$.id"), {"cause": "created"}, "response.body.$.id"),
    ],
)
def test_each_change_is_named_by_its_place(way: tuple[str, ...], value: object, place: str) -> None:
    base, edited = read(), read()
    target: Any = edited
    for key in way[:-1]:
        target = target[key]
    target[way[-1]] = value
    assert list(edited_places(edited, base)) == [place]


def test_what_was_not_touched_has_no_edits() -> None:
    assert edited_places(read(), read()) == {}


def test_the_generated_form_is_found_by_key_whatever_else_was_changed() -> None:
    generated = document_of(orders())
    edited = {**read(), "description": "a better name"}
    found = generated_form(edited, generated)
    assert found is not None
    assert found["description"] == "GET /orders/{id} -> 200"
    assert generated_form({**edited, "key": "another"}, generated) is None
    assert generated_form(edited, None) is None


def test_interactions_of_others_are_found_by_description_and_states() -> None:
    generated = {"interactions": [{"description": "x", "providerStates": [{"name": "s"}]}]}
    assert generated_form({"description": "x", "providerStates": [{"name": "s"}]}, generated) is not None
    assert generated_form({"description": "x"}, generated) is None


def test_what_was_taken_out_by_hand_is_listed() -> None:
    generated = document_of(orders())
    pact = copy.deepcopy(generated)
    taken = pact["interactions"].pop(0)
    assert deleted(pact, generated) == [taken["description"]]
    assert deleted(pact, None) == []


def test_provider_states_that_were_changed_are_told_by_their_hash() -> None:
    generated = document_of(orders())
    pact = copy.deepcopy(generated)
    states = pact["metadata"]["treaty"]["states"]
    key = next(iter(states))
    states[key]["name"] = "a better name"
    states["mine"] = {}
    assert edited_states(pact, generated) == {key, "mine"}
    assert edited_states(generated, generated) == frozenset()
    assert edited_states(pact, None) == frozenset()
