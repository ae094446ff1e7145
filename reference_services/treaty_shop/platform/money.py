"""Amounts of money: `Decimal` with two places inside, whole cents in storage."""

from decimal import Decimal
from typing import Final

CENT: Final = Decimal("0.01")
LIMIT: Final = Decimal("1000000000.00")
"""No amount of the shop reaches this."""


class NotMoney(ValueError):
    """A number that is no amount: finer than a cent, not finite or too large."""


def to_money(number: Decimal | int) -> Decimal:
    """Return the number as an amount with exactly two decimals; raises `NotMoney`."""
    exact = Decimal(number)
    if not exact.is_finite() or abs(exact) >= LIMIT:
        raise NotMoney(str(number))
    amount = exact.quantize(CENT)
    if amount != exact:
        raise NotMoney(str(number))
    return amount


def to_cents(amount: Decimal) -> int:
    """Return the amount in whole cents."""
    return int(amount.scaleb(2))


def from_cents(cents: int) -> Decimal:
    """Return the amount that is so many cents."""
    return Decimal(cents).scaleb(-2).quantize(CENT)
