"""Orders and payments that are asked for twice with the same key."""

from collections.abc import Iterator

import pytest
import requests

from tests.integration.shop.rig import ORDER, PAYMENT, Shop, running_shop
from treaty_shop.platform.names import ServiceName


@pytest.fixture(scope="module", name="shop")
def _shop() -> Iterator[Shop]:
    with running_shop() as shop:
        yield shop


def _post(shop: Shop, service: ServiceName, body: dict[str, object], key: str) -> requests.Response:
    url = f"{shop.urls[service]}/api/v1/{service}s"
    return requests.post(url, json=body, headers={"Idempotency-Key": key}, timeout=10)


def test_an_order_is_placed_and_paid_once(shop: Shop) -> None:
    """The second answer is the first one, byte by byte, though the order has moved on."""
    body: dict[str, object] = {
        "user_id": shop.sign_up("ada"),
        "items": [{"name": "atlas", "price": 33, "quantity": 2}],
    }
    first = _post(shop, ORDER, body, "k-1")
    shop.control.settle()
    shop.complete_payment()
    second = _post(shop, ORDER, body, "k-1")
    shop.control.settle()
    assert (first.status_code, second.status_code, second.content) == (201, 201, first.content)
    assert shop.answer(ORDER, "GET", f"/api/v1/orders/{first.json()['id']}").json()["status"] == "completed"
    payments = [call for call in shop.calls if (call.provider, call.method) == ("payment", "POST")]
    assert len(payments) == 1
    assert _post(shop, ORDER, {**body, "pay": False}, "k-2").json()["id"] != first.json()["id"]


def test_a_payment_is_started_once(shop: Shop) -> None:
    """Without the key the second one would be a conflict."""
    user = shop.sign_up("ben")
    body: dict[str, object] = {"order_id": shop.order(user, pay=False), "user_id": user, "amount": 66}
    body["payment_type"] = "alipay"
    first = _post(shop, PAYMENT, body, "k-1")
    shop.control.settle()
    shop.complete_payment()
    second = _post(shop, PAYMENT, body, "k-1")
    assert (first.status_code, second.status_code, second.content) == (201, 201, first.content)
    assert _post(shop, PAYMENT, body, "k-2").status_code == 409


def test_a_key_is_good_for_one_body(shop: Shop) -> None:
    """And has to be one."""
    user = shop.sign_up("cleo")
    body: dict[str, object] = {
        "user_id": user,
        "items": [{"name": "atlas", "price": 33, "quantity": 2}],
        "pay": False,
    }
    order = _post(shop, ORDER, body, "k-9").json()["id"]
    other = _post(shop, ORDER, {**body, "pay": True}, "k-9")
    assert (other.status_code, other.json()["error"]) == (422, "idempotency_key_reused")
    payment = {"order_id": order, "user_id": user, "amount": 66, "payment_type": "alipay"}
    assert _post(shop, PAYMENT, payment, "k-9").status_code == 201
    assert _post(shop, PAYMENT, {**payment, "amount": 1}, "k-9").status_code == 422
    refused = _post(shop, ORDER, body, "two words")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_idempotency_key")
