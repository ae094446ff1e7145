"""How values may be spelt and called elsewhere."""

from __future__ import annotations

import pytest

from treaty.contract.json_value import JsonValue
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import Name
from treaty.normalize.spellings import names, speaks_for_itself, spellings


def leaf(location: str, value: JsonValue, field: str = "id") -> Leaf:
    return Leaf(location=location, value=value, name=Name(entity="tag", field=field))


@pytest.mark.parametrize(
    ("location", "value", "found"),
    [
        ("path[1]", "7", ("7", 7)),
        ("query.id[0]", "07", ("07",)),
        ("body.$.id", "7", ("7",)),
        ("body.$.next|number[0]", 7, (7, "7")),
    ],
)
def test_outside_bodies_everything_is_text(location: str, value: JsonValue, found: tuple[JsonValue, ...]) -> None:
    assert spellings(leaf(location, value)) == found


def test_a_text_in_a_path_is_a_key_whatever_bodies_call_it_and_the_other_way_round() -> None:
    assert Name(entity="tag", field="slug") in names(leaf("path[1]", "food"))
    assert names(leaf("body.$.name", "food", "name")) == (
        Name(entity="tag", field="name"),
        Name(entity="tag", field="id"),
    )
    assert names(leaf("path[1]", 7)) == (Name(entity="tag", field="id"),)
    assert names(leaf("body.$.colour", "red", "colour")) == (Name(entity="tag", field="colour"),)


def test_forms_that_are_never_the_same_by_chance_speak_for_themselves() -> None:
    assert speaks_for_itself("3f2504e0-4f89-41d3-9a0c-0305e82c3301")
    assert speaks_for_itself("ann@example.com")
    assert not speaks_for_itself("ann")
    assert not speaks_for_itself(7)
