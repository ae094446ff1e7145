"""Where payments are kept: the port, and its adapter for every SQL engine."""

from datetime import datetime
from typing import Final, Protocol

from treaty_shop.payment.domain import (
    Payment,
    PaymentDraft,
    PaymentStatus,
    PaymentType,
    trade_number,
)
from treaty_shop.platform.database import Database, Duplicate, Row
from treaty_shop.platform.idempotency import KeyUse, RequestKey, find_key, keep_key

_KEYS: Final = "payment_keys"


class OrderHasPayment(Exception):
    """The order has a payment that did not fail."""


class PaymentRepository(Protocol):
    """Keeps payments."""

    def add(
        self, draft: PaymentDraft, instant: datetime, *, allow_second: bool, key: RequestKey | None = None
    ) -> Payment:
        """Keep a new pending payment, created at the instant.

        Raises `OrderHasPayment` when the order has one that did not fail, unless a second one
        is allowed, or when the key has made a payment; check and insert are one step.
        """

    def of_key(self, key: RequestKey) -> KeyUse | None:
        """Return which payment a key has made, or None."""

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


class SqlPayments:
    """Payments in a SQL database.

    A payment claims its order, under a unique key, until it fails: whoever is second, in whatever process, is refused
    by the database. A change of status is an optimistic lock: it only happens while the status still is what the
    service has read, and no payment comes back to a status that it has left.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, draft: PaymentDraft, instant: datetime, *, allow_second: bool, key: RequestKey | None = None
    ) -> Payment:
        """Check and insert in one transaction."""
        try:
            with self._database.transaction() as transaction:
                live = transaction.row(
                    "SELECT 1 FROM payments WHERE order_id = :order_id AND status <> :failed",
                    order_id=draft.order_id,
                    failed=PaymentStatus.FAILED,
                )
                if live is not None and not allow_second:
                    raise OrderHasPayment(draft.order_id)
                values = {
                    "order_id": draft.order_id,
                    "claimed_order_id": draft.order_id if live is None else None,
                    "user_id": draft.user_id,
                    "amount": draft.amount,
                    "status": PaymentStatus.PENDING,
                    "payment_type": draft.payment_type,
                    "created_at": instant,
                    "updated_at": instant,
                }
                id_ = transaction.insert("payments", values)
                if key is not None:
                    keep_key(transaction, _KEYS, key, id_)
                row = transaction.row("SELECT * FROM payments WHERE id = :id", id=id_)
        except Duplicate:
            raise OrderHasPayment(draft.order_id) from None
        assert row is not None
        return _payment(row)

    def of_key(self, key: RequestKey) -> KeyUse | None:
        """Select by the key."""
        with self._database.transaction() as transaction:
            return find_key(transaction, _KEYS, key)

    def get(self, id_: int) -> Payment | None:
        """Select a payment."""
        return next(iter(self._select("id", id_)), None)

    def of_order(self, order_id: int) -> Payment | None:
        """Select the latest payment of an order."""
        return next(reversed(self._select("order_id", order_id)), None)

    def of_user(self, user_id: int) -> list[Payment]:
        """Select a user's payments."""
        return self._select("user_id", user_id)

    def move(self, id_: int, before: PaymentStatus, after: PaymentStatus, instant: datetime) -> bool:
        """Update the status, comparing it first."""
        with self._database.transaction() as transaction:
            moved = transaction.execute(
                "UPDATE payments SET status = :after, updated_at = :instant WHERE id = :id AND status = :before",
                id=id_,
                before=before,
                after=after,
                instant=instant,
            )
            if moved and after is PaymentStatus.SUCCESS:
                transaction.execute(
                    "UPDATE payments SET paid_at = :instant, trade_no = :trade_no WHERE id = :id",
                    id=id_,
                    instant=instant,
                    trade_no=trade_number(id_, instant),
                )
            if moved and after is PaymentStatus.FAILED:
                transaction.execute("UPDATE payments SET claimed_order_id = NULL WHERE id = :id", id=id_)
        return moved == 1

    def _select(self, column: str, value: int) -> list[Payment]:
        with self._database.transaction() as transaction:
            # The column is one of the constants above.
            rows = transaction.rows(f"SELECT * FROM payments WHERE {column} = :value ORDER BY id", value=value)  # noqa: S608 (see above)
        return [_payment(row) for row in rows]


def _payment(row: Row) -> Payment:
    return Payment(
        id=row.integer("id"),
        order_id=row.integer("order_id"),
        user_id=row.integer("user_id"),
        amount=row.money("amount"),
        status=PaymentStatus(row.text("status")),
        payment_type=PaymentType(row.text("payment_type")),
        trade_no=row.optional_text("trade_no"),
        paid_at=row.optional_instant("paid_at"),
        created_at=row.instant("created_at"),
        updated_at=row.instant("updated_at"),
    )
