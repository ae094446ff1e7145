"""Items laid over recorded answers."""

from __future__ import annotations

from treaty.contract.json_value import JsonValue, Number
from treaty_stubs.lifecycle.overlay import lay_over, merged, put_in


def test_the_answer_has_its_own_members_with_the_values_of_the_item() -> None:
    example: JsonValue = {"id": 1, "name": "a", "more": {"x": 1}, "kept": True}
    assert lay_over(example, {"id": 5, "name": "b", "more": {"x": 2, "y": 3}, "password": "p"}) == {
        "id": 5,
        "name": "b",
        "more": {"x": 2},
        "kept": True,
    }


def test_lists_are_those_of_the_item_in_the_form_of_the_answer() -> None:
    assert lay_over([{"a": 1}], [{"a": 2, "b": 3}, {"a": 4}]) == [{"a": 2}, {"a": 4}]
    assert lay_over([], [1, 2]) == [1, 2]


def test_nulls_come_and_go() -> None:
    assert lay_over({"at": "2000"}, {"at": None}) == {"at": None}
    assert lay_over({"at": None}, {"at": "2000"}) == {"at": "2000"}


def test_numbers_are_written_as_in_the_answer() -> None:
    assert lay_over(Number("49.00"), 3) == Number("3.00")


def test_news_are_merged_member_by_member() -> None:
    assert merged({"a": {"b": 1, "c": 2}, "d": [1, 2]}, {"a": {"b": 3}, "d": [4]}) == {"a": {"b": 3, "c": 2}, "d": [4]}


def test_a_value_is_put_where_a_way_leads() -> None:
    assert put_in({"data": {"x": 1}, "y": 2}, ("data",), 7) == {"data": 7, "y": 2}
    assert put_in({"y": 2}, ("data",), 7) == {"y": 2}
