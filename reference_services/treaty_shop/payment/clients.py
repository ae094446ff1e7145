"""Whom the payment service calls, and what it makes of their answers."""

from typing import Protocol

from treaty_shop.payment.domain import Payment
from treaty_shop.platform.calls import Dependency
from treaty_shop.platform.people import UserDirectory, notification_body

_OK = 200
_NOT_FOUND = 404


class PaymentCalls(Protocol):
    """The calls of the payment service to others.

    Each raises `DependencyFailed` or `DependencyTimedOut`.
    """

    def order_status(self, order_id: int) -> str | None:
        """Return the status of an order, or None when there is no such order."""

    def set_order_status(self, order_id: int, status: str) -> int:
        """Ask for a status of an order: the status of the answer."""

    def email_of(self, user_id: int) -> str | None:
        """Return a user's email, or None when there is no such user."""

    def notify(self, payment: Payment, recipient: str) -> int:
        """Have a mail sent about a payment that succeeded: the status of the answer."""


class HttpPaymentCalls:
    """The calls over HTTP."""

    def __init__(self, orders: Dependency, users: UserDirectory, notifications: Dependency) -> None:
        self._orders = orders
        self._users = users
        self._notifications = notifications

    def order_status(self, order_id: int) -> str | None:
        """GET the order."""
        answer = self._orders.get(f"/api/v1/orders/{order_id}")
        if answer.status == _NOT_FOUND:
            return None
        status = answer.body.get("status") if isinstance(answer.body, dict) else None
        if answer.status != _OK or not isinstance(status, str):
            raise self._orders.misunderstood()
        return status

    def set_order_status(self, order_id: int, status: str) -> int:
        """PUT the order's status."""
        return self._orders.put(f"/api/v1/orders/{order_id}/status", {"status": status}).status

    def email_of(self, user_id: int) -> str | None:
        """GET the user."""
        return self._users.email_of(user_id)

    def notify(self, payment: Payment, recipient: str) -> int:
        """POST the notification."""
        title = f"Payment {payment.id} succeeded"
        content = f"We received {payment.amount} for your order {payment.order_id}."
        body = notification_body(payment.user_id, title, content, recipient)
        return self._notifications.post("/api/v1/notifications", body).status
