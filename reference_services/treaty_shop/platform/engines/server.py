"""The engines with a server, PostgreSQL and MariaDB, by SQLAlchemy: connections in a pool, one schema for both."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Final
from zlib import crc32

from sqlalchemy import Connection, CursorResult, Engine, MetaData, create_engine, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from treaty_shop.platform.database import Duplicate, Row, Schema, Value
from treaty_shop.platform.engines.sqlite import insertion
from treaty_shop.platform.settings import InvalidSetting

_DRIVERS: Final = {"postgresql": "postgresql+psycopg", "mariadb": "mariadb+pymysql"}
_CONNECT_SECONDS: Final = 10
_LOCK_SECONDS: Final = 30
_BROKEN_KEY_OF_POSTGRESQL: Final = "23505"
_BROKEN_KEY_OF_MARIADB: Final = 1062


class ServerDatabase:
    """A database on a PostgreSQL or MariaDB server."""

    def __init__(self, url: str, schema: Schema, start_id: int) -> None:
        """Connect and bring the tables up to date; raises `InvalidSetting`."""
        self._engine = new_engine(url)
        try:
            with self._engine.begin() as connection, _alone(connection, schema):
                _prepare(connection, schema, start_id)
        except SQLAlchemyError as error:
            self._engine.dispose()
            raise InvalidSetting(f"DATABASE_URL: cannot use the {self._engine.name} database: {_why(error)}") from error
        except BaseException:
            self._engine.dispose()
            raise

    @contextmanager
    def transaction(self) -> Iterator["_ServerTransaction"]:
        """One transaction on a connection of the pool."""
        with self._engine.begin() as connection:
            yield _ServerTransaction(connection)

    def close(self) -> None:
        """Close the connections of the pool."""
        self._engine.dispose()


class _ServerTransaction:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_postgresql = connection.dialect.name == "postgresql"

    def insert(self, table: str, values: Mapping[str, Value]) -> int:
        if self._is_postgresql:
            return int(self._run(f"{insertion(table, values)} RETURNING id", values).scalar_one())
        return int(self._run(insertion(table, values), values).lastrowid)

    def put(self, table: str, values: Mapping[str, Value]) -> None:
        self._run(insertion(table, values), values)

    def execute(self, statement: str, **values: Value) -> int:
        return self._run(statement, values).rowcount

    def rows(self, statement: str, **values: Value) -> list[Row]:
        return [Row(dict(row)) for row in self._run(statement, values).mappings()]

    def row(self, statement: str, **values: Value) -> Row | None:
        row = self._run(statement, values).mappings().first()
        return None if row is None else Row(dict(row))

    def _run(self, statement: str, values: Mapping[str, Value]) -> CursorResult[Any]:
        try:
            kept = {name: self._kept(value) for name, value in values.items()}
            return self._connection.execute(text(statement), kept)
        except IntegrityError as error:
            if _is_broken_key(error):
                raise Duplicate from error
            raise

    def _kept(self, value: Value) -> Value:
        if isinstance(value, datetime) and not self._is_postgresql:
            # MariaDB keeps no zone.
            return value.astimezone(UTC).replace(tzinfo=None)
        # The drivers choose by the exact type, and a word of an enumeration is a text.
        return str(value) if isinstance(value, str) else value


def new_engine(url: str) -> Engine:
    """Return an engine for a URL of a server; raises `InvalidSetting`, which never shows the URL."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise InvalidSetting("DATABASE_URL must be ENGINE://USER:PASSWORD@HOST:PORT/NAME") from error
    return create_engine(
        parts.set(drivername=_DRIVERS[parts.get_backend_name()]),
        isolation_level="READ COMMITTED",
        # Errors are logged, and what is kept here is nobody's business.
        hide_parameters=True,
        # A connection may have died with a server that was started again meanwhile.
        pool_pre_ping=True,
        connect_args={"connect_timeout": _CONNECT_SECONDS},
    )


@contextmanager
def _alone(connection: Connection, schema: Schema) -> Iterator[None]:
    """Have services that start together on one database make their tables one after the other."""
    if connection.dialect.name == "postgresql":
        # Ends with the transaction.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": crc32(schema.version_table.encode())})
        yield
        return
    name = {"name": f"{connection.engine.url.database}.{schema.version_table}"[:64]}
    if not connection.execute(text(f"SELECT GET_LOCK(:name, {_LOCK_SECONDS})"), name).scalar():
        raise InvalidSetting("DATABASE_URL: another service has been preparing the database for too long")
    try:
        yield
    finally:
        connection.execute(text("SELECT RELEASE_LOCK(:name)"), name)


def _prepare(connection: Connection, schema: Schema, start_id: int) -> None:
    if not inspect(connection).has_table(schema.version_table):
        _create(connection, schema, start_id)
        return
    # The table's name is the schema's own.
    version = connection.execute(text(f"SELECT version_num FROM {schema.version_table}")).scalar_one()  # noqa: S608 (see above)
    if schema.is_older(version):
        from treaty_shop.platform.engines.migration import migrate  # noqa: PLC0415 (loads alembic)

        migrate(connection, schema)


def _create(connection: Connection, schema: Schema, start_id: int) -> None:
    metadata_of(schema).create_all(connection, checkfirst=False)
    restart = "ALTER COLUMN id RESTART WITH" if connection.dialect.name == "postgresql" else "AUTO_INCREMENT ="
    for table in schema.numbered:
        connection.execute(text(f"ALTER TABLE {table} {restart} {start_id:d}"))
    # Last, and as alembic itself would make it: what has no version is not complete.
    connection.execute(text(version_table_statement(schema)))
    connection.execute(text(f"INSERT INTO {schema.version_table} (version_num) VALUES ('{schema.head}')"))  # noqa: S608 (names of our own files)


def metadata_of(schema: Schema) -> MetaData:
    """Return SQLAlchemy's description of a service's tables."""
    metadata = import_module(f"{schema.package}.tables").METADATA
    assert isinstance(metadata, MetaData)
    return metadata


def version_table_statement(schema: Schema) -> str:
    """Return the statement that makes the table of the version, for every engine."""
    return f"CREATE TABLE {schema.version_table} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"


def _is_broken_key(error: IntegrityError) -> bool:
    """Tell a broken unique key by the driver's code: SQLSTATE 23505 of psycopg, number 1062 of PyMySQL."""
    cause = error.orig
    codes = {getattr(cause, "sqlstate", None), *getattr(cause, "args", ())[:1]}
    return not codes.isdisjoint({_BROKEN_KEY_OF_POSTGRESQL, _BROKEN_KEY_OF_MARIADB})


def _why(error: SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    # PyMySQL's errors are a number and a text.
    said = cause.args[-1] if cause.args else cause
    return str(said).strip().partition("\n")[0]
