"""Payments: the state machine and trade numbers."""

import pytest

from tests.unit.reference_services.doubles import START
from treaty_shop.payment.domain import PaymentStatus, may_become, trade_number

_LEGAL = {("pending", "success"), ("pending", "failed"), ("success", "refunded")}


@pytest.mark.parametrize("present", PaymentStatus)
@pytest.mark.parametrize("wanted", PaymentStatus)
def test_only_the_legal_steps_are_allowed(present: PaymentStatus, wanted: PaymentStatus) -> None:
    """Every pair of states is tried."""
    assert may_become(present, wanted) == ((present, wanted) in _LEGAL)


def test_a_trade_number_is_made_of_id_and_seconds() -> None:
    """The fraction of a second is cut."""
    assert trade_number(35, START) == "T351741524586"
