"""The port of payments, on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.integration.shop_engines.together import AllReadFirst, at_once
from treaty_shop.payment.domain import Payment, PaymentDraft, PaymentStatus, PaymentType, trade_number
from treaty_shop.payment.schema import SCHEMA
from treaty_shop.payment.storage import OrderHasPayment, PaymentRepository, SqlPayments
from treaty_shop.platform.database_url import open_database

INSTANT = datetime(2024, 2, 29, 23, 59, 58, 999000, tzinfo=UTC)
LATER = INSTANT + timedelta(days=366)
DRAFT = PaymentDraft(order_id=7, user_id=3, amount=Decimal("159.90"), payment_type=PaymentType.ALIPAY)
PENDING, SUCCESS, FAILED = PaymentStatus.PENDING, PaymentStatus.SUCCESS, PaymentStatus.FAILED


@pytest.fixture(name="payments")
def _payments(sql_url: str) -> Iterator[PaymentRepository]:
    database = open_database(sql_url, SCHEMA, start_id=40)
    yield SqlPayments(database)
    database.close()


def add(payments: PaymentRepository, draft: PaymentDraft = DRAFT, *, allow_second: bool = False) -> Payment:
    return payments.add(draft, INSTANT, allow_second=allow_second)


def test_a_payment_comes_back_as_it_was_kept(payments: PaymentRepository) -> None:
    """To the cent and to the millisecond; nothing is said of when it was paid."""
    payment = add(payments)
    assert payment == payments.get(40) == payments.of_order(7)
    assert (payment.id, payment.order_id, payment.user_id, str(payment.amount)) == (40, 7, 3, "159.90")
    assert (payment.status, payment.payment_type, payment.trade_no) == (PENDING, PaymentType.ALIPAY, None)
    assert (payment.paid_at, payment.created_at, payment.updated_at) == (None, INSTANT, INSTANT)
    assert (payments.get(41), payments.of_order(8), payments.of_user(4)) == (None, None, [])


def test_a_payment_that_succeeds_is_paid_then(payments: PaymentRepository) -> None:
    """And one that is refunded stays paid."""
    id_ = add(payments).id
    assert payments.move(id_, PENDING, SUCCESS, LATER)
    assert payments.move(id_, SUCCESS, PaymentStatus.REFUNDED, LATER + timedelta(days=1))
    paid = payments.get(id_)
    assert paid is not None
    assert (paid.paid_at, paid.trade_no, paid.created_at) == (LATER, trade_number(id_, LATER), INSTANT)
    assert (paid.status, paid.updated_at) == (PaymentStatus.REFUNDED, LATER + timedelta(days=1))


def test_an_order_has_one_payment_that_counts(payments: PaymentRepository) -> None:
    """A second one is possible once the first has failed, and not when it is paid or refunded."""
    first = add(payments)
    with pytest.raises(OrderHasPayment):
        add(payments)
    assert payments.move(first.id, PENDING, FAILED, LATER)
    second = add(payments)
    assert payments.of_order(7) == second
    assert payments.move(second.id, PENDING, SUCCESS, LATER)
    with pytest.raises(OrderHasPayment):
        add(payments)
    assert payments.move(second.id, SUCCESS, PaymentStatus.REFUNDED, LATER)
    with pytest.raises(OrderHasPayment):
        add(payments)
    assert [payment.id for payment in payments.of_user(3)] == [first.id, second.id]
    add(payments, replace(DRAFT, order_id=8))


def test_a_second_payment_may_be_allowed(payments: PaymentRepository) -> None:
    """As a fault of the shop does; without it neither of the two lets another one in."""
    first, second = add(payments), add(payments, allow_second=True)
    assert payments.of_order(7) == second
    assert payments.move(first.id, PENDING, FAILED, LATER)
    with pytest.raises(OrderHasPayment):
        add(payments)


def test_a_status_changes_only_from_what_it_is(payments: PaymentRepository) -> None:
    id_ = add(payments).id
    assert payments.move(id_, PENDING, FAILED, LATER)
    assert not payments.move(id_, PENDING, SUCCESS, LATER)
    assert not payments.move(id_ + 1, PENDING, SUCCESS, LATER)
    failed = payments.get(id_)
    assert failed is not None
    assert (failed.status, failed.paid_at, failed.trade_no) == (FAILED, None, None)


def test_of_several_who_pay_an_order_at_once_one_does(sql_url: str) -> None:
    """On a server all have seen that it has no payment; whoever is late is told that it has one."""
    plain = open_database(sql_url, SCHEMA)
    database = plain if sql_url.startswith("sqlite") else AllReadFirst(plain, 4)
    results = at_once(4, lambda _: add(SqlPayments(database)))
    (winner,) = [each for each in results if isinstance(each, Payment)]
    assert [type(each) for each in results if each is not winner] == [OrderHasPayment] * 3
    assert SqlPayments(plain).of_user(3) == [winner]
    plain.close()


def test_of_several_who_settle_a_payment_at_once_one_does(payments: PaymentRepository) -> None:
    id_ = add(payments).id
    results = at_once(6, lambda number: payments.move(id_, PENDING, [SUCCESS, FAILED][number % 2], LATER))
    assert sorted(map(str, results)) == ["False"] * 5 + ["True"]
    settled = payments.get(id_)
    assert settled is not None
    assert (settled.status is SUCCESS) == (settled.paid_at is not None) == (results.index(True) % 2 == 0)
