from __future__ import annotations

from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.unit.harness.verify.tales import document, interaction
from treaty.contract.model import HttpInteraction
from treaty.verify.origins import made_here, object_of


def own(notes: Any, *, status: int = 200, generators: dict[str, Any] | None = None) -> set[str]:
    content = interaction("POST", "/things/1", status=status, comments={"treaty": {"response": notes}})
    content["request"]["generators"] = generators or {}
    contract = document([content]).contract.interactions[0]
    assert isinstance(contract, HttpInteraction)
    return set(made_here(contract))


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("body.$.id", "body.$"),
        ("body.$.data[3].id", "body.$.data[*]"),
        ("body.$.data[*].user['odd.key']", "body.$.data[*].user"),
        ("body.$[0]", "body.$"),
        ("header.Date", "header"),
    ],
)
def test_a_leaf_lies_in_an_object(location: str, place: str) -> None:
    assert object_of(location) == place


def test_what_the_set_up_made_is_known_by_its_identity() -> None:
    """A carried value without a name may come from anywhere."""
    notes = {
        "body.$.owner.id": {"cause": "carried", "of": "${user}"},
        "body.$.shop.id": {"cause": "carried"},
        "body.$.shop.since": {"cause": "clock"},
    }
    assert own(notes) == {"body.$.owner"}


def test_an_echo_of_a_generated_value_is_of_this_run() -> None:
    """An echo of a recorded one may be of something older."""
    notes = {
        "body.$.id": {"cause": "echo", "of": "path[1]"},
        "body.$.page.tag": {"cause": "echo", "of": "query.tag[0]"},
        "body.$.user.id": {"cause": "echo", "of": "body.$.user_id"},
        "body.$.key.id": {"cause": "echo", "of": "header.X-Key"},
    }
    generated = contracts.from_state("${id}")
    assert own(notes) == set()
    assert own(notes, generators={"path": generated}) == {"body.$"}
    assert own(notes, generators={"query": {"tag": generated}}) == {"body.$.page"}
    assert own(notes, generators={"body": {"$.user_id": generated}}) == {"body.$.user"}


def test_only_a_creation_brings_new_identities() -> None:
    """A login answers with an account that may be years old."""
    notes = {"body.$.id": {"cause": "created"}}
    assert own(notes, status=201) == {"body.$"}
    assert own(notes, status=200) == set()


@pytest.mark.parametrize("notes", [7, {"body.$.id": 7}, {"body.$.id": {"cause": 7}}, {}])
def test_without_notes_nothing_is_known(notes: Any) -> None:
    assert own(notes) == set()
