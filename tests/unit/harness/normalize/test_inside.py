"""Leaves inside texts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import observed
from treaty.contract.json_value import JsonValue
from treaty.normalize.inside import inner_leaves, is_link, pattern_inside, put_inside, word_before
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import Name


def leaf(value: JsonValue, location: str = "body.$.text") -> Leaf:
    return Leaf(location=location, value=value, name=Name(entity="note", field="text"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "/users/7/orders/8",
            [
                ("segment[0]", "users", "id"),
                ("segment[1]", "7", "user_id"),
                ("segment[2]", "orders", "7_id"),
                ("segment[3]", "8", "order_id"),
                ("number[0]", 7, "user_id"),
                ("number[1]", 8, "order_id"),
            ],
        ),
        ("created 12", [("number[0]", 12, "note_id")]),
        ('{"user_id": 7}', [("json.$.user_id", 7, "user_id")]),
        ("2026-11-20T10:00:00Z", []),
        ("x", []),
        ("7" * 5000, []),
    ],
)
def test_values_inside_texts_have_names(text: str, found: list[tuple[str, JsonValue, str]]) -> None:
    inner = [
        (each.location.partition("|")[2], each.value, str(each.name)) for each in inner_leaves([leaf(text)], "note")
    ]
    assert inner == found


def test_paths_and_other_scalars_are_not_looked_into() -> None:
    assert not list(inner_leaves([leaf("N-12", "path[1]"), leaf(12), leaf(None), leaf(True)], "note"))


def test_a_number_in_prose_is_named_by_the_word_before_it() -> None:
    assert word_before("your Orders: 12 of 13", "body|number[0]") == "order"
    assert word_before("your order 12 of 13", "body|number[1]") == "of"
    assert word_before("12 items", "body|number[0]") == ""
    assert word_before("12 items", "body|rare[0]") == ""


def test_links_are_told_from_prose() -> None:
    assert is_link("/api/notes/1")
    assert is_link("http://a/notes/1?x=2")
    assert is_link('</tickets?page=2>; rel="next"')
    assert not is_link("see /notes/1")
    assert not is_link("N-12")


def test_numbers_and_members_are_written_anew_in_their_text() -> None:
    assert put_inside("/users/7/v2/8", {"number[0]": 9007001, "number[1]": "x"}) == "/users/9007001/v2/x"
    assert (
        put_inside('{"a": {"id": 7}, "b": [1]}', {"json.$.a.id": 9, "json.$.b[0]": 2}) == '{"a": {"id": 9}, "b": [2]}'
    )
    assert put_inside("{broken 7", {"json.$.a": 9}) == "{broken 7"


@given(st.text(max_size=40), st.lists(st.integers(0, 9), max_size=3))
def test_a_pattern_fits_its_own_text_and_others_with_other_numbers(text: str, indices: list[int]) -> None:
    ways = [f"number[{index}]" for index in indices]
    pattern = pattern_inside(text, ways)
    assert re.fullmatch(pattern, text)
    assert re.fullmatch(pattern, put_inside(text, dict.fromkeys(ways, 4711)))


def test_a_way_that_is_named_twice_is_one_place() -> None:
    assert pattern_inside("N-12", ["number[0]", "number[0]"]) == r"N\-\d+"


def test_parameters_of_urls_are_named_by_themselves_and_written_anew() -> None:
    session = Session()
    session.call("a>b", "GET /notes", None, 200, {"next": "/notes?cursor=abc&page=2"})
    (item,) = observed(session)
    found = {leaf.location.partition("|")[2]: leaf for leaf in inner_leaves(item.response, "note")}
    assert str(found["query[cursor]"].name) == "cursor"
    assert str(found["number[0]"].name) == "page"
    assert (
        put_inside("/notes?cursor=abc&page=2", {"query[cursor]": "x y", "number[0]": 3}) == "/notes?cursor=x%20y&page=3"
    )
