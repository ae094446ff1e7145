"""Bodies, paths and queries taken apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.json_value import JsonValue
from treaty.contract.path import Field, parse_path
from treaty.normalize.leaves import (
    header,
    is_json,
    json_leaves,
    key_step,
    path_segments,
    query_leaves,
    wildcard,
)
from treaty.normalize.names import Name


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


def test_an_id_in_a_query_is_of_what_the_endpoint_is_about() -> None:
    """And so are lists of them; other parameters name what they are of, or nothing."""
    names = [str(leaf.name) for leaf in query_leaves("id=1&ids[]=2&user_ids=3&name=x", "cart")]
    assert names == ["cart_id", "cart_id", "user_id", "name"]


def test_a_resource_says_what_it_is() -> None:
    """JSON:API section 7.2; other objects with a type and an id may be about anything."""
    resource: JsonValue = {"author": {"data": {"type": "people", "id": "7"}}}
    shown = [str(leaf.name) for leaf in json_leaves(resource, "body.$", Name(entity="", field=""), "article")]
    assert shown == ["people_type", "people_id"]
    other: JsonValue = {"type": "card", "id": "7", "amount": 3}
    assert str(next(iter(json_leaves(other, "body.$", Name(entity="", field=""), "payment"))).name) == "payment_type"


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


@given(st.text())
def test_a_key_step_is_read_back_as_the_key(key: str) -> None:
    assert parse_path("$" + key_step(key)).tokens == (Field(key),)
