"""Whom the order service calls, and what it makes of their answers."""

from decimal import Decimal
from typing import Final, Protocol
from urllib.parse import quote

from treaty_shop.order.domain import Offer, Order, PaymentType
from treaty_shop.platform.calls import Dependency
from treaty_shop.platform.money import NotMoney, to_money
from treaty_shop.platform.people import UserDirectory, notification_body

_OK: Final = 200
_NOT_FOUND: Final = 404


class OrderCalls(Protocol):
    """The calls of the order service to others.

    Each raises `DependencyFailed` or `DependencyTimedOut`.
    """

    def email_of(self, user_id: int) -> str | None:
        """Return a user's email, or None when there is no such user."""

    def start_payment(self, order: Order, payment_type: PaymentType) -> int:
        """Ask for payment of an order: the status of the answer."""

    def notify(self, order: Order, recipient: str | None) -> int:
        """Have a mail sent about the order's status: the status of the answer."""


class HttpOrderCalls:
    """The calls over HTTP; `amount_as_string` is the fault S3-6b."""

    def __init__(
        self,
        users: UserDirectory,
        payments: Dependency,
        notifications: Dependency,
        *,
        amount_as_string: bool = False,
    ) -> None:
        self._users = users
        self._payments = payments
        self._notifications = notifications
        self._amount_as_string = amount_as_string

    def email_of(self, user_id: int) -> str | None:
        """GET the user."""
        return self._users.email_of(user_id)

    def start_payment(self, order: Order, payment_type: PaymentType) -> int:
        """POST the payment."""
        amount = order.total_amount
        body: dict[str, object] = {
            "order_id": order.id,
            "user_id": order.user_id,
            "amount": str(amount) if self._amount_as_string else amount,
            "payment_type": payment_type,
        }
        return self._payments.post("/api/v1/payments", body).status

    def notify(self, order: Order, recipient: str | None) -> int:
        """POST the notification; without a recipient the field is left out."""
        title = f"Order {order.id} is {order.status}"
        content = f"Your order {order.id} over {order.total_amount} is now {order.status}."
        body = notification_body(order.user_id, title, content, recipient)
        return self._notifications.post("/api/v1/notifications", body).status


class Catalogue(Protocol):
    """Knows products."""

    def product(self, id_: str) -> Offer | None:
        """Return a product, or None when there is none; raises `DependencyFailed` or `DependencyTimedOut`."""


class HttpCatalogue:
    """The inventory's catalogue over HTTP."""

    def __init__(self, inventory: Dependency) -> None:
        self._inventory = inventory

    def product(self, id_: str) -> Offer | None:
        """GET the product; its price is a decimal text."""
        answer = self._inventory.get(f"/api/v1/products/{quote(id_, safe='')}")
        if answer.status == _NOT_FOUND:
            return None
        body = answer.body
        if answer.status != _OK or not isinstance(body, dict):
            raise self._inventory.misunderstood()
        name, price, quantity = body.get("name"), body.get("price"), body.get("quantity")
        if not isinstance(name, str) or not isinstance(price, str) or not isinstance(quantity, int):
            raise self._inventory.misunderstood()
        try:
            return Offer(name=name, price=to_money(Decimal(price)), quantity=quantity)
        except (ArithmeticError, NotMoney):
            raise self._inventory.misunderstood() from None
