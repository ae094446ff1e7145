"""What the payment provider told, on every SQL engine: kept once, whoever else keeps it at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from treaty_shop.payment.charges import SqlCharges
from treaty_shop.payment.domain import PaymentDraft, PaymentStatus, PaymentType
from treaty_shop.payment.schema import SCHEMA
from treaty_shop.payment.storage import SqlPayments
from treaty_shop.platform.database import Database
from treaty_shop.platform.database_url import open_database

INSTANT = datetime(2024, 2, 29, 23, 59, 58, 999000, tzinfo=UTC)
LINK = "https://checkout.stripe.test/c/pay/" + "x" * 600


@pytest.fixture(name="database")
def _database(sql_url: str) -> Iterator[Database]:
    database = open_database(sql_url, SCHEMA)
    yield database
    database.close()


def pending(database: Database, order_id: int) -> int:
    draft = PaymentDraft(order_id=order_id, user_id=1, amount=Decimal("1.00"), payment_type=PaymentType.ALIPAY)
    return SqlPayments(database).add(draft, INSTANT, allow_second=False).id


def test_a_page_is_kept_until_its_money_is(database: Database) -> None:
    """Links are as long as they are; the same again changes nothing."""
    charges, payment = SqlCharges(database), pending(database, 1)
    assert charges.get(payment) is None
    charges.open(payment, "cs_1", LINK)
    charges.open(payment, "cs_2", "other")
    opened = charges.get(payment)
    assert opened is not None
    assert (opened.session, opened.link, opened.intent, opened.collected_at) == ("cs_1", LINK, None, None)
    assert charges.paid("evt_1", "cs_1", "pi_1", INSTANT, keep_link=True) == payment
    paid = charges.of_session("cs_1")
    assert paid is not None
    assert (paid.link, paid.intent, paid.collected_at) == (LINK, "pi_1", INSTANT)


def test_money_is_told_of_once(database: Database) -> None:
    """Neither the same event nor another one about the same session counts again; nobody knows other sessions."""
    charges, payment = SqlCharges(database), pending(database, 1)
    charges.open(payment, "cs_1", LINK)
    assert charges.paid("evt_0", "cs_no", "pi_0", INSTANT, keep_link=True) is None
    told = [charges.paid(event, "cs_1", "pi_1", INSTANT, keep_link=True) for event in ("evt_1", "evt_1", "evt_2")]
    assert told == [payment, None, None]
    assert [charges.first_told(event, INSTANT) for event in ("evt_2", "evt_3", "evt_3")] == [False, True, False]


def test_of_many_at_once_one_is_first(sql_url: str, database: Database) -> None:
    """In processes of their own, as two instances of a service are."""
    SqlCharges(database).open(pending(database, 1), "cs_1", LINK)
    others = [open_database(sql_url, SCHEMA) for _ in range(4)] if sql_url != "sqlite://" else [database] * 4
    with ThreadPoolExecutor(4) as pool:
        told = list(
            pool.map(lambda each: SqlCharges(each).paid("evt_1", "cs_1", "pi_1", INSTANT, keep_link=True), others)
        )
    for other in others:
        if other is not database:
            other.close()
    assert sorted(each is not None for each in told) == [False, False, False, True]


def test_a_charge_is_collected_once_with_a_page_or_without(database: Database) -> None:
    charges = SqlCharges(database)
    card, page = pending(database, 1), pending(database, 2)
    charges.open(page, "cs_2", LINK)
    for payment in (card, page):
        charges.collect(payment, "pi_1", INSTANT)
        charges.collect(payment, "pi_2", INSTANT)
        charge = charges.get(payment)
        assert charge is not None
        assert (charge.intent, charge.collected_at) == ("pi_1", INSTANT)


def test_what_waits_is_found_after_a_restart(database: Database) -> None:
    """Money that is there, of payments that are still pending."""
    charges = SqlCharges(database)
    done, waiting, unpaid = (pending(database, order) for order in (1, 2, 3))
    for payment in (done, waiting):
        charges.collect(payment, f"pi_{payment}", INSTANT)
    charges.open(unpaid, "cs_3", LINK)
    SqlPayments(database).move(done, PaymentStatus.PENDING, PaymentStatus.SUCCESS, INSTANT)
    assert charges.waiting() == [waiting]
