"""Where notifications are kept: the port, its adapter for every SQL engine, and the cache of fault S0-9."""

from datetime import datetime
from typing import Protocol

from treaty_shop.notification.domain import (
    Notification,
    NotificationStatus,
    NotificationType,
)
from treaty_shop.platform.database import Database, Row, Value


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


class SqlNotifications:
    """Notifications in a SQL database.

    A change of status is an optimistic lock: it only happens while the status still is what the service has read.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, notifications: list[Notification]) -> None:
        """Insert in one transaction."""
        with self._database.transaction() as transaction:
            for notification in notifications:
                transaction.put("notifications", _columns(notification))

    def get(self, id_: str) -> Notification | None:
        """Select a notification."""
        with self._database.transaction() as transaction:
            row = transaction.row("SELECT * FROM notifications WHERE id = :id", id=id_)
        return None if row is None else _notification(row)

    def of_user(self, user_id: int) -> list[Notification]:
        """Select a user's notifications."""
        with self._database.transaction() as transaction:
            rows = transaction.rows(
                "SELECT * FROM notifications WHERE user_id = :user_id ORDER BY position", user_id=user_id
            )
        return [_notification(row) for row in rows]

    def move(self, id_: str, before: NotificationStatus, after: NotificationStatus, instant: datetime) -> bool:
        """Update the status, comparing it first."""
        with self._database.transaction() as transaction:
            moved = transaction.execute(
                "UPDATE notifications SET status = :after, sent_at = :sent_at, updated_at = :instant "
                "WHERE id = :id AND status = :before",
                id=id_,
                before=before,
                after=after,
                sent_at=instant if after is NotificationStatus.SENT else None,
                instant=instant,
            )
        return moved == 1


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


def _columns(notification: Notification) -> dict[str, Value]:
    return {
        "id": notification.id,
        "user_id": notification.user_id,
        "type": notification.type,
        "title": notification.title,
        "content": notification.content,
        "recipient": notification.recipient,
        "status": notification.status,
        "sent_at": notification.sent_at,
        "created_at": notification.created_at,
        "updated_at": notification.updated_at,
    }


def _notification(row: Row) -> Notification:
    return Notification(
        id=row.text("id"),
        user_id=row.integer("user_id"),
        type=NotificationType(row.text("type")),
        title=row.text("title"),
        content=row.text("content"),
        recipient=row.text("recipient"),
        status=NotificationStatus(row.text("status")),
        sent_at=row.optional_instant("sent_at"),
        created_at=row.instant("created_at"),
        updated_at=row.instant("updated_at"),
    )
