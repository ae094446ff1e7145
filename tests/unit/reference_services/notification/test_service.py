"""The use cases of the notification service, on its real storage."""

from collections.abc import Iterator

import pytest

from tests.unit.reference_services.doubles import Outbox, advance, gated_work, quiet_log, ticking_clock
from treaty_shop.notification.delivery import MemoryQueue
from treaty_shop.notification.domain import NotificationDraft, NotificationStatus, NotificationType, new_ids
from treaty_shop.notification.schema import SCHEMA
from treaty_shop.notification.service import NotificationService
from treaty_shop.notification.storage import CachedReads, NotificationRepository, SqlNotifications
from treaty_shop.platform.background import BackgroundWork
from treaty_shop.platform.database import Database
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.errors import NotFound


def _draft(type_: NotificationType = NotificationType.EMAIL, title: str = "Hello") -> NotificationDraft:
    return NotificationDraft(user_id=1, type=type_, title=title, content="Text", recipient="ada@example.com")


@pytest.fixture(name="database")
def _database() -> Iterator[Database]:
    database = open_database("sqlite://", SCHEMA)
    yield database
    database.close()


def _service(
    notifications: NotificationRepository, work: BackgroundWork, outbox: Outbox, deliveries: MemoryQueue | None = None
) -> NotificationService:
    return NotificationService(
        notifications=notifications,
        deliveries=MemoryQueue() if deliveries is None else deliveries,
        sender=outbox,
        work=work,
        log=quiet_log(),
        clock=ticking_clock(),
        new_id=new_ids(),
    )


@pytest.fixture(name="outbox")
def _outbox() -> Outbox:
    return Outbox()


@pytest.fixture(name="service")
def _plain_service(database: Database, work: BackgroundWork, outbox: Outbox) -> NotificationService:
    return _service(SqlNotifications(database), work, outbox)


def test_a_mail_is_pending_until_it_is_sent(service: NotificationService, work: BackgroundWork, outbox: Outbox) -> None:
    """Then it has a time of sending, and the mail holds what was asked for."""
    (pending,) = service.queue([_draft()])
    assert (pending.status, pending.sent_at) == (NotificationStatus.PENDING, None)
    assert service.read(pending.id) == pending
    assert advance(work) == "notification.deliver"
    sent = service.read(pending.id)
    assert sent.status is NotificationStatus.SENT
    assert sent.sent_at == sent.updated_at
    assert sent.updated_at > pending.updated_at
    (mail,) = outbox.mails
    assert (mail.recipient, mail.subject, mail.text) == ("ada@example.com", "Hello", "Text")


def test_a_refused_mail_has_failed(service: NotificationService, work: BackgroundWork, outbox: Outbox) -> None:
    """And has no time of sending."""
    outbox.refuses = True
    (pending,) = service.queue([_draft()])
    advance(work)
    failed = service.read(pending.id)
    assert (failed.status, failed.sent_at) == (NotificationStatus.FAILED, None)


def test_a_short_message_always_fails(service: NotificationService, work: BackgroundWork, outbox: Outbox) -> None:
    """There is no gateway, and no mail is sent instead."""
    (pending,) = service.queue([_draft(NotificationType.SMS)])
    advance(work)
    assert service.read(pending.id).status is NotificationStatus.FAILED
    assert outbox.mails == []


def test_a_batch_is_delivered_in_order(service: NotificationService, work: BackgroundWork, outbox: Outbox) -> None:
    """And listed in the same order."""
    service.queue([_draft(title=title) for title in ("one", "two", "three")])
    assert [notification.title for notification in service.list_of_user(1)] == ["one", "two", "three"]
    for _ in range(3):
        advance(work)
    assert [mail.subject for mail in outbox.mails] == ["one", "two", "three"]


def test_an_unknown_notification_is_not_found(service: NotificationService) -> None:
    """And an unknown user has none."""
    with pytest.raises(NotFound):
        service.read("f" * 24)
    assert service.list_of_user(7) == []


def test_a_fault_serves_the_first_state_for_ever(database: Database, work: BackgroundWork, outbox: Outbox) -> None:
    """While the list tells the truth."""
    service = _service(CachedReads(SqlNotifications(database)), work, outbox)
    (pending,) = service.queue([_draft()])
    advance(work)
    assert service.read(pending.id) == pending
    assert service.list_of_user(1)[0].status is NotificationStatus.SENT


def test_a_service_delivers_what_an_earlier_one_left(database: Database, work: BackgroundWork, outbox: Outbox) -> None:
    """First what was under way when that ended; what is settled by now is not sent again."""
    notifications, deliveries = SqlNotifications(database), MemoryQueue()
    earlier = _service(notifications, work, outbox, deliveries)
    kept = earlier.queue([_draft(title=title) for title in ("settled", "under way", "waiting")])
    advance(work)
    deliveries.put([kept[0].id])
    assert deliveries.take() == kept[1].id
    another = gated_work()
    _service(notifications, another, outbox, deliveries).resume()
    assert another.state().held == ("notification.deliver",) * 3
    for _ in range(3):
        advance(another)
    another.close(5.0)
    assert [mail.subject for mail in outbox.mails] == ["settled", "under way", "waiting"]
    assert deliveries.recover() == 0


def test_a_service_that_finds_the_queue_empty_does_nothing(
    database: Database, work: BackgroundWork, outbox: Outbox
) -> None:
    """Another one that shares it was faster; and a notification that is gone is forgotten."""
    deliveries = MemoryQueue()
    service = _service(SqlNotifications(database), work, outbox, deliveries)
    service.queue([_draft()])
    id_ = deliveries.take()
    advance(work)
    assert outbox.mails == []
    assert id_ is not None
    deliveries.done(id_)
    deliveries.put(["f" * 24])
    service.resume()
    advance(work)
    assert (outbox.mails, deliveries.recover()) == ([], 0)
