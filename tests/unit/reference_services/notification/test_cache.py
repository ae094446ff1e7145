"""The cache inside the process, by itself; every cache is tested in tests/integration/shop_engines."""

from dataclasses import replace

from tests.unit.reference_services.doubles import START
from treaty_shop.notification.cache import MemoryCache
from treaty_shop.notification.domain import Notification, NotificationStatus, NotificationType

_SENT = Notification(
    id="1",
    user_id=7,
    type=NotificationType.EMAIL,
    title="t",
    content="c",
    recipient="ada@example.com",
    status=NotificationStatus.SENT,
    sent_at=START,
    created_at=START,
    updated_at=START,
)


def test_what_was_asked_for_longest_ago_is_forgotten() -> None:
    """Not what came first, when it was asked for since."""
    cache = MemoryCache(most=2)
    first, second, third = (replace(_SENT, id=id_) for id_ in "123")
    cache.put(first)
    cache.put(second)
    assert cache.get(first.id) == first
    cache.put(third)
    assert [cache.get(each.id) for each in (first, second, third)] == [first, None, third]
