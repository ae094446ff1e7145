"""Bodies decoded and taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.harness.normalize.sessions import Raw, content, media_header
from treaty.contract.json_value import JsonValue
from treaty.normalize.bodies import Payload, body_leaves, decode
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
        (Raw(b'{"a":1}', "application/x-amz-json-1.1"), "json"),
        (Raw(b'{"a":1}', "text/json"), "json"),
        (Raw(b'{"a":1}\n{"a":2}\n', "application/x-ndjson"), "lines"),
        (Raw(b"data: 1\n\n", "text/event-stream"), "lines"),
        (Raw(b"<a/>", "application/soap+xml"), "xml"),
        (Raw(b"<p>one <b>two</b></p>", "text/xml"), "text"),
        (Raw(b"<a/>", "application/xhtml+xml"), "text"),
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


def test_a_collection_holds_its_own_things_under_a_key_that_names_none() -> None:
    leaves = list(body_leaves(decoded({"items": [{"id": 1}], "total": 1}), "ticket"))
    assert [(leaf.location, leaf.name) for leaf in leaves] == [
        ("body.$.items[0].id", Name(entity="ticket", field="id")),
        ("body.$.total", Name(entity="ticket", field="total")),
    ]


def test_a_thing_with_an_identity_holds_items_of_their_own() -> None:
    leaves = list(body_leaves(decoded({"id": 7, "items": [{"id": 1}]}), "order"))
    assert [leaf.name for leaf in leaves] == [Name(entity="order", field="id"), Name(entity="item", field="id")]


def test_a_leafs_name_is_an_entity_and_a_field() -> None:
    (leaf,) = body_leaves(decoded({"userId": 1}), "order")
    assert leaf.name == Name(entity="user", field="id")


@given(st.dictionaries(st.text(max_size=3), st.integers() | st.lists(st.integers(), max_size=2), max_size=4))
def test_locations_are_unique(value: dict[str, JsonValue]) -> None:
    locations = [leaf.location for leaf in body_leaves(decoded(value), "")]
    assert len(set(locations)) == len(locations)
