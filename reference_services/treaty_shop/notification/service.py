"""What can be done with notifications, and how they are delivered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from treaty_shop.notification.delivery import DeliveryQueue
from treaty_shop.notification.domain import (
    Notification,
    NotificationDraft,
    NotificationStatus,
    NotificationType,
    is_settled,
    may_become,
)
from treaty_shop.notification.storage import NotificationRepository
from treaty_shop.platform.background import BackgroundWork
from treaty_shop.platform.errors import NotFound
from treaty_shop.platform.mail import Mail, MailFailed, MailSender
from treaty_shop.platform.structured_log import StructuredLog

DELIVER_SECONDS: Final = 1.0
"""The delay before scaling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationService:
    """The use cases of the notification service."""

    notifications: NotificationRepository
    deliveries: DeliveryQueue
    sender: MailSender
    work: BackgroundWork
    log: StructuredLog
    clock: Callable[[], datetime]
    new_id: Callable[[datetime], str]

    def queue(self, drafts: Sequence[NotificationDraft]) -> list[Notification]:
        """Keep notifications, all or none, and deliver them in the background, in order."""
        instant = self.clock()
        kept = [self._pending(draft, instant) for draft in drafts]
        self.notifications.add(kept)
        self.deliveries.put([notification.id for notification in kept])
        self._deliver_later(len(kept))
        return kept

    def resume(self) -> None:
        """Deliver what an earlier run of the service left in the queue."""
        self._deliver_later(self.deliveries.recover())

    def read(self, id_: str) -> Notification:
        """Return a notification as it is now; raises `NotFound`."""
        notification = self.notifications.get(id_)
        if notification is None:
            raise NotFound("notification_not_found", "notification not found")
        return notification

    def list_of_user(self, user_id: int) -> list[Notification]:
        """Return the notifications of a user, oldest first; an unknown user has none."""
        return self.notifications.of_user(user_id)

    def _pending(self, draft: NotificationDraft, instant: datetime) -> Notification:
        return Notification(
            id=self.new_id(instant),
            user_id=draft.user_id,
            type=draft.type,
            title=draft.title,
            content=draft.content,
            recipient=draft.recipient,
            status=NotificationStatus.PENDING,
            sent_at=None,
            created_at=instant,
            updated_at=instant,
        )

    def _deliver_later(self, count: int) -> None:
        for _ in range(count):
            self.work.submit("notification.deliver", self._deliver_next, delay=DELIVER_SECONDS)

    def _deliver_next(self) -> None:
        id_ = self.deliveries.take()
        if id_ is None:
            # Another service that shares the queue was faster.
            return
        notification = self.notifications.get(id_)
        if notification is not None and not is_settled(notification):
            self._deliver(notification)
        self.deliveries.done(id_)

    def _deliver(self, notification: Notification) -> None:
        wanted = NotificationStatus.SENT if self._send(notification) else NotificationStatus.FAILED
        if may_become(notification.status, wanted):
            self.notifications.move(notification.id, notification.status, wanted, self.clock())

    def _send(self, notification: Notification) -> bool:
        if notification.type is NotificationType.SMS:
            self.log.warning("not_sent", notification=notification.id, why="there is no sms gateway")
            return False
        mail = Mail(
            reference=notification.id,
            recipient=notification.recipient,
            subject=notification.title,
            text=notification.content,
            date=self.clock(),
        )
        try:
            self.sender.send(mail)
        except MailFailed as error:
            self.log.warning("not_sent", notification=notification.id, why=str(error))
            return False
        self.log.info("sent", notification=notification.id)
        return True
