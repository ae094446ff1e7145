"""What the order service asks of the inventory when an order takes stock."""

from typing import Protocol

from treaty_shop.order.domain import Order, OrderStatus
from treaty_shop.platform.calls import Answer, Dependency
from treaty_shop.platform.errors import Conflict, UnknownReference

_OK = 200
_CREATED = 201
_NOT_FOUND = 404
_CONFLICT = 409
_UNPROCESSABLE = 422


class Stock(Protocol):
    """Pieces for orders; each call raises `DependencyFailed` or `DependencyTimedOut` as well."""

    def reserve(self, order: Order) -> None:
        """Set the pieces of an order aside; raises `Conflict` or `UnknownReference` when the inventory says no."""

    def follow(self, order: Order) -> str | None:
        """Do what the order's status asks for and say what that was, None when it asks for nothing.

        Sold when it is completed, given back when it came to nothing. Raises `Conflict` when the pieces are gone.
        """


class HttpStock:
    """The inventory over HTTP."""

    def __init__(self, inventory: Dependency) -> None:
        self._inventory = inventory

    def reserve(self, order: Order) -> None:
        """POST a reservation."""
        items = [{"product_id": item.product_id, "quantity": item.quantity} for item in order.items]
        answer = self._inventory.post("/api/v1/reservations", {"order_id": order.id, "items": items})
        if answer.status == _CONFLICT:
            raise Conflict(*self._why(answer))
        if answer.status == _UNPROCESSABLE:
            raise UnknownReference(*self._why(answer))
        if answer.status != _CREATED:
            raise self._inventory.misunderstood()

    def follow(self, order: Order) -> str | None:
        """GET the order's reservation, then POST its confirmation or DELETE it."""
        if order.status in {OrderStatus.PENDING, OrderStatus.PROCESSING}:
            return None
        id_ = self._reservation_of(order)
        if order.status is OrderStatus.COMPLETED:
            if id_ is None:
                raise Conflict("not_reserved", "the order has no reservation")
            self._expect_ok(self._inventory.post(f"/api/v1/reservations/{id_}/confirm", {}))
            return "confirmed"
        if id_ is None:
            return None
        self._expect_ok(self._inventory.delete(f"/api/v1/reservations/{id_}"))
        return "released"

    def _reservation_of(self, order: Order) -> str | None:
        answer = self._inventory.get(f"/api/v1/reservations/order/{order.id}")
        if answer.status == _NOT_FOUND:
            return None
        id_ = answer.body.get("id") if isinstance(answer.body, dict) else None
        if answer.status != _OK or not isinstance(id_, str):
            raise self._inventory.misunderstood()
        return id_

    def _expect_ok(self, answer: Answer) -> None:
        if answer.status == _CONFLICT:
            raise Conflict(*self._why(answer))
        if answer.status != _OK:
            raise self._inventory.misunderstood()

    def _why(self, answer: Answer) -> tuple[str, str]:
        body = answer.body if isinstance(answer.body, dict) else {}
        code, message = body.get("error"), body.get("message")
        if not isinstance(code, str) or not isinstance(message, str):
            raise self._inventory.misunderstood()
        return code, message
