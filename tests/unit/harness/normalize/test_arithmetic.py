"""Numbers that follow from what was sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import View, view_of
from treaty.contract.json_value import JsonValue, Number
from treaty.normalize.arithmetic import amount_of


@pytest.mark.parametrize(
    ("value", "amount"),
    [("69.75", "69.75"), ("-1.50", "-1.50"), (3, "3"), (Number("2.5"), "2.5"), ("12", None), ("1.2.3", None)],
)
def test_amounts_are_numbers_and_texts_with_a_fraction(value: JsonValue, amount: str | None) -> None:
    assert amount_of(value) == (None if amount is None else Decimal(amount))


def balance(shown: JsonValue) -> View:
    session = Session()
    session.call("a>b", "POST /accounts", {"opening": "100.00"}, 201, {"id": 7})
    session.call("a>b", "POST /accounts/7/payments", {"amount": "30.25"}, 201, {"id": 1})
    session.call("a>b", "GET /accounts/7", None, 200, {"id": 7, "balance": shown})
    return view_of(session, "a>b", "GET /accounts/{id} -> 200")


@pytest.mark.parametrize(
    ("shown", "is_exact"), [("69.75", True), (Number("130.25"), True), ("70.11", False), (2, False)]
)
def test_a_sum_or_a_difference_with_enough_digits_is_exact(shown: JsonValue, is_exact: bool) -> None:
    view = balance(shown)
    assert (view.answer["balance"] == shown) is is_exact


@pytest.mark.parametrize(
    ("name", "shown", "is_exact"), [("nights", 3, True), ("nights", 4, False), ("rooms", 3, False)]
)
def test_nights_lie_between_two_days(name: str, shown: int, is_exact: bool) -> None:
    session = Session()
    sent: JsonValue = {"from": "2026-11-27", "to": "2026-11-30"}
    session.call("a>b", "POST /bookings", sent, 201, {"id": 7, name: shown})
    view = view_of(session, "a>b", "POST /bookings -> 201")
    assert (view.answer[name] == shown) is is_exact


def voted(*pairs: tuple[int, int]) -> Any:
    """Let each of some films be voted for; give what is said of its votes."""
    session = Session()
    for number, (stars, votes) in enumerate(pairs, start=1):
        session.call("a>b", "POST /films", {"title": "x y"}, 201, {"id": number})
        session.call("a>b", f"POST /films/{number}/votes", {"stars": stars}, 200, {"id": number, "votes": votes})
    return view_of(session, "a>b", "POST /films/{id}/votes -> 200").causes.get("body.$.votes", {}).get("of")


def test_a_number_under_another_name_comes_back_in_all_like_calls() -> None:
    assert voted((5, 5), (3, 3)) == "body.$.stars"


@pytest.mark.parametrize("pairs", [((5, 5),), ((5, 5), (3, 4)), ((1, 1), (2, 2)), ((5, 5), (5, 5))])
def test_what_may_be_chance_is_no_echo(pairs: tuple[tuple[int, int], ...]) -> None:
    """One call, calls that disagree, numbers that count the calls, and one number only."""
    assert voted(*pairs) is None


@pytest.mark.parametrize(
    ("sent", "answer", "is_exact"),
    [
        ({"amount": Number("33.10")}, {"amount_cents": 3310}, True),
        ({"amount": "5.00"}, {"amountMinor": 500}, True),
        ({"price_cents": 1250}, {"total": "12.50"}, True),
        ({"amount": Number("33.10")}, {"amount_cents": 3311}, False),
        ({"amount": Number("33.10")}, {"points": 3310}, False),
        ({"quantity": 5}, {"fee_cents": 500}, False),
        ({"opening_cents": 500}, {"fee_cents": 50_000}, False),
    ],
)
def test_an_amount_in_other_units_is_the_same_amount(
    sent: JsonValue, answer: dict[str, JsonValue], *, is_exact: bool
) -> None:
    """A name says so; of names with nothing else in common few digits say nothing."""
    session = Session()
    session.call("a>b", "POST /payments", sent, 201, {"id": 7})
    session.call("a>b", "GET /payments/7", None, 200, {"id": 7, **answer})
    view = view_of(session, "a>b", "GET /payments/{id} -> 200")
    ((name, value),) = answer.items()
    is_typed = view.rule(f"$.{name}") in (["integer"], ["type"], ["number"])
    assert (view.answer[name] == value and not is_typed) is is_exact
