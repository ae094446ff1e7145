"""Opening the database that a URL names; an engine is loaded only when it is asked for."""

from collections.abc import Iterable
from importlib.util import find_spec
from typing import Final

from treaty_shop.platform.database import Database, Schema
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import InvalidSetting

_DRIVERS: Final = {
    "sqlite": (),
    "postgresql": ("sqlalchemy", "alembic", "psycopg"),
    "mariadb": ("sqlalchemy", "alembic", "pymysql"),
    "mongodb": ("pymongo",),
}
SQL_ENGINES: Final = ("sqlite", "postgresql", "mariadb")
"""The schemes of the URLs that `open_database` takes."""


def engines_of(service: ServiceName) -> tuple[str, ...]:
    """Return the schemes that a service's DATABASE_URL may have."""
    return (*SQL_ENGINES, "mongodb") if service is ServiceName.NOTIFICATION else SQL_ENGINES


def check_database_url(url: str, engines: Iterable[str] = SQL_ENGINES, *, of: str = "") -> str:
    """Return the engine that a URL names; raises `InvalidSetting`, which may say of what, and never shows the URL."""
    engine, separator, _ = url.partition("://")
    known = tuple(engines)
    if not separator or engine not in known:
        allowed = " or ".join(f"{name}://" for name in known)
        raise InvalidSetting(f"DATABASE_URL{of} must begin with {allowed}, not {url.partition(':')[0]}:")
    missing = [driver for driver in _DRIVERS[engine] if find_spec(driver) is None]
    if missing:
        raise InvalidSetting(
            f"DATABASE_URL{of}: {engine}:// needs {', '.join(missing)}: pip install 'treaty[engines]'",
        )
    return engine


def open_database(url: str, schema: Schema, start_id: int = 1) -> Database:
    """Return the database with the service's tables in their newest version; raises `InvalidSetting`.

    A new database gets the tables at once, and their ids begin at `start_id`; one of an older version is migrated.
    """
    if check_database_url(url) == "sqlite":
        from treaty_shop.platform.engines.sqlite import SqliteDatabase  # noqa: PLC0415 (only what is used is loaded)

        return SqliteDatabase(url, schema, start_id)
    from treaty_shop.platform.engines.server import ServerDatabase  # noqa: PLC0415 (SQLAlchemy takes as long to load as all of a service)

    return ServerDatabase(url, schema, start_id)
