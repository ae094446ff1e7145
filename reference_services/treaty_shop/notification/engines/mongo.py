"""Notifications in MongoDB."""

import uuid
from datetime import datetime
from typing import Any, Final

from bson import ObjectId
from pymongo import ASCENDING, MongoClient, ReturnDocument
from pymongo.errors import BulkWriteError, PyMongoError

from treaty_shop.notification.domain import Notification, NotificationStatus, NotificationType
from treaty_shop.platform.database import Duplicate
from treaty_shop.platform.settings import InvalidSetting

_CONNECT_MILLISECONDS: Final = 10_000
_PATIENCE: Final = "serverSelectionTimeoutMS"
_BROKEN_KEY: Final = 11000
_DATABASE: Final = "notifications"

Document = dict[str, Any]


class MongoNotifications:
    """Notifications as documents, each under an ObjectId.

    A position from a counter keeps the order in which they came. A batch is all or none although only a replica set
    has transactions: what was inserted is taken back when one of it fails. A change of status is an optimistic lock:
    it only happens while the status still is what the service has read.
    """

    def __init__(self, url: str) -> None:
        """Connect to ``mongodb://host:port/name``; raises `InvalidSetting`."""
        try:
            # The options of a URL would be overruled by ours.
            patience: dict[str, Any] = {} if _PATIENCE.lower() in url.lower() else {_PATIENCE: _CONNECT_MILLISECONDS}
            self._client: MongoClient[Document] = MongoClient(
                url, tz_aware=True, appname="shop-notification", **patience
            )
        except (PyMongoError, ValueError) as error:
            raise InvalidSetting("DATABASE_URL must be mongodb://USER:PASSWORD@HOST:PORT/NAME") from error
        database = self._client.get_default_database(_DATABASE)
        self._notifications = database["notifications"]
        self._counters = database["counters"]
        try:
            self._notifications.create_index([("user_id", ASCENDING), ("position", ASCENDING)])
        except PyMongoError as error:
            self._client.close()
            raise InvalidSetting(f"DATABASE_URL: cannot use the mongodb database: {_why(error)}") from error

    def add(self, notifications: list[Notification]) -> None:
        """Insert a batch; raises `Duplicate`."""
        batch = uuid.uuid4().hex
        first = self._reserve(len(notifications))
        documents = [
            {**_document(notification), "position": first + index, "batch": batch}
            for index, notification in enumerate(notifications)
        ]
        try:
            self._notifications.insert_many(documents)
        except PyMongoError as error:
            self._notifications.delete_many({"batch": batch})
            if isinstance(error, BulkWriteError) and _is_broken_key(error):
                raise Duplicate from error
            raise

    def get(self, id_: str) -> Notification | None:
        """Find a notification."""
        if not ObjectId.is_valid(id_):
            return None
        document = self._notifications.find_one({"_id": ObjectId(id_)})
        return None if document is None else _notification(document)

    def of_user(self, user_id: int) -> list[Notification]:
        """Find a user's notifications."""
        found = self._notifications.find({"user_id": user_id}).sort("position", ASCENDING)
        return [_notification(document) for document in found]

    def move(self, id_: str, before: NotificationStatus, after: NotificationStatus, instant: datetime) -> bool:
        """Update the status, comparing it first."""
        sent_at = instant if after is NotificationStatus.SENT else None
        result = self._notifications.update_one(
            {"_id": ObjectId(id_), "status": before.value},
            {"$set": {"status": after.value, "sent_at": sent_at, "updated_at": instant}},
        )
        return result.matched_count == 1

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _reserve(self, count: int) -> int:
        """Return the first of so many positions that nobody else gets."""
        counter = self._counters.find_one_and_update(
            {"_id": "notifications"}, {"$inc": {"last": count}}, upsert=True, return_document=ReturnDocument.AFTER
        )
        assert counter is not None
        return int(counter["last"]) - count + 1


def _document(notification: Notification) -> Document:
    return {
        "_id": ObjectId(notification.id),
        "user_id": notification.user_id,
        "type": notification.type.value,
        "title": notification.title,
        "content": notification.content,
        "recipient": notification.recipient,
        "status": notification.status.value,
        "sent_at": notification.sent_at,
        "created_at": notification.created_at,
        "updated_at": notification.updated_at,
    }


def _notification(document: Document) -> Notification:
    return Notification(
        id=str(document["_id"]),
        user_id=document["user_id"],
        type=NotificationType(document["type"]),
        title=document["title"],
        content=document["content"],
        recipient=document["recipient"],
        status=NotificationStatus(document["status"]),
        sent_at=document["sent_at"],
        created_at=document["created_at"],
        updated_at=document["updated_at"],
    )


def _is_broken_key(error: BulkWriteError) -> bool:
    return any(each.get("code") == _BROKEN_KEY for each in (error.details or {}).get("writeErrors", ()))


def _why(error: PyMongoError) -> str:
    return str(error).partition(",")[0]
