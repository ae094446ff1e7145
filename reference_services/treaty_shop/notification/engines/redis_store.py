"""The queue and the cache of notifications in Redis."""

import json
from collections.abc import Sequence
from typing import Final

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from treaty_shop.notification.domain import Notification, NotificationStatus, NotificationType
from treaty_shop.platform.clock import from_wire, optional_from_wire, optional_to_wire, to_wire
from treaty_shop.platform.settings import InvalidSetting
from treaty_shop.platform.structured_log import StructuredLog

_CONNECT_SECONDS: Final = 10
_CACHE_SECONDS: Final = 24 * 60 * 60
_WAITING: Final = "notification:waiting"
_UNDER_WAY: Final = "notification:under_way"


def new_client(url: str) -> Redis:
    """Return a client for ``redis://host:port/number``; raises `InvalidSetting`, which never shows the URL."""
    try:
        return Redis.from_url(
            url,
            decode_responses=True,
            socket_connect_timeout=_CONNECT_SECONDS,
            socket_timeout=_CONNECT_SECONDS,
            # Once more at once, for a connection that went stale; a request does not wait for a server that is gone.
            retry=Retry(NoBackoff(), 1),
        )
    except ValueError as error:
        raise InvalidSetting("REDIS_URL must be redis://USER:PASSWORD@HOST:PORT/NUMBER") from error


def connect(url: str) -> Redis:
    """Return a client that has reached its server; raises `InvalidSetting`."""
    client = new_client(url)
    try:
        client.ping()
    except RedisError as error:
        client.close()
        raise InvalidSetting(f"REDIS_URL: cannot use the server: {type(error).__name__}") from error
    return client


class RedisQueue:
    """A queue that outlives the services: who starts again delivers what waits and what was under way.

    So a notification may be delivered twice when a service dies between the mail and its note of it, and never not
    at all. Several services may share it, but what is under way with one of them is taken up by the next that starts.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client

    def put(self, ids: Sequence[str]) -> None:
        """Append them, by one command."""
        self._client.rpush(_WAITING, *ids)

    def take(self) -> str | None:
        """Move the first to what is under way, by one command."""
        id_ = self._client.lmove(_WAITING, _UNDER_WAY, "LEFT", "RIGHT")
        return None if id_ is None else str(id_)

    def done(self, id_: str) -> None:
        """Remove it from what is under way."""
        self._client.lrem(_UNDER_WAY, 1, id_)

    def recover(self) -> int:
        """Move everything under way back to the front, the last first."""
        while self._client.lmove(_UNDER_WAY, _WAITING, "RIGHT", "LEFT") is not None:
            continue
        return int(self._client.llen(_WAITING))


class RedisCache:
    """A cache for all services; when it fails, it is as if nothing were remembered."""

    def __init__(self, client: Redis, log: StructuredLog) -> None:
        self._client = client
        self._log = log

    def get(self, id_: str) -> Notification | None:
        """Read it back."""
        try:
            text = self._client.get(_key(id_))
        except RedisError as error:
            self._log.warning("cache_failed", why=type(error).__name__)
            return None
        return None if text is None else _notification(json.loads(text))

    def put(self, notification: Notification) -> None:
        """Remember it for a day."""
        try:
            self._client.set(_key(notification.id), json.dumps(_fields(notification)), ex=_CACHE_SECONDS)
        except RedisError as error:
            self._log.warning("cache_failed", why=type(error).__name__)


def _key(id_: str) -> str:
    return f"notification:cached:{id_}"


def _fields(notification: Notification) -> dict[str, str | int | None]:
    return {
        "id": notification.id,
        "user_id": notification.user_id,
        "type": notification.type,
        "title": notification.title,
        "content": notification.content,
        "recipient": notification.recipient,
        "status": notification.status,
        "sent_at": optional_to_wire(notification.sent_at),
        "created_at": to_wire(notification.created_at),
        "updated_at": to_wire(notification.updated_at),
    }


def _notification(fields: dict[str, str]) -> Notification:
    return Notification(
        id=fields["id"],
        user_id=int(fields["user_id"]),
        type=NotificationType(fields["type"]),
        title=fields["title"],
        content=fields["content"],
        recipient=fields["recipient"],
        status=NotificationStatus(fields["status"]),
        sent_at=optional_from_wire(fields["sent_at"]),
        created_at=from_wire(fields["created_at"]),
        updated_at=from_wire(fields["updated_at"]),
    )
