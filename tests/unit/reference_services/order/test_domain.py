"""Orders: totals and the state machine."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty_shop.order.domain import ItemDraft, OrderStatus, may_become, total, total_cut

_LEGAL = {
    ("pending", "processing"),
    ("pending", "cancelled"),
    ("processing", "completed"),
    ("processing", "failed"),
    ("completed", "refunded"),
}


@pytest.mark.parametrize("present", OrderStatus)
@pytest.mark.parametrize("wanted", OrderStatus)
def test_only_the_legal_steps_are_allowed(present: OrderStatus, wanted: OrderStatus) -> None:
    """Every pair of states is tried."""
    assert may_become(present, wanted) == ((present, wanted) in _LEGAL)


def _item(price: str, quantity: int) -> ItemDraft:
    return ItemDraft(name="x", price=Decimal(price), quantity=quantity)


def test_the_total_is_exact() -> None:
    """With two decimals, also for nothing."""
    assert str(total((_item("19.99", 3), _item("0.03", 1)))) == "60.00"
    assert str(total(())) == "0.00"


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 100)), max_size=5))
def test_the_faulty_total_is_never_too_high_and_off_by_at_most_a_cent_a_piece(lines: list[tuple[int, int]]) -> None:
    """Cutting loses at most one cent of each piece."""
    items = tuple(_item(str(Decimal(cents).scaleb(-2)), quantity) for cents, quantity in lines)
    pieces = sum(quantity for _, quantity in lines)
    assert 0 <= total(items) - total_cut(items) <= Decimal(pieces) / 100


@pytest.mark.parametrize(("price", "cut"), [("19.99", "19.98"), ("0.29", "0.28"), ("1.15", "1.14")])
def test_the_faulty_total_loses_a_cent_of_well_known_prices(price: str, cut: str) -> None:
    """Binary fractions cannot hold them."""
    assert total_cut((_item(price, 1),)) == Decimal(cut)
