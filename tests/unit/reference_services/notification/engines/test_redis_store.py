"""Redis without a server; with one it is tested in tests/integration/shop_engines."""

import io

import pytest

from treaty_shop.notification.engines.redis_store import RedisCache, connect, new_client
from treaty_shop.platform.settings import InvalidSetting
from treaty_shop.platform.structured_log import StructuredLog

_ID = "65e11a7e0000000000000001"


def test_a_cache_that_fails_is_as_if_nothing_were_remembered() -> None:
    """The log says so, and no request fails for it."""
    log = io.StringIO()
    assert RedisCache(new_client("redis://:secret@127.0.0.1:1/0"), StructuredLog("notification", log)).get(_ID) is None
    assert '"event": "cache_failed", "why": "ConnectionError"' in log.getvalue()
    assert "secret" not in log.getvalue()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://:secret@127.0.0.1:1/0", "REDIS_URL: cannot use the server: ConnectionError"),
        ("http://:secret@127.0.0.1:1/0", "REDIS_URL must be redis://USER:PASSWORD@HOST:PORT/NUMBER"),
    ],
)
def test_a_server_that_is_not_there_is_told_without_its_password(url: str, said: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        connect(url)
    assert str(caught.value) == said
