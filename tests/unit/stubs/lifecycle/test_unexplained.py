"""Values that a stub cannot compute stay as recorded, and its answers say which."""

from __future__ import annotations

import re

from tests.unit.stubs.lifecycle.shop import Asked, order, user
from treaty_stubs.lifecycle.unexplained import remark
from treaty_stubs.message import Answer


def recorded_in(answer: Answer) -> str:
    """Give what the header says of values that stay as recorded."""
    match = re.search(r'as-recorded="([^"]*)"', answer.head.decode())
    return "" if match is None else match[1]


def test_a_sum_of_other_items_is_named_wherever_it_is_shown() -> None:
    asked = Asked("order")
    assert recorded_in(asked.answer("POST", "/api/v1/orders", order(7))) == "body.$.total_amount"
    assert asked.stub.journal.entries[-1].why == "life cycle; as recorded: body.$.total_amount"
    assert recorded_in(asked.answer("GET", "/api/v1/orders/9007002")) == "body.$.total_amount"
    assert recorded_in(asked.answer("GET", "/api/v1/orders/user/7")) == "body.$.data[*].total_amount"


def test_the_sum_of_the_recorded_items_is_right() -> None:
    """Whoever orders does not matter for it."""
    asked = Asked("order")
    body = {"user_id": 77, "items": [{"name": "atlas", "price": 33.1, "quantity": 1}], "pay": False}
    assert recorded_in(asked.answer("POST", "/api/v1/orders", body)) == ""
    assert recorded_in(asked.answer("GET", "/api/v1/orders/9007002")) == ""


def test_what_repeats_the_request_is_no_such_value() -> None:
    asked = Asked("user")
    assert recorded_in(asked.answer("POST", "/api/v1/users", user("zoe"))) == ""
    assert recorded_in(asked.answer("GET", "/api/v1/users/9007001")) == ""


def test_texts_that_are_made_of_what_was_said_are_named() -> None:
    asked = Asked("notes")
    made = asked.answer("POST", "/notes", {"title": "Other Thing", "text": "a b"})
    assert recorded_in(made) == "body.$.length, body.$.slug, body.$.version"
    assert recorded_in(asked.answer("GET", "/notes/9007001/stats")) == "body.$.length, body.$.words"


def test_of_many_the_first_are_named() -> None:
    assert remark([f"body.$.{mark}" for mark in "abcdefg"]) == (
        "body.$.a, body.$.b, body.$.c, body.$.d, body.$.e and 2 more"
    )
