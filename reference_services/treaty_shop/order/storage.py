"""Where orders are kept: the port and its SQLite adapter."""

import sqlite3
from datetime import datetime
from decimal import Decimal
from typing import Final, Protocol

from treaty_shop.order.domain import Order, OrderDraft, OrderItem, OrderStatus
from treaty_shop.platform.clock import from_wire, to_wire
from treaty_shop.platform.database import Database
from treaty_shop.platform.money import from_cents, to_cents

_TABLES: Final = (
    """
    CREATE TABLE IF NOT EXISTS orders (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        user_id INTEGER NOT NULL,
        total_cents INTEGER NOT NULL,
        status TEXT NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS order_items (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        order_id INTEGER NOT NULL REFERENCES orders (id),
        name TEXT NOT NULL,
        price_cents INTEGER NOT NULL,
        quantity INTEGER NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS orders_by_user ON orders (user_id)",
    "CREATE INDEX IF NOT EXISTS items_by_order ON order_items (order_id)",
)


class OrderRepository(Protocol):
    """Keeps orders."""

    def add(self, draft: OrderDraft, total: Decimal, instant: datetime) -> Order:
        """Keep a new pending order, created at the instant."""

    def get(self, id_: int) -> Order | None:
        """Return the order, or None."""

    def of_user(self, user_id: int) -> list[Order]:
        """Return the orders of a user, oldest first."""

    def move(self, id_: int, before: OrderStatus, after: OrderStatus, instant: datetime) -> bool:
        """Change the status if it still is `before`; False when it is not."""


class SqliteOrders:
    """Orders in SQLite."""

    def __init__(self, database: Database, start_id: int) -> None:
        self._database = database
        database.create(_TABLES, sequences=("orders", "order_items"), start_id=start_id)

    def add(self, draft: OrderDraft, total: Decimal, instant: datetime) -> Order:
        """Insert an order and its items in one transaction."""
        time = to_wire(instant)
        with self._database.transaction() as connection:
            row = connection.execute(
                "INSERT INTO orders (user_id, total_cents, status, created_at, updated_at) "
                "VALUES (?, ?, ?, ?, ?) RETURNING *",
                (draft.user_id, to_cents(total), OrderStatus.PENDING, time, time),
            ).fetchone()
            for item in draft.items:
                connection.execute(
                    "INSERT INTO order_items (order_id, name, price_cents, quantity) VALUES (?, ?, ?, ?)",
                    (row["id"], item.name, to_cents(item.price), item.quantity),
                )
            return _order(connection, row)

    def get(self, id_: int) -> Order | None:
        """Select an order."""
        with self._database.transaction() as connection:
            row = connection.execute("SELECT * FROM orders WHERE id = ?", (id_,)).fetchone()
            return None if row is None else _order(connection, row)

    def of_user(self, user_id: int) -> list[Order]:
        """Select a user's orders."""
        with self._database.transaction() as connection:
            rows = connection.execute("SELECT * FROM orders WHERE user_id = ? ORDER BY id", (user_id,)).fetchall()
            return [_order(connection, row) for row in rows]

    def move(self, id_: int, before: OrderStatus, after: OrderStatus, instant: datetime) -> bool:
        """Update the status, comparing it first."""
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "UPDATE orders SET status = ?, updated_at = ? WHERE id = ? AND status = ?",
                (after, to_wire(instant), id_, before),
            )
            return cursor.rowcount == 1


def _order(connection: sqlite3.Connection, row: sqlite3.Row) -> Order:
    items = connection.execute("SELECT * FROM order_items WHERE order_id = ? ORDER BY id", (row["id"],))
    return Order(
        id=row["id"],
        user_id=row["user_id"],
        items=tuple(_item(item) for item in items),
        total_amount=from_cents(row["total_cents"]),
        status=OrderStatus(row["status"]),
        created_at=from_wire(row["created_at"]),
        updated_at=from_wire(row["updated_at"]),
    )


def _item(row: sqlite3.Row) -> OrderItem:
    return OrderItem(
        id=row["id"],
        order_id=row["order_id"],
        name=row["name"],
        price=from_cents(row["price_cents"]),
        quantity=row["quantity"],
    )
