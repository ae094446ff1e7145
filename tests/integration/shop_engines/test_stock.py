"""The stock of the inventory service, on every SQL engine."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from treaty_shop.inventory.domain import Line, Product, ReservationDraft, ReservationStatus, merged
from treaty_shop.inventory.schema import SCHEMA
from treaty_shop.inventory.storage import (
    NotEnough,
    OrderHasReservation,
    ProductExists,
    SqlStock,
    UnknownProduct,
)
from treaty_shop.platform.database_url import open_database

NOW = datetime(2024, 2, 29, 23, 59, 58, 999000, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)
PEN = Product(id="pen", name="Pen", price=Decimal("1.20"), quantity=5)
ATLAS = Product(id="Atlas", name="Atlas", price=Decimal("33.00"), quantity=5)


@pytest.fixture(name="stock")
def _stock(sql_url: str) -> Iterator[SqlStock]:
    database = open_database(sql_url, SCHEMA)
    stock = SqlStock(database)
    stock.add(PEN)
    stock.add(ATLAS)
    yield stock
    database.close()


def _draft(order_id: int, **quantities: int) -> ReservationDraft:
    lines = merged(Line(product_id=id_, quantity=quantity) for id_, quantity in quantities.items())
    return ReservationDraft(
        id=str(uuid.UUID(int=order_id)), order_id=order_id, lines=lines, created_at=NOW, expires_at=LATER
    )


def _free(stock: SqlStock) -> dict[str, int]:
    return {product.id: product.quantity for product in stock.products()}


def test_what_is_kept_is_what_is_read(stock: SqlStock) -> None:
    """Ids in capitals are others; prices and times are exact."""
    assert stock.products() == [ATLAS, PEN]
    assert stock.product("PEN") is None
    with pytest.raises(ProductExists):
        stock.add(PEN)
    draft = _draft(7, pen=2, Atlas=1)
    stock.reserve(draft)
    reservation = stock.reservation(draft.id)
    assert reservation is not None
    assert reservation == stock.reservation_of(7)
    assert [(line.product_id, line.quantity, line.price) for line in reservation.lines] == [
        ("Atlas", 1, Decimal("33.00")),
        ("pen", 2, Decimal("1.20")),
    ]
    assert (reservation.created_at, reservation.updated_at, reservation.expires_at) == (NOW, NOW, LATER)
    assert stock.product("pen") == replace(PEN, quantity=3, version=2)


def test_a_refused_reservation_leaves_nothing_behind(stock: SqlStock) -> None:
    """Neither lines nor a claim on the order."""
    with pytest.raises(NotEnough, match="pen"):
        stock.reserve(_draft(7, Atlas=1, pen=6))
    with pytest.raises(UnknownProduct, match="zebra"):
        stock.reserve(_draft(7, Atlas=1, zebra=1))
    assert (_free(stock), stock.reservation_of(7)) == ({"Atlas": 5, "pen": 5}, None)
    stock.reserve(_draft(7, Atlas=1))
    with pytest.raises(OrderHasReservation):
        stock.reserve(replace(_draft(7, pen=1), id=str(uuid.UUID(int=8))))
    assert _free(stock) == {"Atlas": 4, "pen": 5}


def test_pieces_come_back_once(stock: SqlStock) -> None:
    """Only from the status that is said; then the order is free again."""
    draft = _draft(7, pen=5)
    stock.reserve(draft)
    assert (stock.due(LATER - timedelta(milliseconds=1)), stock.due(LATER)) == ([], [draft.id])
    reserved, released = ReservationStatus.RESERVED, ReservationStatus.RELEASED
    assert stock.move(draft.id, reserved, released, LATER)
    assert not stock.move(draft.id, reserved, ReservationStatus.EXPIRED, LATER)
    assert (_free(stock)["pen"], stock.due(LATER)) == (5, [])
    second = replace(draft, id=str(uuid.UUID(int=99)))
    stock.reserve(second)
    assert stock.reservation_of(7) == stock.reservation(second.id)


def test_stock_is_changed_as_of_a_version(stock: SqlStock) -> None:
    """Every change is a new one."""
    assert stock.restock("pen", 9, 1)
    assert not stock.restock("pen", 3, 1)
    assert stock.product("pen") == replace(PEN, quantity=9, version=2)


def test_of_ten_buyers_for_five_pieces_five_succeed(stock: SqlStock) -> None:
    """All at once; the others are told, and no piece is sold twice or lost."""

    def buy(order_id: int) -> bool:
        try:
            stock.reserve(_draft(order_id, Atlas=1, pen=1))
        except NotEnough:
            return False
        return True

    with ThreadPoolExecutor(10) as buyers:
        bought = list(buyers.map(buy, range(1, 11)))
    assert bought.count(True) == 5
    assert _free(stock) == {"Atlas": 0, "pen": 0}


def test_of_ten_that_end_one_reservation_one_succeeds(stock: SqlStock) -> None:
    """So its pieces come back once, whoever is fastest."""
    draft = _draft(7, pen=5)
    stock.reserve(draft)

    def end(number: int) -> bool:
        after = ReservationStatus.EXPIRED if number % 2 else ReservationStatus.RELEASED
        return stock.move(draft.id, ReservationStatus.RESERVED, after, LATER)

    with ThreadPoolExecutor(10) as enders:
        ended = list(enders.map(end, range(10)))
    assert ended.count(True) == 1
    assert _free(stock)["pen"] == 5
