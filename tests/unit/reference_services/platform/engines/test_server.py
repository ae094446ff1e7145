"""The engines with a server, as far as none is needed; the rest is tested in tests/integration/shop_engines."""

import socket

import pytest

from treaty_shop.platform.engines.server import ServerDatabase, new_engine
from treaty_shop.platform.settings import InvalidSetting
from treaty_shop.user.schema import SCHEMA


@pytest.mark.parametrize("engine", ["postgresql", "mariadb"])
def test_a_server_that_is_not_there_is_told_without_its_password(engine: str) -> None:
    """In a sentence, not as a traceback of the driver's."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(InvalidSetting, match=f"DATABASE_URL: cannot use the {engine} database: .*") as caught:
        ServerDatabase(f"{engine}://me:secret@127.0.0.1:{port}/users", SCHEMA, 1)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["postgresql://me:secret@127.0.0.1:port/users", "mariadb://me:secret@127.0.0.1:99x/users"]
)
def test_a_url_that_is_none_is_told_without_its_password(url: str) -> None:
    with pytest.raises(InvalidSetting, match="must be ENGINE://") as caught:
        new_engine(url)
    assert "secret" not in str(caught.value)
