"""The ports of the queue and the cache of notifications, in the process and in Redis."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis import Redis

from tests.integration.shop_engines.together import at_once
from tests.unit.reference_services.doubles import await_true
from treaty_shop.apps import create_app
from treaty_shop.notification.cache import CachedNotifications, MemoryCache, NotificationCache
from treaty_shop.notification.delivery import DeliveryQueue, MemoryQueue
from treaty_shop.notification.domain import Notification, NotificationStatus, NotificationType
from treaty_shop.notification.engines.redis_store import RedisCache, RedisQueue, connect
from treaty_shop.notification.schema import SCHEMA
from treaty_shop.notification.storage import SqlNotifications
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.pace import PaceKind
from treaty_shop.platform.settings import Settings
from treaty_shop.platform.structured_log import StructuredLog
from treaty_shop.platform.web import runtime_of

INSTANT = datetime(2024, 2, 29, 23, 59, 58, 999000, tzinfo=UTC)
SENT = Notification(
    id="65e11a7e0000000000000001",
    user_id=7,
    type=NotificationType.EMAIL,
    title="Order 1 is \U0001f4da",
    content="A line,\nand another.",
    recipient="ada@example.com",
    status=NotificationStatus.SENT,
    sent_at=INSTANT,
    created_at=INSTANT,
    updated_at=INSTANT,
)
PLACES = ("in the process", pytest.param("in Redis", marks=pytest.mark.needs_server))


@pytest.fixture(name="client_of")
def _client_of(request: pytest.FixtureRequest) -> Iterator[Callable[[], Redis]]:
    clients: list[Redis] = []

    def client() -> Redis:
        clients.append(connect(request.getfixturevalue("redis_url")))
        return clients[-1]

    yield client
    for each in clients:
        each.close()


@pytest.fixture(name="queue", params=PLACES)
def _queue(request: pytest.FixtureRequest, client_of: Callable[[], Redis]) -> DeliveryQueue:
    return MemoryQueue() if request.param == "in the process" else RedisQueue(client_of())


@pytest.fixture(name="cache", params=PLACES)
def _cache(request: pytest.FixtureRequest, client_of: Callable[[], Redis]) -> NotificationCache:
    if request.param == "in the process":
        return MemoryCache()
    return RedisCache(client_of(), StructuredLog("notification", io.StringIO()))


def test_ids_are_taken_as_they_were_put(queue: DeliveryQueue) -> None:
    queue.put(["a", "b"])
    queue.put(["c"])
    assert [queue.take() for _ in range(4)] == ["a", "b", "c", None]


def test_what_was_under_way_is_taken_up_again_first(queue: DeliveryQueue) -> None:
    """In its order; what is done is not, however often it is said."""
    queue.put(["a", "b", "c", "d"])
    for _ in range(3):
        queue.take()
    queue.done("b")
    queue.done("b")
    assert queue.recover() == 3
    assert [queue.take() for _ in range(4)] == ["a", "c", "d", None]
    assert queue.recover() == 3
    for id_ in ("a", "c", "d"):
        assert queue.take() == id_
        queue.done(id_)
    assert (queue.recover(), queue.take()) == (0, None)


def test_of_several_who_take_at_once_each_gets_another(queue: DeliveryQueue) -> None:
    queue.put([str(number) for number in range(6)])
    taken = at_once(8, lambda _: queue.take())
    assert sorted(map(str, taken)) == [*(str(number) for number in range(6)), "None", "None"]


def test_what_is_remembered_comes_back_as_it_was(cache: NotificationCache) -> None:
    """To the character and to the millisecond; null stays null."""
    failed = replace(SENT, id="65e11a7e0000000000000002", status=NotificationStatus.FAILED, sent_at=None)
    for notification in (SENT, failed):
        assert cache.get(notification.id) is None
        cache.put(notification)
        assert cache.get(notification.id) == notification


def test_only_what_will_not_change_any_more_is_remembered(cache: NotificationCache) -> None:
    """So nobody reads what is not true any more, and what is settled is not looked up again."""
    database = open_database("sqlite://", SCHEMA)
    notifications = SqlNotifications(database)
    cached = CachedNotifications(notifications, cache)
    pending = replace(SENT, status=NotificationStatus.PENDING, sent_at=None)
    cached.add([pending])
    assert cached.get(SENT.id) == pending
    assert notifications.move(SENT.id, NotificationStatus.PENDING, NotificationStatus.SENT, INSTANT)
    assert cached.get(SENT.id) == SENT
    assert cached.of_user(7) == [SENT]
    database.close()
    assert cached.get(SENT.id) == SENT


@pytest.mark.needs_server
def test_a_queue_in_redis_is_shared_and_outlives_who_filled_it(client_of: Callable[[], Redis]) -> None:
    first, second = RedisQueue(client_of()), RedisQueue(client_of())
    first.put(["a", "b"])
    assert first.take() == "a"
    assert second.recover() == 2
    assert second.take() == "a"


@pytest.mark.needs_server
def test_what_waits_when_a_service_ends_is_delivered_by_the_next(redis_url: str, tmp_path: Path) -> None:
    """Both are told of the same database and the same Redis."""
    held = Settings(
        service=ServiceName.NOTIFICATION,
        database_url=f"sqlite:///{tmp_path}/shop.db",
        redis_url=redis_url,
        pace=PaceKind.GATE,
    )
    body = {"user_id": 7, "type": "sms", "title": "t", "content": "c", "recipient": "r"}
    earlier = create_app(held)
    id_ = earlier.test_client().post("/api/v1/notifications", json=body, buffered=True).get_json()["id"]
    assert runtime_of(earlier).close(5.0) == ("notification.deliver",)
    later = create_app(replace(held, pace=PaceKind.TIMER, time_scale=0.0))
    client = later.test_client()
    await_true(lambda: client.get(f"/api/v1/notifications/{id_}").get_json()["status"] == "failed")
    assert runtime_of(later).close(5.0) == ()


@pytest.mark.needs_server
def test_a_cache_in_redis_forgets_after_a_day(client_of: Callable[[], Redis]) -> None:
    client = client_of()
    RedisCache(client, StructuredLog("notification", io.StringIO())).put(SENT)
    assert 0 < client.ttl(f"notification:cached:{SENT.id}") <= 24 * 60 * 60
