"""Part of the day: the client pays by itself, and gets money back."""

from decimal import Decimal

from treaty_shop.driver.calls import check
from treaty_shop.driver.day import NOBODY, ORDER, PAYMENT, Day, Person, identity
from treaty_shop.driver.orders import place

_BOOK = ({"name": "atlas", "price": Decimal("33.10"), "quantity": 1},)
_AMOUNT = Decimal("33.10")
_PATH = "/api/v1/payments"


def pay(day: Day, person: Person, payment_type: str) -> tuple[int, int]:
    """Place an order and pay it; return the ids of the order and of the payment."""
    client = day.client
    order_id = place(day, person, _BOOK, "33.10", pay=False)
    body = _payment(order_id, person, payment_type)
    payment = client.post(PAYMENT, _PATH, body)
    check(payment, "status", expect="pending")
    check(payment, "trade_no", expect=None)
    payment_id = identity(payment)
    day.control.settle()
    path = f"{_PATH}/{payment_id}"
    check(client.post(PAYMENT, _PATH, body, expect=409), "error", expect="order_already_paid")
    if day.gated:
        check(client.get(PAYMENT, path), "status", expect="pending")
    for step in ("payment.process", "payment.complete", "payment.receipt"):
        day.release(PAYMENT, step)
    day.until_status(PAYMENT, path, "success")
    check(client.get(PAYMENT, path), "status", expect="success")
    day.expect_notifications(person.id, 3)
    return order_id, payment_id


def look_up(day: Day, person: Person, order_id: int, payment_id: int) -> None:
    """Find payments by order and by user."""
    client = day.client
    check(client.get(PAYMENT, f"{_PATH}/order/{order_id}"), "id", expect=payment_id)
    check(client.get(PAYMENT, f"{_PATH}/user/{person.id}"), "data", 0, "user_id", expect=person.id)
    check(client.get(PAYMENT, f"{_PATH}/user/{NOBODY}"), "data", expect=[])
    check(client.get(PAYMENT, f"{_PATH}/{NOBODY}", expect=404), "error", expect="payment_not_found")
    check(client.get(PAYMENT, f"{_PATH}/order/{NOBODY}", expect=404), "error", expect="payment_not_found")


def go_wrong(day: Day, person: Person, cancelled: int) -> None:
    """Ask for what cannot be paid."""
    client = day.client
    for order_id, status, code in ((NOBODY, 422, "invalid_order"), (cancelled, 409, "order_not_payable")):
        body = _payment(order_id, person, "credit_card")
        check(client.post(PAYMENT, _PATH, body, expect=status), "error", expect=code)
    negative = {**_payment(cancelled, person, "credit_card"), "amount": -_AMOUNT}
    check(client.post(PAYMENT, _PATH, negative, expect=400), "error", expect="invalid_field")
    no_type = {"order_id": cancelled, "user_id": person.id, "amount": _AMOUNT}
    check(client.post(PAYMENT, _PATH, no_type, expect=400), "error", expect="missing_field")


def refund(day: Day, person: Person, order_id: int, payment_id: int) -> None:
    """Get the money of a completed order back, once."""
    client = day.client
    path = f"{_PATH}/{payment_id}/refund"
    reason = {"reason": "the wrong colour"}
    check(client.post(PAYMENT, path, {}, expect=400), "error", expect="missing_field")
    check(client.post(PAYMENT, path, reason, expect=200), "message", expect="refund processed")
    day.control.settle()
    day.release(PAYMENT, "payment.refund")
    day.until_status(ORDER, f"/api/v1/orders/{order_id}", "refunded")
    check(client.get(ORDER, f"/api/v1/orders/{order_id}"), "status", expect="refunded")
    check(client.get(PAYMENT, f"{_PATH}/{payment_id}"), "status", expect="refunded")
    day.expect_notifications(person.id, 1)
    check(client.post(PAYMENT, path, reason, expect=409), "error", expect="payment_not_refundable")
    unknown = f"{_PATH}/{NOBODY}/refund"
    check(client.post(PAYMENT, unknown, reason, expect=404), "error", expect="payment_not_found")


def _payment(order_id: int, person: Person, payment_type: str) -> dict[str, object]:
    return {
        "order_id": order_id,
        "user_id": person.id,
        "amount": _AMOUNT,
        "payment_type": payment_type,
    }
