"""Orders that take stock, and orders that are paid from wallets: on real sockets."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
import requests

from tests.integration.shop.rig import ORDER, USER, serving
from treaty_shop.driver.control import Control
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import read_settings

_NOBODY = "http://127.0.0.1:9"
INVENTORY = ServiceName.INVENTORY


@pytest.fixture(name="urls")
def _urls() -> Iterator[dict[ServiceName, str]]:
    """Yield where user, inventory and order are; user 1 is signed up, and there are five pens."""
    environment = {"FLOW": "saga", "PAYMENT_URL": _NOBODY, "NOTIFICATION_URL": _NOBODY, "SHOP_PACE": "gate"}
    urls = {}
    with ExitStack() as stack:
        for service in (USER, INVENTORY, ORDER):
            urls[service] = stack.enter_context(serving(read_settings(service, environment)))
            environment[f"{service.upper()}_URL"] = urls[service]
        for service, path, body in (
            (USER, "users", {"username": "ada", "email": "ada@example.com", "password": "x"}),
            (INVENTORY, "products", {"id": "pen", "name": "Pen", "price": "1.20", "quantity": 5}),
        ):
            answer = requests.post(f"{urls[service]}/api/v1/{path}", json=body, timeout=10)
            assert answer.status_code == 201
        yield urls


def _place(urls: dict[ServiceName, str], product: str = "pen") -> requests.Response:
    body = {"user_id": 1, "items": [{"product_id": product, "quantity": 1}], "pay": False}
    return requests.post(f"{urls[ORDER]}/api/v1/orders", json=body, timeout=30)


def _put(urls: dict[ServiceName, str], id_: int, status: str) -> None:
    url = f"{urls[ORDER]}/api/v1/orders/{id_}/status"
    assert requests.put(url, json={"status": status}, timeout=10).status_code == 200


def _free(urls: dict[ServiceName, str]) -> int:
    quantity: int = requests.get(f"{urls[INVENTORY]}/api/v1/products/pen", timeout=10).json()["quantity"]
    return quantity


def test_of_ten_buyers_for_five_pieces_five_get_an_order(urls: dict[ServiceName, str]) -> None:
    """The others are told why; what is cancelled is free again, and what is completed is sold."""
    with ThreadPoolExecutor(10) as buyers:
        answers = list(buyers.map(lambda _number: _place(urls), range(10)))
    placed = [answer.json() for answer in answers if answer.status_code == 201]
    refused = [(answer.status_code, answer.json()["error"]) for answer in answers if answer.status_code != 201]
    assert (len(placed), refused) == (5, [(409, "not_enough_stock")] * 5)
    assert [order["items"][0]["product_id"] for order in placed] == ["pen"] * 5
    assert _free(urls) == 0
    first, second = placed[0]["id"], placed[1]["id"]
    assert requests.delete(f"{urls[ORDER]}/api/v1/orders/{first}", timeout=10).status_code == 200
    _put(urls, second, "processing")
    _put(urls, second, "completed")
    control = Control(urls)
    control.settle()
    control.close()
    reservation = requests.get(f"{urls[INVENTORY]}/api/v1/reservations/order/{second}", timeout=10).json()
    assert (_free(urls), reservation["status"]) == (1, "confirmed")
    listed = requests.get(f"{urls[ORDER]}/api/v1/orders/user/1", timeout=10).json()["data"]
    assert sorted(order["status"] for order in listed).count("cancelled") == 6
    assert _place(urls, "zebra").status_code == 422


def test_an_order_is_paid_from_a_wallet_as_long_as_there_is_enough_in_it() -> None:
    """The money is taken once, and the rest of the orders fail."""
    environment = {"FLOW": "wallet", "NOTIFICATION_URL": _NOBODY, "SHOP_PACE": "gate"}
    urls = {}
    with ExitStack() as stack:
        for service in (USER, ServiceName.ACCOUNTS, ORDER):
            urls[service] = stack.enter_context(serving(read_settings(service, environment)))
            environment[f"{service.upper()}_URL"] = urls[service]
        for service, path, body in (
            (USER, "users", {"username": "ada", "email": "ada@example.com", "password": "x"}),
            (ServiceName.ACCOUNTS, "accounts", {"user_id": 1}),
            (ServiceName.ACCOUNTS, "accounts/1/topup", {"amount": 3}),
            (ORDER, "orders", {"user_id": 1, "items": [{"name": "pen", "price": 1.2, "quantity": 2}]}),
            (ORDER, "orders", {"user_id": 1, "items": [{"name": "pen", "price": 1.2, "quantity": 2}]}),
        ):
            assert requests.post(f"{urls[service]}/api/v1/{path}", json=body, timeout=10).status_code in {200, 201}
        control = Control(urls)
        control.settle()
        control.close()
        listed = requests.get(f"{urls[ORDER]}/api/v1/orders/user/1", timeout=10).json()["data"]
        balance = requests.get(f"{urls[ServiceName.ACCOUNTS]}/api/v1/accounts/1/balance", timeout=10).json()
    assert [order["status"] for order in listed] == ["completed", "failed"]
    assert balance == {"user_id": 1, "balance": 0.6}
