"""Part of the day: orders are placed, followed, listed and cancelled."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from treaty_shop.driver.calls import check
from treaty_shop.driver.day import NOBODY, ORDER, PAYMENT, Day, Person, identity

_PENS = ({"name": "fountain pen", "price": Decimal("19.99"), "quantity": 2},)
_DESK = (
    {"name": "ink bottle", "price": Decimal("12.50"), "quantity": 2},
    {"name": "notebook", "price": Decimal("4.05"), "quantity": 3},
    {"name": "desk lamp", "price": 49, "quantity": 1},
)


def place(day: Day, person: Person, items: Sequence[Mapping[str, object]], total: str, **options: object) -> int:
    """Place an order and return its id."""
    body = {"user_id": person.id, "items": [dict(item) for item in items], **options}
    answer = day.client.post(ORDER, "/api/v1/orders", body)
    check(answer, "status", expect="pending")
    check(answer, "total_amount", expect=Decimal(total))
    day.control.settle()
    return identity(answer)


def follow_one(day: Day, ada: Person) -> None:
    """Place an order, follow it until it is completed, try what is then too late."""
    client = day.client
    order_id = place(day, ada, _DESK, "86.15")
    path = f"/api/v1/orders/{order_id}"
    if day.gated:
        check(client.get(ORDER, path), "status", expect="pending")
        day.release(PAYMENT, "payment.process")
        check(client.get(ORDER, path), "status", expect="processing")
        day.release(PAYMENT, "payment.complete")
        day.release(PAYMENT, "payment.receipt")
    day.until_status(ORDER, path, "completed")
    completed = client.get(ORDER, path)
    check(completed, "status", expect="completed")
    check(completed, "items", 1, "price", expect=Decimal("4.05"))
    day.expect_notifications(ada.id, 3)
    back = {"status": "processing"}
    check(client.put(ORDER, f"{path}/status", back, expect=409), "error", expect="illegal_transition")
    check(client.delete(ORDER, path, expect=409), "error", expect="order_not_pending")
    lost = {"status": "lost"}
    check(client.put(ORDER, f"{path}/status", lost, expect=400), "error", expect="invalid_field")


def go_wrong(day: Day, ada: Person) -> None:
    """Ask for what cannot be."""
    client = day.client
    items = [dict(item) for item in _PENS]
    stranger = {"user_id": NOBODY, "items": items}
    check(client.post(ORDER, "/api/v1/orders", stranger, expect=422), "error", expect="invalid_user")
    no_items = {"user_id": ada.id}
    check(client.post(ORDER, "/api/v1/orders", no_items, expect=400), "error", expect="missing_field")
    check(client.get(ORDER, f"/api/v1/orders/{NOBODY}", expect=404), "error", expect="order_not_found")
    check(client.delete(ORDER, f"/api/v1/orders/{NOBODY}", expect=404), "error", expect="order_not_found")


def list_and_cancel(day: Day, ada: Person, ben: Person) -> int:
    """List none, one and two orders of a person; return the id of the one that was cancelled."""
    client = day.client
    listed = f"/api/v1/orders/user/{ben.id}"
    check(client.get(ORDER, listed), "data", expect=[])
    cancelled = place(day, ben, _PENS, "39.98", pay=False)
    check(client.get(ORDER, listed), "data", 0, "id", expect=cancelled)
    path = f"/api/v1/orders/{cancelled}"
    check(client.delete(ORDER, path), "message", expect="order cancelled")
    day.control.settle()
    check(client.get(ORDER, path), "status", expect="cancelled")
    day.expect_notifications(ben.id, 1)
    second = place(day, ben, _DESK, "86.15", pay=False)
    check(client.get(ORDER, listed), "data", 1, "id", expect=second)
    check(client.get(ORDER, f"{listed}/{second}"), "user_id", expect=ben.id)
    others = f"/api/v1/orders/user/{ada.id}/{second}"
    check(client.get(ORDER, others, expect=404), "error", expect="order_not_found")
    status = {"status": "processing"}
    changed = client.put(ORDER, f"/api/v1/orders/{second}/status", status)
    check(changed, "message", expect="order status updated")
    day.control.settle()
    check(client.get(ORDER, f"/api/v1/orders/{second}"), "status", expect="processing")
    day.expect_notifications(ben.id, 1)
    return cancelled


def cancel_too_early_to_pay(day: Day, ben: Person) -> None:
    """Cancel an order whose payment is about to be processed: the payment fails. Gated only."""
    if not day.gated:
        return
    client = day.client
    order_id = place(day, ben, _PENS, "39.98", payment_type="alipay")
    check(client.delete(ORDER, f"/api/v1/orders/{order_id}"), "message", expect="order cancelled")
    day.control.settle()
    day.expect_notifications(ben.id, 1)
    day.release(PAYMENT, "payment.process")
    failed = client.get(PAYMENT, f"/api/v1/payments/order/{order_id}")
    check(failed, "status", expect="failed")
    check(failed, "paid_at", expect=None)
