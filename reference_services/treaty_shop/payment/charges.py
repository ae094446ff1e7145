"""What the payment provider knows payments by, and what it has told: the port, and its adapter for SQL engines."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from treaty_shop.platform.database import Database, Duplicate, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A payment at the provider.

    `session` and `link` are the page where the customer pays, `intent` is what the money was taken by; `collected_at`
    is None until it was taken.
    """

    payment_id: int
    session: str | None
    link: str | None
    intent: str | None
    collected_at: datetime | None


class ChargeRepository(Protocol):
    """Keeps charges and events."""

    def get(self, payment_id: int) -> Charge | None:
        """Return the charge of a payment, or None."""

    def open(self, payment_id: int, session: str, link: str) -> None:
        """Keep the page of a payment; the same again changes nothing."""

    def collect(self, payment_id: int, intent: str, instant: datetime) -> None:
        """Keep that the money of a payment was taken; the same again changes nothing."""

    def paid(self, event: str, session: str, intent: str, instant: datetime, *, keep_link: bool) -> int | None:
        """Keep that an event told of the money of a session: the payment's id.

        None when the event was told before, when the money was, or when nobody knows the session. Event and money are
        kept in one transaction.
        """

    def of_session(self, session: str) -> Charge | None:
        """Return the charge with that page, or None."""

    def first_told(self, event: str, instant: datetime) -> bool:
        """Keep that an event was told: whether it is the first time."""

    def waiting(self) -> list[int]:
        """Return the ids of payments whose money is there and which are still pending, oldest first."""


class SqlCharges:
    """Charges in a SQL database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, payment_id: int) -> Charge | None:
        """Select a charge."""
        with self._database.transaction() as transaction:
            row = transaction.row("SELECT * FROM charges WHERE payment_id = :id", id=payment_id)
        return None if row is None else _charge(row)

    def of_session(self, session: str) -> Charge | None:
        """Select a charge by its page."""
        with self._database.transaction() as transaction:
            row = transaction.row("SELECT * FROM charges WHERE session_id = :session", session=session)
        return None if row is None else _charge(row)

    def open(self, payment_id: int, session: str, link: str) -> None:
        """Insert a charge."""
        self._put(payment_id, session=session, link=link)

    def collect(self, payment_id: int, intent: str, instant: datetime) -> None:
        """Insert a charge, or add what was taken to the one that there is."""
        self._put(payment_id, intent=intent, collected_at=instant)

    def paid(self, event: str, session: str, intent: str, instant: datetime, *, keep_link: bool) -> int | None:
        """Insert the event and update the charge."""
        link = "" if keep_link else ", link = NULL"
        try:
            with self._database.transaction() as transaction:
                transaction.put("provider_events", {"id": event, "told_at": instant})
                # What is put together are the two constants above.
                changed = transaction.execute(
                    f"UPDATE charges SET intent_id = :intent, collected_at = :instant{link} "  # noqa: S608 (see above)
                    "WHERE session_id = :session AND collected_at IS NULL",
                    intent=intent,
                    instant=instant,
                    session=session,
                )
                row = transaction.row("SELECT payment_id FROM charges WHERE session_id = :session", session=session)
        except Duplicate:
            return None
        return row.integer("payment_id") if changed and row is not None else None

    def first_told(self, event: str, instant: datetime) -> bool:
        """Insert the event."""
        try:
            with self._database.transaction() as transaction:
                transaction.put("provider_events", {"id": event, "told_at": instant})
        except Duplicate:
            return False
        return True

    def waiting(self) -> list[int]:
        """Select what somebody who was stopped has left."""
        statement = (
            "SELECT charges.payment_id AS payment_id FROM charges JOIN payments ON payments.id = charges.payment_id "
            "WHERE charges.collected_at IS NOT NULL AND payments.status = :pending ORDER BY payment_id"
        )
        with self._database.transaction() as transaction:
            return [row.integer("payment_id") for row in transaction.rows(statement, pending="pending")]

    def _put(
        self,
        payment_id: int,
        *,
        session: str | None = None,
        link: str | None = None,
        intent: str | None = None,
        collected_at: datetime | None = None,
    ) -> None:
        values = {"session_id": session, "link": link, "intent_id": intent, "collected_at": collected_at}
        try:
            with self._database.transaction() as transaction:
                transaction.put("charges", {"payment_id": payment_id, **values})
        except Duplicate:
            if intent is None:
                return
            with self._database.transaction() as transaction:
                transaction.execute(
                    "UPDATE charges SET intent_id = :intent, collected_at = :instant "
                    "WHERE payment_id = :id AND collected_at IS NULL",
                    id=payment_id,
                    intent=intent,
                    instant=collected_at,
                )


def _charge(row: Row) -> Charge:
    return Charge(
        payment_id=row.integer("payment_id"),
        session=row.optional_text("session_id"),
        link=row.optional_text("link"),
        intent=row.optional_text("intent_id"),
        collected_at=row.optional_instant("collected_at"),
    )
