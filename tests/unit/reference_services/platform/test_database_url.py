"""From a URL to an engine, and what is loaded for it."""

import subprocess
import sys

import pytest

from treaty_shop.platform import database_url
from treaty_shop.platform.database_url import check_database_url, open_database
from treaty_shop.platform.settings import InvalidSetting
from treaty_shop.user.schema import SCHEMA

_LOADED = """
import sys
from treaty_shop.apps import create_app
from treaty_shop.platform.names import CORE
from treaty_shop.platform.settings import read_settings
for service in CORE:
    create_app(read_settings(service, {}))
print({"sqlalchemy", "alembic", "psycopg", "pymysql", "pymongo", "bson", "redis", "stripe"} & set(sys.modules))
"""


def test_what_is_no_url_of_an_engine_is_refused_without_showing_it() -> None:
    """The password of a URL is not repeated."""
    with pytest.raises(InvalidSetting) as caught:
        open_database("oracle://me:secret@db/users", SCHEMA)
    assert str(caught.value) == "DATABASE_URL must begin with sqlite:// or postgresql:// or mariadb://, not oracle:"
    with pytest.raises(InvalidSetting, match=r"not users\.db:"):
        check_database_url("users.db")


def test_an_engine_whose_driver_is_missing_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is started."""
    monkeypatch.setattr(database_url, "find_spec", lambda name: None if name == "psycopg" else name)
    with pytest.raises(InvalidSetting, match=r"postgresql:// needs psycopg: pip install 'treaty\[engines\]'"):
        check_database_url("postgresql://db/users")
    assert check_database_url("mariadb://db/users") == "mariadb"


def test_by_default_no_driver_is_loaded() -> None:
    """A suite starts hundreds of services: SQLAlchemy alone takes as long to load as all of one."""
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.returncode) == ("set()\n", 0), done.stderr
