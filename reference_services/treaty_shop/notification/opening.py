"""What the notification service keeps its things in, as the settings say; an engine is loaded only when it is named."""

from treaty_shop.notification.cache import CachedNotifications, MemoryCache
from treaty_shop.notification.delivery import DeliveryQueue, MemoryQueue
from treaty_shop.notification.schema import SCHEMA
from treaty_shop.notification.storage import CachedReads, NotificationRepository, SqlNotifications
from treaty_shop.platform.database_url import check_database_url, engines_of, open_database
from treaty_shop.platform.web import Runtime


def open_notifications(runtime: Runtime) -> tuple[NotificationRepository, DeliveryQueue]:
    """Return where notifications are kept, behind a cache, and their queue; raises `InvalidSetting`."""
    notifications = _open_repository(runtime)
    queue: DeliveryQueue = MemoryQueue()
    if runtime.settings.redis_url is None:
        cached: NotificationRepository = CachedNotifications(notifications, MemoryCache())
    else:
        from treaty_shop.notification.engines.redis_store import RedisCache, RedisQueue, connect  # noqa: PLC0415 (only what is used is loaded)

        client = runtime.keep(connect(runtime.settings.redis_url))
        queue = RedisQueue(client)
        cached = CachedNotifications(notifications, RedisCache(client, runtime.log))
    return (CachedReads(notifications) if "S0-9" in runtime.faults else cached), queue


def _open_repository(runtime: Runtime) -> NotificationRepository:
    url = runtime.settings.database_url
    if check_database_url(url, engines_of(runtime.settings.service)) == "mongodb":
        from treaty_shop.notification.engines.mongo import MongoNotifications  # noqa: PLC0415 (only what is used is loaded)

        return runtime.keep(MongoNotifications(url))
    return SqlNotifications(runtime.keep(open_database(url, SCHEMA)))
