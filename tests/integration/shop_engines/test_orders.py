"""The port of orders, on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.integration.shop_engines.together import at_once
from treaty_shop.order.domain import ItemDraft, OrderDraft, OrderStatus, total
from treaty_shop.order.schema import SCHEMA
from treaty_shop.order.storage import OrderRepository, SqlOrders
from treaty_shop.platform.database_url import open_database

INSTANT = datetime(2024, 2, 29, 23, 59, 58, 999000, tzinfo=UTC)
LATER = INSTANT + timedelta(days=366)
ATLAS = ItemDraft(name="atlas \U0001f5fa", price=Decimal("19.99"), quantity=3)
PEN = ItemDraft(name="pen", price=Decimal("0.10"), quantity=1000)
DRAFT = OrderDraft(user_id=7, items=(ATLAS, PEN))


@pytest.fixture(name="orders")
def _orders(sql_url: str) -> Iterator[OrderRepository]:
    database = open_database(sql_url, SCHEMA, start_id=40)
    yield SqlOrders(database)
    database.close()


def test_an_order_comes_back_as_it_was_kept(orders: OrderRepository) -> None:
    """Its lines in their order, to the cent and to the millisecond; ids begin where they are told."""
    order = orders.add(DRAFT, total(DRAFT.items), INSTANT)
    assert orders.get(40) == order
    assert (order.id, order.user_id, order.status) == (40, 7, OrderStatus.PENDING)
    assert (order.created_at, order.updated_at, str(order.total_amount)) == (INSTANT, INSTANT, "159.97")
    assert [(item.id, item.order_id, item.name, str(item.price), item.quantity) for item in order.items] == [
        (40, 40, ATLAS.name, "19.99", 3),
        (41, 40, "pen", "0.10", 1000),
    ]
    assert orders.get(41) is None


def test_the_orders_of_a_user_are_listed_oldest_first(orders: OrderRepository) -> None:
    """Each with its own lines; nobody else's are among them."""
    first = orders.add(DRAFT, Decimal(1), LATER)
    other = orders.add(OrderDraft(user_id=8, items=(PEN,)), Decimal(2), INSTANT)
    second = orders.add(OrderDraft(user_id=7, items=(PEN, ATLAS)), Decimal(3), INSTANT)
    assert orders.of_user(7) == [first, second]
    assert orders.of_user(8) == [other]
    assert orders.of_user(9) == []


def test_the_latest_orders_of_all_are_listed_oldest_first(orders: OrderRepository) -> None:
    """Not more than were asked for; an item remembers its product."""
    assert orders.latest(2) == []
    pen = ItemDraft(name="pen", price=Decimal("0.10"), quantity=1, product_id="prod_1")
    kept = [orders.add(OrderDraft(user_id=user, items=(pen,)), Decimal(1), INSTANT) for user in (7, 8, 9)]
    assert orders.latest(2) == kept[1:]
    assert kept[0].items[0].product_id == "prod_1"


def test_a_status_changes_only_from_what_it_is(orders: OrderRepository) -> None:
    """And an order that is not there has none."""
    id_ = orders.add(DRAFT, Decimal(1), INSTANT).id
    assert orders.move(id_, OrderStatus.PENDING, OrderStatus.PROCESSING, LATER)
    assert not orders.move(id_, OrderStatus.PENDING, OrderStatus.CANCELLED, LATER)
    assert not orders.move(id_ + 1, OrderStatus.PENDING, OrderStatus.CANCELLED, LATER)
    moved = orders.get(id_)
    assert moved is not None
    assert (moved.status, moved.created_at, moved.updated_at) == (OrderStatus.PROCESSING, INSTANT, LATER)


def test_of_several_who_change_a_status_at_once_one_does(orders: OrderRepository) -> None:
    id_ = orders.add(DRAFT, Decimal(1), INSTANT).id
    wanted = [OrderStatus.PROCESSING, OrderStatus.CANCELLED] * 3
    results = at_once(6, lambda number: orders.move(id_, OrderStatus.PENDING, wanted[number], LATER))
    assert sorted(map(str, results)) == ["False"] * 5 + ["True"]
    moved = orders.get(id_)
    assert moved is not None
    assert moved.status is wanted[results.index(True)]
