"""How values may be spelt and called elsewhere."""

from __future__ import annotations

import pytest

from treaty.contract.json_value import JsonValue
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import Name
from treaty.normalize.spellings import names, spellings


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
