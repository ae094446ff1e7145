"""What the order service makes of the inventory's answers."""

from decimal import Decimal

import pytest
import requests

from tests.unit.reference_services.doubles import quiet_log
from tests.unit.reference_services.platform.answers import PreparedNetwork
from treaty_shop.order.clients import HttpCatalogue
from treaty_shop.order.domain import Offer
from treaty_shop.platform.calls import Dependency
from treaty_shop.platform.errors import DependencyFailed
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import Settings


def _catalogue(monkeypatch: pytest.MonkeyPatch, status: int, content: bytes) -> tuple[HttpCatalogue, PreparedNetwork]:
    network = PreparedNetwork(answers=[(status, content)])
    monkeypatch.setattr(requests, "request", network)
    settings = Settings(service=ServiceName.ORDER, dependencies={ServiceName.INVENTORY: "http://stock.test"})
    return HttpCatalogue(Dependency(settings, ServiceName.INVENTORY, quiet_log())), network


def test_a_product_is_asked_for_by_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever characters that has; its price is a text."""
    catalogue, network = _catalogue(monkeypatch, 200, b'{"name": "Pen", "price": "1.20", "quantity": 5, "x": 1}')
    assert catalogue.product("a/b") == Offer(name="Pen", price=Decimal("1.20"), quantity=5)
    assert network.calls[0][1] == "http://stock.test/api/v1/products/a%2Fb"


def test_an_unknown_product_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is an answer."""
    assert _catalogue(monkeypatch, 404, b"{}")[0].product("pen") is None


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (200, b"[]"),
        (200, b'{"name": "Pen", "quantity": 5}'),
        (200, b'{"name": "Pen", "price": 1.20, "quantity": 5}'),
        (200, b'{"name": "Pen", "price": "cheap", "quantity": 5}'),
        (200, b'{"name": "Pen", "price": "NaN", "quantity": 5}'),
        (401, b'{"name": "Pen", "price": "1.20", "quantity": 5}'),
    ],
)
def test_what_is_no_product_is_a_failure(monkeypatch: pytest.MonkeyPatch, status: int, content: bytes) -> None:
    """Of the inventory, not of the client."""
    with pytest.raises(DependencyFailed):
        _catalogue(monkeypatch, status, content)[0].product("pen")
