"""Every fault, as it shows on the wire; beside it what is right without it."""

from collections.abc import Callable

import pytest
import requests

from tests.integration.shop.rig import NOTIFICATION, ORDER, PAYMENT, USER, Call, Shop, running_shop
from treaty_shop.platform.faults import FAULTS

Look = Callable[[Shop], object]


def _status(response: requests.Response) -> int:
    return response.status_code


def _paid(shop: Shop) -> int:
    user = shop.sign_up()
    payment = shop.pay(shop.order(user, pay=False), user)
    shop.complete_payment()
    return payment


def _last_notification(shop: Shop) -> tuple[object, int]:
    def is_notification(call: Call) -> bool:
        return call.provider == NOTIFICATION and call.method == "POST"

    last = next(filter(is_notification, reversed(shop.calls)))
    assert isinstance(last.body, dict)
    return last.body.get("recipient"), last.status


def _orders_notification(shop: Shop) -> object:
    shop.order(shop.sign_up(), pay=False)
    shop.client.delete(ORDER, "/api/v1/orders/1")
    shop.control.settle()
    return _last_notification(shop)


def _refunded_order(shop: Shop) -> object:
    payment = _paid(shop)
    shop.client.post(PAYMENT, f"/api/v1/payments/{payment}/refund", {"reason": "broken"}, expect=200)
    shop.control.settle()
    shop.control.advance(PAYMENT, "payment.refund")
    last = [call for call in shop.calls if call.method == "PUT"][-1]
    return last.status, shop.answer(ORDER, "GET", "/api/v1/orders/1").json()["status"]


def _receipt_of_a_deleted_user(shop: Shop) -> object:
    user = shop.sign_up()
    shop.order(user)
    shop.client.delete(USER, f"/api/v1/users/{user}")
    shop.complete_payment()
    notified = [call for call in shop.calls if call.provider == NOTIFICATION]
    return [(call.body["recipient"], call.status) for call in notified if isinstance(call.body, dict)]


def _duplicate_email(shop: Shop) -> object:
    shop.sign_up()
    body = {"username": "x", "email": "ada@example.com", "password": "y"}
    return _status(shop.answer(USER, "POST", "/api/v1/users", body))


def _order_of_nobody(shop: Shop) -> object:
    body = {"user_id": 9, "items": [{"name": "x", "price": 1, "quantity": 1}]}
    return _status(shop.answer(ORDER, "POST", "/api/v1/orders", body))


def _second_payment(shop: Shop) -> object:
    user = shop.sign_up()
    order = shop.order(user, pay=False)
    shop.pay(order, user)
    body = {"order_id": order, "user_id": user, "amount": 66, "payment_type": "alipay"}
    return _status(shop.answer(PAYMENT, "POST", "/api/v1/payments", body))


def _envelopes(shop: Shop) -> object:
    shop.order(shop.sign_up(), pay=False)
    one = shop.answer(ORDER, "GET", "/api/v1/orders/1").json()
    many = shop.answer(ORDER, "GET", "/api/v1/orders/user/1").json()
    return next(iter(one)), type(many).__name__


def _change_without_password(shop: Shop) -> object:
    body = {"username": "x", "email": "x@example.com"}
    return _status(shop.answer(USER, "PUT", f"/api/v1/users/{shop.sign_up()}", body))


def _delivered_notification(shop: Shop) -> object:
    body = {"user_id": 1, "type": "sms", "title": "t", "content": "c", "recipient": "+49151"}
    id_ = shop.answer(NOTIFICATION, "POST", "/api/v1/notifications", body).json()["id"]
    shop.control.settle()
    shop.control.advance(NOTIFICATION, "notification.deliver")
    one = shop.answer(NOTIFICATION, "GET", f"/api/v1/notifications/{id_}").json()["status"]
    many = shop.answer(NOTIFICATION, "GET", "/api/v1/notifications/user/1").json()["data"]
    return one, many[0]["status"]


def _order_text(shop: Shop) -> str:
    shop.order(shop.sign_up(), price=19.99, pay=False)
    return shop.answer(ORDER, "GET", "/api/v1/orders/1").text


def _order_has(part: str) -> Look:
    return lambda shop: part in _order_text(shop)


def _pending_payment(shop: Shop) -> requests.Response:
    user = shop.sign_up()
    shop.pay(shop.order(user, pay=False), user)
    return shop.answer(PAYMENT, "GET", "/api/v1/payments/1")


def _payment_has(part: str) -> Look:
    return lambda shop: part in _pending_payment(shop).text


def _foreign_order(shop: Shop) -> object:
    shop.order(shop.sign_up(), pay=False)
    return _status(shop.answer(ORDER, "GET", "/api/v1/orders/user/2/1"))


def _amount_order_sends(shop: Shop) -> object:
    shop.order(shop.sign_up())
    call = next(call for call in shop.calls if call.provider == PAYMENT)
    assert isinstance(call.body, dict)
    return type(call.body["amount"]).__name__, call.status


def _negative_payment(shop: Shop) -> object:
    user = shop.sign_up()
    body = {"order_id": shop.order(user, pay=False), "user_id": user, "amount": -1, "payment_type": "alipay"}
    return _status(shop.answer(PAYMENT, "POST", "/api/v1/payments", body))


def _date_forms(shop: Shop) -> object:
    one = _pending_payment(shop).json()
    same = shop.answer(PAYMENT, "GET", "/api/v1/payments/order/1").json()
    return type(one["amount"]).__name__, type(same["amount"]).__name__, one["created_at"] == same["created_at"]


def _empty_list(shop: Shop) -> object:
    return shop.answer(NOTIFICATION, "GET", "/api/v1/notifications/user/1").json()


def _media_type(shop: Shop) -> object:
    response = shop.answer(NOTIFICATION, "GET", "/api/v1/notifications/user/1")
    return response.headers["Content-Type"], response.json()


_CASES: dict[str, tuple[Look, object, object]] = {
    # fault: how to look, what is right, what the fault makes of it
    "S0-1": (_orders_notification, ("ada@example.com", 201), (None, 400)),
    "S0-2": (_refunded_order, (200, "refunded"), (500, "completed")),
    "S0-3": (_receipt_of_a_deleted_user, [], [("", 400)]),
    "S0-4": (_duplicate_email, 409, 500),
    "S0-4b": (_order_of_nobody, 422, 500),
    "S0-4c": (_second_payment, 409, 500),
    "S0-5": (_envelopes, ("id", "dict"), ("data", "list")),
    "S0-6": (_change_without_password, 200, 400),
    "S0-7": (_second_payment, 409, 201),
    "S0-9": (_delivered_notification, ("failed", "failed"), ("pending", "failed")),
    "S1-7": (_order_has('"total": 39.98'), False, True),
    "S1-7b": (lambda shop: "email" in shop.answer(USER, "GET", f"/api/v1/users/{shop.sign_up()}").text, True, False),
    "S2-1": (
        lambda shop: shop.answer(ORDER, "GET", "/api/v1/orders/9").text,
        '{"error": "order_not_found", "message": "order not found"}',
        '{"errno": 1, "message": "order not found", "data": null}',
    ),
    "S2-8": (_foreign_order, 404, 200),
    "S3-1": (lambda shop: _status(shop.answer(ORDER, "GET", "/api/v1/orders/user/1")), 200, 404),
    "S3-6": (_payment_has('"amount": "66.00"'), False, True),
    "S3-6b": (_amount_order_sends, ("Decimal", 201), ("str", 400)),
    "S3-7": (_order_has('"status": "Pending"'), False, True),
    "S3-14": (lambda shop: _status(shop.answer(USER, "GET", "/health")), 200, 404),
    "S3-15": (_order_has('"total_amount": 39.96'), False, True),
    "S4-1": (lambda shop: _status(shop.answer(ORDER, "GET", "/api/v1/orders/user/1")), 200, 405),
    "S4-2": (_media_type, ("application/json", {"data": []}), ("text/plain; charset=utf-8", {"data": []})),
    "S4-3": (lambda shop: _status(shop.answer(PAYMENT, "GET", "/api/v1/payments/9")), 404, 500),
    "S4-8": (_negative_payment, 400, 201),
    "S4-9": (_empty_list, {"data": []}, {"data": None}),
    "R0-4": (_date_forms, ("float", "float", True), ("str", "float", False)),
    "K6": (_payment_has('"paid_at": "0001-01-01T00:00:00Z"'), False, True),
    "K7": (_order_has('"total_amount": 4630823502093945405'), False, True),
}


def test_every_fault_is_looked_at() -> None:
    """A new one needs a case here."""
    assert list(_CASES) == [fault.id for fault in FAULTS if not fault.needs]


@pytest.mark.parametrize("fault", _CASES)
def test_a_fault_shows_on_the_wire_and_only_when_it_is_on(fault: str) -> None:
    """The same look sees what is right without it."""
    look, right, wrong = _CASES[fault]
    with running_shop() as healthy:
        assert look(healthy) == right
    with running_shop(fault) as faulty:
        assert look(faulty) == wrong


def test_the_routes_of_fault_s3_1_are_under_the_shorter_path() -> None:
    """They still work there."""
    with running_shop("S3-1") as shop:
        assert _status(shop.answer(ORDER, "GET", "/api/orders/user/1")) == 200
