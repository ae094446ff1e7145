"""The cache of notifications: the port, the one inside the process, and what may be in it."""

from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import Final, Protocol

from treaty_shop.notification.domain import Notification, NotificationStatus, is_settled
from treaty_shop.notification.storage import NotificationRepository

_MOST: Final = 1000


class NotificationCache(Protocol):
    """Remembers notifications for a while; it may forget any of them at any time."""

    def get(self, id_: str) -> Notification | None:
        """Return the notification, or None when it is not remembered."""

    def put(self, notification: Notification) -> None:
        """Remember a notification that will not change any more."""


class MemoryCache:
    """Remembers the notifications that were asked for last."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[str, Notification] = OrderedDict()

    def get(self, id_: str) -> Notification | None:
        """Return it, and keep it longer."""
        with self._lock:
            if id_ in self._kept:
                self._kept.move_to_end(id_)
            return self._kept.get(id_)

    def put(self, notification: Notification) -> None:
        """Keep it; whatever was asked for longest ago is forgotten when there are too many."""
        with self._lock:
            self._kept[notification.id] = notification
            self._kept.move_to_end(notification.id)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)


class CachedNotifications:
    """Reads settled notifications from a cache.

    Only what cannot change any more is remembered, so nothing has to be forgotten in time, and no reader who was
    slow can bring an old state back.
    """

    def __init__(self, notifications: NotificationRepository, cache: NotificationCache) -> None:
        self._notifications = notifications
        self._cache = cache

    def add(self, notifications: list[Notification]) -> None:
        """Keep them."""
        self._notifications.add(notifications)

    def get(self, id_: str) -> Notification | None:
        """Return what is remembered, or what is kept."""
        notification = self._cache.get(id_)
        if notification is None:
            notification = self._notifications.get(id_)
            if notification is not None and is_settled(notification):
                self._cache.put(notification)
        return notification

    def of_user(self, user_id: int) -> list[Notification]:
        """Return what is kept."""
        return self._notifications.of_user(user_id)

    def move(self, id_: str, before: NotificationStatus, after: NotificationStatus, instant: datetime) -> bool:
        """Change what is kept."""
        return self._notifications.move(id_, before, after, instant)
