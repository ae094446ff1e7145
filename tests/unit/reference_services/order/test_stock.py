"""What the order service asks of the inventory, and what it makes of the answers."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import requests

from tests.unit.reference_services.doubles import START, quiet_log
from tests.unit.reference_services.platform.answers import PreparedNetwork
from treaty_shop.order.domain import Order, OrderItem, OrderStatus
from treaty_shop.order.stock import HttpStock
from treaty_shop.platform.calls import Dependency
from treaty_shop.platform.errors import Conflict, DependencyFailed, ShopError, UnknownReference
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import Settings

_ORDER = Order(
    id=7,
    user_id=1,
    items=(OrderItem(id=1, order_id=7, name="Pen", price=Decimal("1.20"), quantity=2, product_id="pen"),),
    total_amount=Decimal("2.40"),
    status=OrderStatus.PENDING,
    created_at=START,
    updated_at=START,
)
_FOUND = (200, b'{"id": "r-1", "status": "reserved"}')
_SHORT = (409, b'{"error": "not_enough_stock", "message": "there are not so many of product pen"}')


def _stock(monkeypatch: pytest.MonkeyPatch, *answers: tuple[int, bytes]) -> tuple[HttpStock, PreparedNetwork]:
    network = PreparedNetwork(answers=answers)
    monkeypatch.setattr(requests, "request", network)
    settings = Settings(service=ServiceName.ORDER, dependencies={ServiceName.INVENTORY: ""})
    return HttpStock(Dependency(settings, ServiceName.INVENTORY, quiet_log())), network


def _said(network: PreparedNetwork) -> list[tuple[str, str, Any]]:
    return [
        (method, url.removeprefix("/api/v1/reservations"), options["data"] and json.loads(options["data"]))
        for method, url, options in network.calls
    ]


def test_the_pieces_of_an_order_are_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its id and its products."""
    stock, network = _stock(monkeypatch, (201, b"{}"))
    stock.reserve(_ORDER)
    assert _said(network) == [("POST", "", {"order_id": 7, "items": [{"product_id": "pen", "quantity": 2}]})]


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (_SHORT, Conflict, "not_enough_stock"),
        ((422, b'{"error": "invalid_product", "message": "m"}'), UnknownReference, "invalid_product"),
        ((409, b"{}"), DependencyFailed, "inventory_unavailable"),
        ((400, b"{}"), DependencyFailed, "inventory_unavailable"),
    ],
)
def test_a_no_of_the_inventory_is_handed_on(
    monkeypatch: pytest.MonkeyPatch, answer: tuple[int, bytes], error: type[ShopError], code: str
) -> None:
    """In its own words; what it should never say is its failure."""
    stock, _ = _stock(monkeypatch, answer)
    with pytest.raises(error) as refused:
        stock.reserve(_ORDER)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("status", "then", "done"),
    [
        (OrderStatus.COMPLETED, ("POST", "/r-1/confirm", {}), "confirmed"),
        (OrderStatus.CANCELLED, ("DELETE", "/r-1", None), "released"),
        (OrderStatus.FAILED, ("DELETE", "/r-1", None), "released"),
        (OrderStatus.REFUNDED, ("DELETE", "/r-1", None), "released"),
    ],
)
def test_stock_follows_the_status(
    monkeypatch: pytest.MonkeyPatch, status: OrderStatus, then: tuple[str, str, Any], done: str
) -> None:
    """Sold when it is completed, given back when it came to nothing."""
    stock, network = _stock(monkeypatch, _FOUND, (200, b"{}"))
    assert stock.follow(replace(_ORDER, status=status)) == done
    assert _said(network) == [("GET", "/order/7", None), then]


def test_what_is_under_way_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does an order that never had pieces, unless it is completed."""
    stock, network = _stock(monkeypatch, (404, b"{}"), (404, b"{}"), _FOUND, _SHORT, (200, b"[]"))
    assert stock.follow(replace(_ORDER, status=OrderStatus.PROCESSING)) is None
    assert network.calls == []
    assert stock.follow(replace(_ORDER, status=OrderStatus.CANCELLED)) is None
    for _ in range(2):
        with pytest.raises(Conflict):
            stock.follow(replace(_ORDER, status=OrderStatus.COMPLETED))
    with pytest.raises(DependencyFailed):
        stock.follow(replace(_ORDER, status=OrderStatus.COMPLETED))
