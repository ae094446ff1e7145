"""Requests with the same key at the same time, on every SQL engine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal

from treaty_shop.order.domain import ItemDraft, OrderDraft
from treaty_shop.order.schema import SCHEMA as ORDERS
from treaty_shop.order.storage import KeyTaken, SqlOrders
from treaty_shop.payment.domain import PaymentDraft, PaymentType
from treaty_shop.payment.schema import SCHEMA as PAYMENTS
from treaty_shop.payment.storage import OrderHasPayment, SqlPayments
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.idempotency import KeyUse, RequestKey

NOW = datetime(2024, 2, 29, 23, 59, 58, 999000, tzinfo=UTC)
KEY = RequestKey(text="k", fingerprint="f")
TOGETHER = 6


def test_one_order_is_placed_with_a_key(sql_url: str) -> None:
    """Whoever comes second is told, and has left nothing behind."""
    database = open_database(sql_url, ORDERS)
    orders = SqlOrders(database)
    draft = OrderDraft(user_id=7, items=(ItemDraft(name="pen", price=Decimal("1.20"), quantity=1),))
    assert orders.of_key(KEY) is None

    def place(_number: int) -> int | None:
        try:
            return orders.add(draft, Decimal("1.20"), NOW, KEY).id
        except KeyTaken:
            return None

    with ThreadPoolExecutor(TOGETHER) as clients:
        placed = [id_ for id_ in clients.map(place, range(TOGETHER)) if id_ is not None]
    assert [order.id for order in orders.of_user(7)] == placed
    assert orders.of_key(KEY) == KeyUse(fingerprint="f", made=placed[0])
    orders.add(draft, Decimal("1.20"), NOW)
    assert len(orders.of_user(7)) == 2
    database.close()


def test_one_payment_is_started_with_a_key(sql_url: str) -> None:
    """Also where a second one would be allowed, and for whatever order."""
    database = open_database(sql_url, PAYMENTS)
    payments = SqlPayments(database)

    def start(order_id: int) -> int | None:
        draft = PaymentDraft(order_id=order_id, user_id=7, amount=Decimal("1.20"), payment_type=PaymentType.ALIPAY)
        try:
            return payments.add(draft, NOW, allow_second=True, key=KEY).id
        except OrderHasPayment:
            return None

    with ThreadPoolExecutor(TOGETHER) as clients:
        started = [id_ for id_ in clients.map(start, range(1, TOGETHER + 1)) if id_ is not None]
    assert [payment.id for payment in payments.of_user(7)] == started
    assert payments.of_key(KEY) == KeyUse(fingerprint="f", made=started[0])
    database.close()
