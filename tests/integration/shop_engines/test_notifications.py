"""The port of notifications, on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.engines.running import DOCUMENTS, SQL, RunningEngines
from tests.integration.shop_engines.together import at_once
from treaty_shop.notification.domain import Notification, NotificationStatus, NotificationType, new_ids
from treaty_shop.notification.engines.mongo import MongoNotifications
from treaty_shop.notification.schema import SCHEMA
from treaty_shop.notification.storage import NotificationRepository, SqlNotifications
from treaty_shop.platform.database import Duplicate
from treaty_shop.platform.database_url import open_database

INSTANT = datetime(2024, 2, 29, 23, 59, 58, 999000, tzinfo=UTC)
LATER = INSTANT + timedelta(days=366)
PENDING, SENT, FAILED = NotificationStatus.PENDING, NotificationStatus.SENT, NotificationStatus.FAILED
next_id = new_ids()


def notification(user_id: int = 7, instant: datetime = INSTANT) -> Notification:
    return Notification(
        id=next_id(instant),
        user_id=user_id,
        type=NotificationType.EMAIL,
        title="Order 1 is processing",
        content="A line,\nand \U0001f4da: " + "x" * 9_000,
        recipient="ada@example.com",
        status=PENDING,
        sent_at=None,
        created_at=instant,
        updated_at=instant,
    )


@pytest.fixture(name="notifications", params=(*SQL, *DOCUMENTS))
def _notifications(
    request: pytest.FixtureRequest, engines: RunningEngines, tmp_path: Path
) -> Iterator[NotificationRepository]:
    url = engines.new_database(request.param, tmp_path)
    if url.startswith("mongodb"):
        documents = MongoNotifications(url)
        yield documents
        documents.close()
    else:
        database = open_database(url, SCHEMA)
        yield SqlNotifications(database)
        database.close()
        engines.drop(url)


def test_a_notification_comes_back_as_it_was_kept(notifications: NotificationRepository) -> None:
    """To the character and to the millisecond; who has none has an empty list."""
    kept = notification()
    notifications.add([kept])
    assert notifications.get(kept.id) == kept
    assert notifications.of_user(7) == [kept]
    assert (notifications.get(next_id(INSTANT)), notifications.get("no id"), notifications.of_user(8)) == (
        None,
        None,
        [],
    )


def test_the_notifications_of_a_user_are_listed_as_they_came(notifications: NotificationRepository) -> None:
    """Whatever their ids and times say; nobody else's are among them."""
    last, first, second = notification(), notification(instant=LATER), notification()
    notifications.add([first, notification(user_id=8), second])
    notifications.add([last])
    assert notifications.of_user(7) == [first, second, last]


def test_a_batch_is_kept_whole_or_not_at_all(notifications: NotificationRepository) -> None:
    """One id that is taken refuses all, and leaves alone what had it."""
    kept = notification()
    notifications.add([kept])
    with pytest.raises(Duplicate):
        notifications.add([notification(), replace(kept, title="another"), notification()])
    assert notifications.of_user(7) == [kept]


def test_a_status_changes_only_from_what_it_is(notifications: NotificationRepository) -> None:
    """One that is sent gets the time of it."""
    sent, failed = notification(), notification()
    notifications.add([sent, failed])
    assert notifications.move(sent.id, PENDING, SENT, LATER)
    assert notifications.move(failed.id, PENDING, FAILED, LATER)
    assert not notifications.move(sent.id, PENDING, FAILED, LATER)
    assert not notifications.move(next_id(INSTANT), PENDING, SENT, LATER)
    assert notifications.get(sent.id) == replace(sent, status=SENT, sent_at=LATER, updated_at=LATER)
    assert notifications.get(failed.id) == replace(failed, status=FAILED, updated_at=LATER)


def test_of_several_who_change_a_status_at_once_one_does(notifications: NotificationRepository) -> None:
    kept = notification()
    notifications.add([kept])
    results = at_once(6, lambda number: notifications.move(kept.id, PENDING, [SENT, FAILED][number % 2], LATER))
    assert sorted(map(str, results)) == ["False"] * 5 + ["True"]


def test_several_batches_at_once_are_each_kept_in_their_order(notifications: NotificationRepository) -> None:
    """None lost, none twice."""
    batches = [[notification(user_id=number) for _ in range(3)] for number in range(4)]
    assert at_once(4, lambda number: notifications.add(batches[number])) == [None] * 4
    assert [notifications.of_user(number) for number in range(4)] == batches
