from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.json_value import JsonValue, Number
from treaty.strength import places
from treaty.strength.places import at, location, nodes, renamed, replaced, same, without

DOCUMENT: JsonValue = {"a": [{"b": 1}, {"b": 2}], "odd key": None}
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
DOCUMENTS: st.SearchStrategy[JsonValue] = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=3), below, max_size=3),
    max_leaves=12,
)


def test_a_changed_copy_differs_in_one_place() -> None:
    assert replaced(DOCUMENT, ("a", 1, "b"), "x") == {"a": [{"b": 1}, {"b": "x"}], "odd key": None}
    assert without(DOCUMENT, ("a", 0)) == {"a": [{"b": 2}], "odd key": None}
    assert without(DOCUMENT, ("odd key",)) == {"a": [{"b": 1}, {"b": 2}]}
    assert replaced(DOCUMENT, (), 3) == 3
    assert DOCUMENT == {"a": [{"b": 1}, {"b": 2}], "odd key": None}


def test_a_renamed_key_keeps_its_place() -> None:
    changed = renamed(DOCUMENT, ("a",), "c")
    assert isinstance(changed, dict)
    assert list(changed) == ["c", "odd key"]


def test_places_are_named_as_in_reports() -> None:
    assert location(("a", 1, "b")) == "body.$.a[1].b"
    assert location(("odd key",)) == "body.$['odd key']"
    assert location(()) == "body.$"


@given(DOCUMENTS)
def test_every_node_is_at_its_place(document: JsonValue) -> None:
    """And putting back what is there changes nothing."""
    for path, value in nodes(document, whole=True):
        assert at(document, path) == value
        assert same(replaced(document, path, value), document)


def test_of_long_lists_only_some_members_are_looked_into() -> None:
    """The first and the last, so that a measurement stays linear."""
    document: JsonValue = list(range(100))
    assert [path for path, _ in nodes(document)][1:] == [(0,), (1,), (2,), (3,), (4,), (99,)]
    assert len(list(nodes(document, whole=True))) == 101
    assert places.is_sampled({"a": document})
    assert not places.is_sampled(DOCUMENT)


def test_values_are_the_same_by_meaning() -> None:
    """Numbers count by value, keys have no order, and types are never mixed up."""
    assert same({"a": Number("66.00"), "b": [1]}, {"b": [Number("1.0")], "a": 66})
    assert not same(1, True)
    assert not same("1", 1)
    assert not same([1, 2], [2, 1])
    assert not same({"a": None}, {})
    assert not same([], {})


def test_long_values_are_cut_for_people() -> None:
    assert places.shown("x" * 200).endswith("x…")
    assert places.shown({"a": 1}) == '{"a":1}'


def test_the_field_of_a_member_of_a_list_is_that_of_the_list() -> None:
    assert places.field_of(("items", 0, "sku")) == "sku"
    assert places.field_of(("tags", 0)) == "tags"
    assert places.field_of((0,)) == ""
