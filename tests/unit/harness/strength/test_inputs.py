from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.harness.strength import pacts
from treaty.contract.json_value import JsonValue, Number
from treaty.strength.inputs import is_scoped, variable_examples
from treaty.strength.subject import Subject


def sending(sent: Any, line: str = "POST /orders/7?page=2") -> Subject:
    return pacts.subject(pacts.interaction({"id": 1}, line=line, sent=sent))


def test_the_request_asks_for_what_its_path_query_and_body_name() -> None:
    """Ids of paths under the names that bodies use, as text and as number."""
    inputs = sending({"userId": 4, "tags": ["new"], "none": None}).inputs
    for field, value in (("id", 7), ("id", "7"), ("order_id", 7), ("page", 2), ("user_id", 4), ("tags", "new")):
        assert inputs.asks(field, value), field
    assert not inputs.asks("user_id", 7)
    assert not inputs.asks("none", None)
    assert inputs.asks("user_id", Number("4.0"))


def test_the_set_up_gives_what_its_calls_send() -> None:
    inputs = pacts.subject().inputs
    assert inputs.gives("price", Number("12.50"))
    assert inputs.gives("user_id", 9007001), "a variable by its example"
    assert not inputs.gives("price", 2)


@pytest.mark.parametrize(
    ("field", "value", "follows"),
    [
        ("total", Number("25.0"), True),
        ("total_amount", 25, True),
        ("count", 1, True),
        ("item_count", 1, True),
        ("age", 25, False),
        ("total", 24, False),
    ],
)
def test_sums_and_lengths_of_lists_explain_numbers_of_such_names(field: str, value: Any, follows: bool) -> None:
    """25 is 2 times 12.50; an age of 25 is chance."""
    assert pacts.subject().inputs.computes(field, value) is follows


def test_numbers_that_no_sum_means_anything_for_count_as_nothing() -> None:
    rows = [{"price": "1e400"}, {"price": True}]
    subject = pacts.subject(pacts.interaction({"rows": rows, "total": 0}))
    assert subject.inputs.computed["sum"] == frozenset()
    assert Decimal(2) in subject.inputs.computed["count"]


@pytest.mark.parametrize(
    ("expression", "path", "found"),
    [
        ("/orders/${order_id}", "/orders/9007002", {"order_id": 9007002}),
        ("/a/${one}/b/${two}", "/a/x%20y/b/007", {"one": "x y", "two": "007"}),
        ("${whole}", "/orders/1", {"whole": "/orders/1"}),
        ("/other/${id}", "/orders/1", {}),
        ("name", "/orders/1", {"name": "/orders/1"}),
    ],
)
def test_expressions_are_solved_by_their_examples(expression: str, path: str, found: dict[str, JsonValue]) -> None:
    contract = pacts.subject(pacts.interaction({}, line=f"GET {path}", generated=expression)).contract
    assert variable_examples(contract.request, ()) == found


def test_variables_of_every_part_of_a_request_are_found() -> None:
    written = pacts.interaction({}, line="POST /orders?user=9", sent={"a": {"b": 5}, "c": "x"})
    written["request"]["headers"] = {"X-Key": ["k1"]}
    generator = {"type": "ProviderState", "dataType": "STRING"}
    written["request"]["generators"] = {
        "query": {"user": {**generator, "expression": "${user}"}},
        "header": {"X-Key": {**generator, "expression": "${key}"}},
        "body": {
            "$.a.b": {**generator, "expression": "${b}"},
            "$.c": {"type": "RandomInt", "min": 0, "max": 1},
            "$.nowhere": {**generator, "expression": "${nowhere}"},
        },
    }
    found = variable_examples(pacts.subject(written).contract.request, ())
    assert found == {"user": 9, "key": "k1", "b": 5}


@pytest.mark.parametrize(
    ("line", "scoped"),
    [
        ("GET /orders", False),
        ("GET /orders?limit=3", False),
        ("GET /orders/7", True),
        ("GET /orders/0d3bd1c4-8a5f-4be3-9a0e-7a4d5f0c1a11/items", True),
        ("POST /orders", True),
    ],
)
def test_a_key_in_the_request_scopes_the_answer(line: str, scoped: bool) -> None:
    assert is_scoped(pacts.subject(pacts.interaction({}, line=line)).contract.request) is scoped


def test_a_form_is_read_by_its_fields() -> None:
    written = pacts.interaction({}, line="POST /orders")
    media_type = "application/x-www-form-urlencoded"
    written["request"]["headers"] = {"Content-Type": [media_type]}
    written["request"]["body"] = {"contentType": media_type, "encoded": False, "content": "user=4&note=hi"}
    assert pacts.subject(written).inputs.asks("note", "hi")
