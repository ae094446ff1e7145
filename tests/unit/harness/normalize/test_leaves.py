"""Bodies, paths and queries taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.harness.normalize.sessions import Raw, content, media_header
from treaty.contract.json_value import JsonValue
from treaty.contract.path import Field, parse_path
from treaty.normalize.leaves import (
    Payload,
    body_leaves,
    decode,
    header,
    is_json,
    key_step,
    path_segments,
    query_leaves,
    wildcard,
)
from treaty.normalize.names import Name


def decoded(value: JsonValue | Raw) -> Payload:
    return decode(content(value), media_header(value))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (Raw(b"", "application/json"), "none"),
        (Raw(b"null", "application/json"), "json"),
        (Raw(b'{"a":1}', "application/problem+json; charset=utf-8"), "json"),
        (Raw(b' {"a":1}', ""), "json"),
        (Raw(b"{bad", "application/json"), "text"),
        (Raw(b"{bad", ""), "text"),
        (Raw(b"\xff{", "application/json"), "binary"),
        (Raw(b"a=1", "application/x-www-form-urlencoded"), "form"),
        (Raw(b"hello", "text/plain"), "text"),
        (Raw(b"hello", ""), "text"),
        (Raw(b"a\0b", "text/plain"), "binary"),
        (Raw(b"abc", "image/png"), "binary"),
        (Raw(b"--x\r\n", "multipart/form-data; boundary=x"), "binary"),
    ],
)
def test_a_body_is_decoded_by_its_media_type_and_stays_text_or_bytes_when_that_lies(body: Raw, kind: str) -> None:
    assert decoded(body).kind == kind
    assert decoded(body).data == body.data


def test_a_form_is_an_object_of_lists() -> None:
    payload = decoded(Raw(b"a=1&b=&a=two+words%21", "application/x-www-form-urlencoded"))
    assert payload.value == {"a": ["1", "two words!"], "b": [""]}


def test_leaves_carry_location_and_name_through_wrappers_lists_and_nested_things() -> None:
    data: JsonValue = {"id": 1, "items": [{"id": 2}, {"sku_id": 3}], "tags": ["x"], "none": [], "owner": {"id": 4}}
    payload = decoded({"data": data})
    assert [(leaf.location, leaf.value, str(leaf.name)) for leaf in body_leaves(payload, "order")] == [
        ("body.$.data.id", 1, "order_id"),
        ("body.$.data.items[0].id", 2, "item_id"),
        ("body.$.data.items[1].sku_id", 3, "sku_id"),
        ("body.$.data.tags[0]", "x", "order_tags"),
        ("body.$.data.owner.id", 4, "owner_id"),
    ]


def test_roots_may_be_lists_or_scalars() -> None:
    assert [leaf.location for leaf in body_leaves(decoded([{"id": 1}]), "order")] == ["body.$[0].id"]
    assert [leaf.location for leaf in body_leaves(decoded(7), "order")] == ["body.$"]
    assert [leaf.location for leaf in body_leaves(decoded(Raw(b"hi", "text/plain")), "order")] == ["body"]
    assert list(body_leaves(decoded(Raw(b"\0", "image/png")), "order")) == []


def test_path_segments_are_decoded_one_by_one() -> None:
    assert path_segments("/a%2Fb/%C3%A4/") == ("a/b", "ä", "")
    assert path_segments("/") == ("",)


def test_parameters_are_numbered_by_name() -> None:
    found = [(leaf.location, leaf.value) for leaf in query_leaves("a=1&b=2&a=3&flag&empty=&filter[x]=4")]
    assert found == [
        ("query.a[0]", "1"),
        ("query.a[1]", "3"),
        ("query.b[0]", "2"),
        ("query.flag[0]", None),
        ("query.empty[0]", ""),
        ("query.filter[x][0]", "4"),
    ]
    assert list(query_leaves(None)) == []


def test_repeated_header_lines_are_one_value() -> None:
    lines = (("X-A", "1"), ("x-a", "2"))
    assert header(lines, "X-a") == "1, 2"
    assert header(lines, "X-B") is None


def test_wildcards_open_indexes_of_bodies_only() -> None:
    assert wildcard("body.$.a[0].b[12]") == "body.$.a[*].b[*]"
    assert wildcard("path[3]") == "path[3]"
    assert wildcard("query.a[0]") == "query.a[0]"
    assert wildcard(r"body.$['a[0]'][1]['it\'s [2]']") == r"body.$['a[0]'][*]['it\'s [2]']"


def test_media_types_built_on_json_are_json() -> None:
    assert is_json("application/vnd.api+json; charset=utf-8")
    assert is_json("Application/JSON")
    assert not is_json("application/jsonp")


def test_a_leafs_name_is_an_entity_and_a_field() -> None:
    (leaf,) = body_leaves(decoded({"userId": 1}), "order")
    assert leaf.name == Name(entity="user", field="id")


@given(st.text())
def test_a_key_step_is_read_back_as_the_key(key: str) -> None:
    assert parse_path("$" + key_step(key)).tokens == (Field(key),)


@given(st.dictionaries(st.text(max_size=3), st.integers() | st.lists(st.integers(), max_size=2), max_size=4))
def test_locations_are_unique(value: dict[str, JsonValue]) -> None:
    locations = [leaf.location for leaf in body_leaves(decoded(value), "")]
    assert len(set(locations)) == len(locations)


def test_a_collection_holds_its_own_things_under_a_key_that_names_none() -> None:
    leaves = list(body_leaves(decoded({"items": [{"id": 1}], "total": 1}), "ticket"))
    assert [(leaf.location, leaf.name) for leaf in leaves] == [
        ("body.$.items[0].id", Name(entity="ticket", field="id")),
        ("body.$.total", Name(entity="ticket", field="total")),
    ]


def test_a_thing_with_an_identity_holds_items_of_their_own() -> None:
    leaves = list(body_leaves(decoded({"id": 7, "items": [{"id": 1}]}), "order"))
    assert [leaf.name for leaf in leaves] == [Name(entity="order", field="id"), Name(entity="item", field="id")]
