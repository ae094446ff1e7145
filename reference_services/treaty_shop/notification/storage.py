"""Where notifications are kept: the port, its SQLite adapter, and the cache of fault S0-9."""

import sqlite3
from datetime import datetime
from typing import Final, Protocol

from treaty_shop.notification.domain import (
    Notification,
    NotificationStatus,
    NotificationType,
)
from treaty_shop.platform.clock import from_wire, optional_from_wire, optional_to_wire, to_wire
from treaty_shop.platform.database import Database

_TABLES: Final = (
    """
    CREATE TABLE IF NOT EXISTS notifications (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        user_id INTEGER NOT NULL,
        type TEXT NOT NULL,
        title TEXT NOT NULL,
        content TEXT NOT NULL,
        recipient TEXT NOT NULL,
        status TEXT NOT NULL,
        sent_at TEXT,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS notifications_by_user ON notifications (user_id)",
)


class NotificationRepository(Protocol):
    """Keeps notifications."""

    def add(self, notifications: list[Notification]) -> None:
        """Keep new notifications, all or none."""

    def get(self, id_: str) -> Notification | None:
        """Return the notification, or None."""

    def of_user(self, user_id: int) -> list[Notification]:
        """Return the notifications of a user, oldest first."""

    def move(self, id_: str, before: NotificationStatus, after: NotificationStatus, instant: datetime) -> bool:
        """Change the status if it still is `before`; False when it is not.

        One that is sent gets its `sent_at` (the instant).
        """


class SqliteNotifications:
    """Notifications in SQLite."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create(_TABLES, sequences=(), start_id=1)

    def add(self, notifications: list[Notification]) -> None:
        """Insert in one transaction."""
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT INTO notifications (id, user_id, type, title, content, recipient, status, "
                "sent_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_columns(notification) for notification in notifications],
            )

    def get(self, id_: str) -> Notification | None:
        """Select a notification."""
        with self._database.transaction() as connection:
            row = connection.execute("SELECT * FROM notifications WHERE id = ?", (id_,)).fetchone()
        return None if row is None else _notification(row)

    def of_user(self, user_id: int) -> list[Notification]:
        """Select a user's notifications."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT * FROM notifications WHERE user_id = ? ORDER BY position", (user_id,)
            ).fetchall()
        return [_notification(row) for row in rows]

    def move(self, id_: str, before: NotificationStatus, after: NotificationStatus, instant: datetime) -> bool:
        """Update the status, comparing it first."""
        time = to_wire(instant)
        sent_at = time if after is NotificationStatus.SENT else None
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "UPDATE notifications SET status = ?, sent_at = ?, updated_at = ? WHERE id = ? AND status = ?",
                (after, sent_at, time, id_, before),
            )
            return cursor.rowcount == 1


class CachedReads:
    """The fault S0-9: a notification read once is served from memory ever after."""

    def __init__(self, notifications: NotificationRepository) -> None:
        self._notifications = notifications
        self._read: dict[str, Notification] = {}

    def add(self, notifications: list[Notification]) -> None:
        """Keep them, and remember how they began."""
        self._notifications.add(notifications)
        self._read.update({notification.id: notification for notification in notifications})

    def get(self, id_: str) -> Notification | None:
        """Return what was remembered, however old."""
        return self._read.get(id_)

    def of_user(self, user_id: int) -> list[Notification]:
        """Return the truth."""
        return self._notifications.of_user(user_id)

    def move(self, id_: str, before: NotificationStatus, after: NotificationStatus, instant: datetime) -> bool:
        """Change the status, not the memory."""
        return self._notifications.move(id_, before, after, instant)


def _columns(notification: Notification) -> tuple[object, ...]:
    return (
        notification.id,
        notification.user_id,
        notification.type,
        notification.title,
        notification.content,
        notification.recipient,
        notification.status,
        optional_to_wire(notification.sent_at),
        to_wire(notification.created_at),
        to_wire(notification.updated_at),
    )


def _notification(row: sqlite3.Row) -> Notification:
    return Notification(
        id=row["id"],
        user_id=row["user_id"],
        type=NotificationType(row["type"]),
        title=row["title"],
        content=row["content"],
        recipient=row["recipient"],
        status=NotificationStatus(row["status"]),
        sent_at=optional_from_wire(row["sent_at"]),
        created_at=from_wire(row["created_at"]),
        updated_at=from_wire(row["updated_at"]),
    )
