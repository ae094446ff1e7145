"""Where orders are kept: the port, and its adapter for every SQL engine."""

from datetime import datetime
from decimal import Decimal
from typing import Final, Protocol

from treaty_shop.order.domain import ItemDraft, Order, OrderDraft, OrderItem, OrderStatus
from treaty_shop.platform.database import Database, Duplicate, Row, Transaction, Value
from treaty_shop.platform.idempotency import KeyUse, RequestKey, find_key, keep_key

_KEYS: Final = "order_keys"


class KeyTaken(Exception):
    """A request with the same key has made an order."""


class OrderRepository(Protocol):
    """Keeps orders."""

    def add(self, draft: OrderDraft, total: Decimal, instant: datetime, key: RequestKey | None = None) -> Order:
        """Keep a new pending order, created at the instant; raises `KeyTaken`."""

    def of_key(self, key: RequestKey) -> KeyUse | None:
        """Return which order a key has made, or None."""

    def forget_key(self, key: RequestKey) -> None:
        """Let a key be used again: what it made came to nothing before anybody knew of it."""

    def get(self, id_: int) -> Order | None:
        """Return the order, or None."""

    def of_user(self, user_id: int) -> list[Order]:
        """Return the orders of a user, oldest first."""

    def latest(self, most: int) -> list[Order]:
        """Return the latest orders of all users, oldest first."""

    def move(self, id_: int, before: OrderStatus, after: OrderStatus, instant: datetime) -> bool:
        """Change the status if it still is `before`; False when it is not."""


class SqlOrders:
    """Orders in a SQL database.

    A change of status is an optimistic lock: it only happens while the status still is what the service has read, and
    no order comes back to a status that it has left.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, draft: OrderDraft, total: Decimal, instant: datetime, key: RequestKey | None = None) -> Order:
        """Insert an order, its items and its key in one transaction."""
        values: dict[str, Value] = {
            "user_id": draft.user_id,
            "total_amount": total,
            "status": OrderStatus.PENDING,
            "created_at": instant,
            "updated_at": instant,
        }
        try:
            with self._database.transaction() as transaction:
                id_ = transaction.insert("orders", values)
                for item in draft.items:
                    transaction.insert("order_items", _line(id_, item))
                if key is not None:
                    keep_key(transaction, _KEYS, key, id_)
                (order,) = _orders(transaction, "id = :value", id_)
        except Duplicate:
            raise KeyTaken from None
        return order

    def of_key(self, key: RequestKey) -> KeyUse | None:
        """Select by the key."""
        with self._database.transaction() as transaction:
            return find_key(transaction, _KEYS, key)

    def forget_key(self, key: RequestKey) -> None:
        """Delete the key."""
        with self._database.transaction() as transaction:
            transaction.execute("DELETE FROM order_keys WHERE request_key = :text", text=key.text)

    def get(self, id_: int) -> Order | None:
        """Select an order."""
        with self._database.transaction() as transaction:
            return next(iter(_orders(transaction, "id = :value", id_)), None)

    def of_user(self, user_id: int) -> list[Order]:
        """Select a user's orders."""
        with self._database.transaction() as transaction:
            return _orders(transaction, "user_id = :value", user_id)

    def latest(self, most: int) -> list[Order]:
        """Select from the first of the latest onwards."""
        with self._database.transaction() as transaction:
            ids = transaction.rows(f"SELECT id FROM orders ORDER BY id DESC LIMIT {most:d}")  # noqa: S608 (a number)
            return _orders(transaction, "id >= :value", ids[-1].integer("id")) if ids else []

    def move(self, id_: int, before: OrderStatus, after: OrderStatus, instant: datetime) -> bool:
        """Update the status, comparing it first."""
        with self._database.transaction() as transaction:
            moved = transaction.execute(
                "UPDATE orders SET status = :after, updated_at = :instant WHERE id = :id AND status = :before",
                id=id_,
                before=before,
                after=after,
                instant=instant,
            )
        return moved == 1


def _line(order_id: int, item: ItemDraft) -> dict[str, Value]:
    return {
        "order_id": order_id,
        "product_id": item.product_id,
        "name": item.name,
        "price": item.price,
        "quantity": item.quantity,
    }


def _orders(transaction: Transaction, condition: str, value: int) -> list[Order]:
    # The condition is one of the constants above.
    chosen = f"FROM orders WHERE {condition}"
    rows = transaction.rows(f"SELECT * {chosen} ORDER BY id", value=value)
    lines = transaction.rows(
        f"SELECT * FROM order_items WHERE order_id IN (SELECT id {chosen}) ORDER BY order_id, id",  # noqa: S608 (see above)
        value=value,
    )
    items: dict[int, list[OrderItem]] = {}
    for line in lines:
        items.setdefault(line.integer("order_id"), []).append(_item(line))
    return [_order(row, items.get(row.integer("id"), [])) for row in rows]


def _order(row: Row, items: list[OrderItem]) -> Order:
    return Order(
        id=row.integer("id"),
        user_id=row.integer("user_id"),
        items=tuple(items),
        total_amount=row.money("total_amount"),
        status=OrderStatus(row.text("status")),
        created_at=row.instant("created_at"),
        updated_at=row.instant("updated_at"),
    )


def _item(row: Row) -> OrderItem:
    return OrderItem(
        id=row.integer("id"),
        order_id=row.integer("order_id"),
        name=row.text("name"),
        price=row.money("price"),
        quantity=row.integer("quantity"),
        product_id=row.optional_text("product_id"),
    )
