"""Objects whose keys are ids."""

from __future__ import annotations

from treaty.contract.fitted import KEY
from treaty.contract.json_value import JsonValue
from treaty.normalize.id_maps import as_entries, candidates, settle_maps
from treaty.normalize.leaves import json_leaves
from treaty.normalize.names import Name

UUID = "0b54cf04-6d1c-4f8b-9d5e-2f1f2ad1c001"


def test_objects_whose_keys_look_like_ids_are_found() -> None:
    """Wherever they stand; nothing is looked for inside them."""
    value: JsonValue = {
        "stock": {"1": {"2": 3}, "7": 4},
        "names": {"a": 1, "1": 2},
        "rows": [{"by": {UUID: 1}}],
        "none": {},
    }
    assert list(candidates(value, "body.$")) == [("body.$.stock", ["1", "7"]), ("body.$.rows[*].by", [UUID])]


def test_whole_numbers_need_a_kind_of_thing_whose_ids_they_are() -> None:
    """That of the place's own name goes before others; unmistakable ids need none."""
    ids = {"item": frozenset({"1", "7", "8"}), "user": frozenset({"1", "7"})}
    assert settle_maps({"body.$.stock": ["1", "7"]}, ids) == {"body.$.stock": "item"}
    assert settle_maps({"body.$.users": ["1", "7"]}, ids) == {"body.$.users": "user"}
    assert settle_maps({"body.$.histogram": ["1", "2", "3"]}, ids) == {}
    assert settle_maps({"body.$.scores": [UUID]}, {}) == {"body.$.scores": "score"}


def test_an_entry_is_of_the_thing_that_its_key_names() -> None:
    """Its value is looked into as any other."""
    entries = as_entries({"stock": {"7": {"quantity": 3}}}, "body.$", {"body.$.stock": "item"})
    leaves = json_leaves(entries, "body.$", Name(entity="", field=""), "")
    assert [(leaf.location, leaf.value, str(leaf.name)) for leaf in leaves] == [
        ("body.$.stock[0]['#key']", 7, "item_id"),
        ("body.$.stock[0]['#value'].quantity", 3, "item_quantity"),
    ]
    assert as_entries([{"1": 2}], "body.$", {"body.$[*]": "item"}) == [[{"#key": 1, "#value": 2}]]


def test_entries_come_in_the_order_of_their_numbers() -> None:
    """Sorted as texts, 100 comes before 99."""
    entries = as_entries({"100": "b", "99": "a"}, "body.$", {"body.$": "item"})
    assert isinstance(entries, list)
    assert [entry[KEY] for entry in entries if isinstance(entry, dict)] == [99, 100]
