"""Notifications: what is told to whom, and whether it got there."""

import itertools
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class NotificationType(StrEnum):
    """The way a notification is sent."""

    EMAIL = "email"
    SMS = "sms"


class NotificationStatus(StrEnum):
    """Where a notification stands."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


_NEXT: Final = MappingProxyType(
    {
        NotificationStatus.PENDING: frozenset({NotificationStatus.SENT, NotificationStatus.FAILED}),
    }
)
_ID: Final = re.compile(r"[0-9a-f]{24}")


def may_become(present: NotificationStatus, wanted: NotificationStatus) -> bool:
    """Whether the state machine allows the step."""
    return wanted in _NEXT.get(present, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationDraft:
    """What somebody wants to be sent."""

    user_id: int
    type: NotificationType
    title: str
    content: str
    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A notification; `sent_at` is None until it is sent."""

    id: str
    user_id: int
    type: NotificationType
    title: str
    content: str
    recipient: str
    status: NotificationStatus
    sent_at: datetime | None
    created_at: datetime
    updated_at: datetime


def is_settled(notification: Notification) -> bool:
    """Whether the notification will not change any more."""
    return notification.status not in _NEXT


def is_notification_id(text: str) -> bool:
    """Whether the text has the form of an id: 24 lower case hex digits."""
    return _ID.fullmatch(text) is not None


def new_ids() -> Callable[[datetime], str]:
    """Return a source of ids: 4 bytes of unix seconds, 5 random ones of this source, 3 of a counter."""
    random = os.urandom(5).hex()
    first = int.from_bytes(os.urandom(3))
    counter = itertools.count(first)

    def new_id(instant: datetime) -> str:
        seconds = int(instant.timestamp()) % 2**32
        return f"{seconds:08x}{random}{next(counter) % 2**24:06x}"

    return new_id
