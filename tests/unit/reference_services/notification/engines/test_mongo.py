"""Notifications in MongoDB, as far as no server is needed; the rest is tested in tests/integration/shop_engines."""

import pytest

from treaty_shop.notification.engines.mongo import MongoNotifications
from treaty_shop.platform.settings import InvalidSetting


def test_a_url_that_is_none_is_told_without_its_password() -> None:
    with pytest.raises(InvalidSetting, match="DATABASE_URL must be mongodb://USER") as caught:
        MongoNotifications("mongodb://me:secret@127.0.0.1:port/shop")
    assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there_is_told_without_its_password() -> None:
    """In a sentence, after the time that the URL allows."""
    with pytest.raises(InvalidSetting, match=r"cannot use the mongodb database: 127\.0\.0\.1:1: ") as caught:
        MongoNotifications("mongodb://me:secret@127.0.0.1:1/shop?serverSelectionTimeoutMS=100")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
