"""What the settings choose for the notification service."""

import pytest

from treaty_shop.notification.cache import CachedNotifications
from treaty_shop.notification.delivery import MemoryQueue
from treaty_shop.notification.opening import open_notifications
from treaty_shop.notification.storage import CachedReads
from treaty_shop.platform.faults import Faults
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import InvalidSetting, Settings
from treaty_shop.platform.web import new_runtime


@pytest.mark.parametrize(("faults", "expected"), [((), CachedNotifications), (("S0-9",), CachedReads)])
def test_by_default_all_is_inside_the_process(faults: tuple[str, ...], expected: type) -> None:
    """Also with the fault of a cache that is never refreshed, which has a memory of its own."""
    runtime = new_runtime(Settings(service=ServiceName.NOTIFICATION, faults=Faults(faults)))
    notifications, queue = open_notifications(runtime)
    assert (type(notifications), type(queue)) == (expected, MemoryQueue)
    runtime.close(5.0)


def test_only_notifications_may_be_documents() -> None:
    """Another service's URL of MongoDB is refused before anything is loaded for it."""
    settings = Settings(service=ServiceName.USER, database_url="mongodb://me:secret@db/users")
    with pytest.raises(InvalidSetting, match="not mongodb:"):
        open_notifications(new_runtime(settings))
