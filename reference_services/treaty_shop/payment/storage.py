"""Where payments are kept: the port and its SQLite adapter."""

import sqlite3
from datetime import datetime
from typing import Final, Protocol

from treaty_shop.payment.domain import (
    Payment,
    PaymentDraft,
    PaymentStatus,
    PaymentType,
    trade_number,
)
from treaty_shop.platform.clock import from_wire, optional_from_wire, to_wire
from treaty_shop.platform.database import Database
from treaty_shop.platform.money import from_cents, to_cents

_TABLES: Final = (
    """
    CREATE TABLE IF NOT EXISTS payments (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        order_id INTEGER NOT NULL,
        user_id INTEGER NOT NULL,
        amount_cents INTEGER NOT NULL,
        status TEXT NOT NULL,
        payment_type TEXT NOT NULL,
        trade_no TEXT,
        paid_at TEXT,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS payments_by_order ON payments (order_id)",
    "CREATE INDEX IF NOT EXISTS payments_by_user ON payments (user_id)",
)


class OrderHasPayment(Exception):
    """The order has a payment that did not fail."""


class PaymentRepository(Protocol):
    """Keeps payments."""

    def add(self, draft: PaymentDraft, instant: datetime, *, allow_second: bool) -> Payment:
        """Keep a new pending payment, created at the instant.

        Raises `OrderHasPayment` when the order has one that did not fail, unless a second one
        is allowed; check and insert are one step.
        """

    def get(self, id_: int) -> Payment | None:
        """Return the payment, or None."""

    def of_order(self, order_id: int) -> Payment | None:
        """Return the latest payment of an order, or None."""

    def of_user(self, user_id: int) -> list[Payment]:
        """Return the payments of a user, oldest first."""

    def move(self, id_: int, before: PaymentStatus, after: PaymentStatus, instant: datetime) -> bool:
        """Change the status if it still is `before`; False when it is not.

        A payment that succeeds gets its `paid_at` (the instant) and `trade_no`.
        """


class SqlitePayments:
    """Payments in SQLite."""

    def __init__(self, database: Database, start_id: int) -> None:
        self._database = database
        database.create(_TABLES, sequences=("payments",), start_id=start_id)

    def add(self, draft: PaymentDraft, instant: datetime, *, allow_second: bool) -> Payment:
        """Check and insert in one transaction."""
        time = to_wire(instant)
        with self._database.transaction() as connection:
            live = connection.execute(
                "SELECT 1 FROM payments WHERE order_id = ? AND status != ?",
                (draft.order_id, PaymentStatus.FAILED),
            ).fetchone()
            if live is not None and not allow_second:
                raise OrderHasPayment(draft.order_id)
            row = connection.execute(
                "INSERT INTO payments (order_id, user_id, amount_cents, status, payment_type, "
                "created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING *",
                (
                    draft.order_id,
                    draft.user_id,
                    to_cents(draft.amount),
                    PaymentStatus.PENDING,
                    draft.payment_type,
                    time,
                    time,
                ),
            ).fetchone()
        return _payment(row)

    def get(self, id_: int) -> Payment | None:
        """Select a payment."""
        rows = self._select("id = ?", id_)
        return rows[0] if rows else None

    def of_order(self, order_id: int) -> Payment | None:
        """Select the latest payment of an order."""
        rows = self._select("order_id = ?", order_id)
        return rows[-1] if rows else None

    def of_user(self, user_id: int) -> list[Payment]:
        """Select a user's payments."""
        return self._select("user_id = ?", user_id)

    def move(self, id_: int, before: PaymentStatus, after: PaymentStatus, instant: datetime) -> bool:
        """Update the status, comparing it first."""
        time = to_wire(instant)
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "UPDATE payments SET status = ?, updated_at = ? WHERE id = ? AND status = ?",
                (after, time, id_, before),
            )
            if cursor.rowcount == 1 and after is PaymentStatus.SUCCESS:
                connection.execute(
                    "UPDATE payments SET paid_at = ?, trade_no = ? WHERE id = ?",
                    (time, trade_number(id_, instant), id_),
                )
            return cursor.rowcount == 1

    def _select(self, condition: str, value: int) -> list[Payment]:
        with self._database.transaction() as connection:
            # The condition is one of the constants above.
            rows = connection.execute(
                f"SELECT * FROM payments WHERE {condition} ORDER BY id",  # noqa: S608 (see above)
                (value,),
            ).fetchall()
        return [_payment(row) for row in rows]


def _payment(row: sqlite3.Row) -> Payment:
    return Payment(
        id=row["id"],
        order_id=row["order_id"],
        user_id=row["user_id"],
        amount=from_cents(row["amount_cents"]),
        status=PaymentStatus(row["status"]),
        payment_type=PaymentType(row["payment_type"]),
        trade_no=row["trade_no"],
        paid_at=optional_from_wire(row["paid_at"]),
        created_at=from_wire(row["created_at"]),
        updated_at=from_wire(row["updated_at"]),
    )
