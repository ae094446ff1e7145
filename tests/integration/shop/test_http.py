"""The services' routes, fields and answers on the wire."""

import re
from collections.abc import Iterator

import pytest

from tests.integration.shop.rig import NOTIFICATION, ORDER, PAYMENT, USER, Shop, running_shop
from treaty_shop.platform.names import CORE, ServiceName

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture(name="untouched", scope="module")
def _untouched() -> Iterator[Shop]:
    """Run a shop for requests that change nothing."""
    with running_shop() as shop:
        yield shop


def test_a_user_shows_id_name_and_email_only(shop: Shop) -> None:
    """Never the password."""
    shop.sign_up()
    response = shop.answer(USER, "GET", "/api/v1/users/1")
    assert response.text == '{"id": 1, "username": "ada", "email": "ada@example.com"}'
    assert response.headers["Content-Type"] == "application/json"


def test_a_user_can_be_changed_without_the_password(shop: Shop) -> None:
    """And with it."""
    shop.sign_up()
    body = {"username": "countess", "email": "ada@example.com"}
    for changes in (body, {**body, "password": "another horse"}):
        response = shop.answer(USER, "PUT", "/api/v1/users/1", changes)
        assert (response.status_code, response.json()) == (200, {"id": 1, **body})


def test_an_order_is_written_with_two_decimals_and_milliseconds(shop: Shop) -> None:
    """Bare, with all its fields in a fixed order."""
    shop.order(shop.sign_up(), price=12.5)
    response = shop.answer(ORDER, "GET", "/api/v1/orders/1")
    time = _TIME.pattern
    item = r'\{"id": 1, "order_id": 1, "name": "atlas", "price": 12\.50, "quantity": 2\}'
    pattern = (
        rf'\{{"id": 1, "user_id": 1, "items": \[{item}\], "total_amount": 25\.00, "status": "pending", '
        rf'"created_at": "{time}", "updated_at": "{time}"\}}'
    )
    assert re.fullmatch(pattern, response.text)


def test_a_payment_has_no_time_and_number_until_it_is_paid(shop: Shop) -> None:
    """Both are there, as null, before."""
    user = shop.sign_up()
    payment = shop.pay(shop.order(user, pay=False), user)
    pending = shop.answer(PAYMENT, "GET", f"/api/v1/payments/{payment}").json()
    assert list(pending) == [
        "id",
        "order_id",
        "user_id",
        "amount",
        "status",
        "payment_type",
        "trade_no",
        "paid_at",
        "created_at",
        "updated_at",
    ]
    assert (pending["paid_at"], pending["trade_no"]) == (None, None)
    shop.complete_payment()
    paid = shop.answer(PAYMENT, "GET", f"/api/v1/payments/{payment}").json()
    assert _TIME.fullmatch(paid["paid_at"])
    assert re.fullmatch(r"T1\d{10}", paid["trade_no"])
    assert '"amount": 66.00' in shop.answer(PAYMENT, "GET", f"/api/v1/payments/order/{paid['order_id']}").text


@pytest.mark.parametrize(
    ("service", "path"),
    [
        (ORDER, "/api/v1/orders/user/77"),
        (PAYMENT, "/api/v1/payments/user/77"),
        (NOTIFICATION, "/api/v1/notifications/user/77"),
    ],
)
def test_an_empty_list_is_a_list(untouched: Shop, service: ServiceName, path: str) -> None:
    """In its envelope, never null."""
    response = untouched.answer(service, "GET", path)
    assert (response.status_code, response.text) == (200, '{"data": []}')


@pytest.mark.parametrize(
    ("service", "method", "path"),
    [
        (USER, "GET", "/api/v1/users/9"),
        (USER, "GET", "/api/v1/users/nine"),
        (USER, "GET", f"/api/v1/users/{'9' * 40}"),
        (USER, "DELETE", "/api/v1/users/-1"),
        (ORDER, "GET", "/api/v1/orders/nine"),
        (ORDER, "GET", "/api/v1/orders/user/nine"),
        (ORDER, "DELETE", "/api/v1/orders/9"),
        (PAYMENT, "GET", "/api/v1/payments/1.0"),
        (PAYMENT, "GET", "/api/v1/payments/order/9"),
        (NOTIFICATION, "GET", "/api/v1/notifications/9"),
        (NOTIFICATION, "GET", f"/api/v1/notifications/{'a' * 24}"),
    ],
)
def test_what_is_unknown_or_no_id_is_not_found(untouched: Shop, service: ServiceName, method: str, path: str) -> None:
    """Both the same way."""
    response = untouched.answer(service, method, path)
    assert response.status_code == 404
    assert response.json()["error"].endswith("_not_found")


_ITEM = {"name": "pen", "price": 1, "quantity": 1}
_NOTE = {"user_id": 1, "type": "email", "title": "t", "content": "c", "recipient": "a@b.example"}
_PAYMENT = {"order_id": 1, "user_id": 1, "amount": 1, "payment_type": "alipay"}


@pytest.mark.parametrize(
    ("service", "path", "body"),
    [
        (USER, "/api/v1/users", {"username": "x", "email": "no email", "password": "p"}),
        (ORDER, "/api/v1/orders", {"user_id": 1, "items": []}),
        (ORDER, "/api/v1/orders", {"user_id": 1, "items": [{**_ITEM, "price": "1"}]}),
        (ORDER, "/api/v1/orders", {"user_id": 1, "items": [{**_ITEM, "quantity": 0}]}),
        (ORDER, "/api/v1/orders", {"user_id": 1, "items": [_ITEM], "payment_type": "cash"}),
        (ORDER, "/api/v1/orders", {"user_id": 1, "items": [_ITEM], "pay": 1}),
        (ORDER, "/api/v1/orders", {"user_id": 1, "items": [{**_ITEM, "price": 999999999, "quantity": 2}]}),
        (PAYMENT, "/api/v1/payments", {**_PAYMENT, "amount": 0}),
        (PAYMENT, "/api/v1/payments", {**_PAYMENT, "amount": -1}),
        (PAYMENT, "/api/v1/payments", {**_PAYMENT, "amount": "1.00"}),
        (NOTIFICATION, "/api/v1/notifications", {**_NOTE, "recipient": "nobody"}),
        (NOTIFICATION, "/api/v1/notifications", {**_NOTE, "title": "two\nlines"}),
        (NOTIFICATION, "/api/v1/notifications/batch", {"notifications": []}),
        (NOTIFICATION, "/api/v1/notifications/batch", {"notifications": [_NOTE, {**_NOTE, "type": "x"}]}),
    ],
)
def test_invalid_input_is_a_bad_request(untouched: Shop, service: ServiceName, path: str, body: object) -> None:
    """And nothing is kept of it."""
    response = untouched.answer(service, "POST", path, body)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_field")
    assert untouched.control.read(service, "/control/work") == {"running": 0, "held": [], "accepted": 0}


def test_a_batch_is_queued_as_a_whole(shop: Shop) -> None:
    """Each element becomes a notification."""
    body = {"notifications": [_NOTE, {**_NOTE, "type": "sms", "recipient": "+49151"}]}
    response = shop.answer(NOTIFICATION, "POST", "/api/v1/notifications/batch", body)
    assert (response.status_code, response.json()) == (201, {"message": "notifications queued"})
    listed = shop.answer(NOTIFICATION, "GET", "/api/v1/notifications/user/1").json()["data"]
    assert [(note["type"], note["status"], note["sent_at"]) for note in listed] == [
        ("email", "pending", None),
        ("sms", "pending", None),
    ]
    assert all(re.fullmatch(r"[0-9a-f]{24}", note["id"]) for note in listed)


def test_health_needs_nothing(untouched: Shop) -> None:
    """All four say ok."""
    for service in CORE:
        assert untouched.answer(service, "GET", "/health").json() == {"status": "ok"}
