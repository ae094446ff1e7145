"""What older clients ask for, through the gateway and on real sockets."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

from tests.integration.shop.rig import ORDER, USER, serving
from treaty_shop.gateway.tokens import Caller, Tokens
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import read_settings

_SECRET = "s" * 32
_ADA = {"Authorization": f"Bearer {Tokens(_SECRET, 3600).issue(Caller(user_id='1', role='customer'))}"}
_PEN = {"id": "pen", "name": "Pen", "price": "1.20", "quantity": 5}
_NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module", name="gateway")
def _gateway() -> Iterator[str]:
    """Yield the URL of a gateway before user, order, inventory and accounts; user 1 is signed up."""
    environment = {"PAYMENT_URL": _NOBODY, "NOTIFICATION_URL": _NOBODY, "SHOP_PACE": "gate"}
    environment |= {"GATEWAY_JWT_SECRET": _SECRET, "GATEWAY_RATE_LIMIT": "1000/second"}
    with ExitStack() as stack:
        for service in (USER, ServiceName.INVENTORY, ServiceName.ACCOUNTS, ORDER, ServiceName.GATEWAY):
            url = stack.enter_context(serving(read_settings(service, environment)))
            environment[f"{service.upper()}_URL"] = url
        body = {"username": "ada", "email": "ada@example.com", "password": "x"}
        assert requests.post(f"{url}/api/v1/users", json=body, timeout=10).status_code == 201
        yield url


def _ask(gateway: str, method: str, path: str, body: object = None) -> requests.Response:
    return requests.request(method, f"{gateway}{path}", json=body, headers=_ADA, timeout=10)


def test_a_customer_orders_products_of_the_inventory(gateway: str) -> None:
    """The order has the price of the inventory, and can be read both ways."""
    assert _ask(gateway, "POST", "/api/v1/products", _PEN).status_code == 201
    body = {"customer_id": "1", "items": [{"id": "pen", "quantity": 2}]}
    placed = _ask(gateway, "POST", "/api/customer/1/orders", body)
    assert (placed.status_code, placed.json()["errno"]) == (200, 0)
    id_ = placed.json()["data"]["order_id"]
    read = _ask(gateway, "GET", f"/api/customer/1/orders/{id_}").json()["data"]
    assert read["items"] == [{"id": "pen", "name": "Pen", "quantity": 2}]
    assert '"total_amount": 2.40' in _ask(gateway, "GET", f"/api/v1/orders/{id_}").text
    unknown = _ask(gateway, "POST", "/api/customer/1/orders", {**body, "items": [{"id": "zebra", "quantity": 1}]})
    assert (unknown.status_code, unknown.json()["errno"]) == (422, 1)


def test_an_order_is_placed_by_a_query(gateway: str) -> None:
    """The answer is a number in plain text."""
    placed = _ask(gateway, "POST", "/orders?user_id=1&amount=9.99")
    assert (placed.status_code, placed.headers["Content-Type"]) == (201, "text/plain; charset=utf-8")
    assert _ask(gateway, "GET", f"/orders/{placed.text}").json()["amount"] == 9.99
    assert _ask(gateway, "GET", "/orders").json()[-1]["id"] == int(placed.text)


def test_accounts_lie_below_payments(gateway: str) -> None:
    """An answer without content says no length (RFC 9110 section 8.6)."""
    opened = _ask(gateway, "POST", "/payments/accounts?user_id=1")
    assert (opened.status_code, opened.content, opened.headers["Content-Length"]) == (201, b"", "0")
    topped_up = _ask(gateway, "POST", "/payments/accounts/1/topup?amount=5")
    assert (topped_up.status_code, "Content-Length" in topped_up.headers) == (204, False)
    assert _ask(gateway, "GET", "/payments/accounts/1/balance").json() == {"user_id": "1", "balance": 5.0}
    assert _ask(gateway, "GET", "/payments/accounts/2/balance").status_code == 404
