"""Amounts of money."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty_shop.platform.money import NotMoney, from_cents, to_cents, to_money


@given(st.integers(min_value=-(10**10), max_value=10**10))
def test_cents_and_amounts_convert_back_and_forth(cents: int) -> None:
    """Every number of cents comes back, and always shows two decimals."""
    amount = from_cents(cents)
    assert to_cents(amount) == cents
    assert str(to_money(amount))[-3] == "."


@pytest.mark.parametrize(("number", "text"), [(11, "11.00"), (Decimal("12.5"), "12.50"), (Decimal("1E+2"), "100.00")])
def test_an_amount_has_exactly_two_decimals(number: Decimal | int, text: str) -> None:
    """However it was written."""
    assert str(to_money(number)) == text


@pytest.mark.parametrize("number", [Decimal("0.001"), Decimal("NaN"), Decimal("1E+400"), 10**9, -(10**9)])
def test_what_is_no_amount_is_refused(number: Decimal | int) -> None:
    """Too fine, not finite, too large."""
    with pytest.raises(NotMoney):
        to_money(number)
