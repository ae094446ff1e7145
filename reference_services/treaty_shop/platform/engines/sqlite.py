"""The embedded engine: one SQLite connection that threads take in turns.

By the standard library alone. SQLAlchemy would double the time a service takes to start, and a test suite starts
hundreds; it is loaded only to migrate a file of an older version.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from importlib.util import find_spec
from typing import Final

from treaty_shop.platform.clock import to_wire
from treaty_shop.platform.database import Duplicate, Row, Schema, Value
from treaty_shop.platform.money import to_cents
from treaty_shop.platform.settings import InvalidSetting

_SCHEME: Final = "sqlite://"
_BUSY_SECONDS: Final = 10.0


class SqliteDatabase:
    """A SQLite database in memory (``sqlite://``, private) or in a file (``sqlite:///path``)."""

    def __init__(self, url: str, schema: Schema, start_id: int) -> None:
        """Open it and bring the tables up to date; raises `InvalidSetting`."""
        path = url.removeprefix(_SCHEME).removeprefix("/") or ":memory:"
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, check_same_thread=False, isolation_level=None
            )
        except sqlite3.Error as error:
            raise InvalidSetting(f"DATABASE_URL: cannot use {path}: {error}") from error
        try:
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA foreign_keys = ON")
            if self._prepare(schema, start_id):
                _migrate(path, schema)
        except BaseException as error:
            self._connection.close()
            if isinstance(error, sqlite3.Error):
                raise InvalidSetting(f"DATABASE_URL: cannot use {path}: {error}") from error
            raise

    @contextmanager
    def transaction(self) -> Iterator["_SqliteTransaction"]:
        """One transaction; the next one waits."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield _SqliteTransaction(self._connection)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()

    def _prepare(self, schema: Schema, start_id: int) -> bool:
        """Make the tables of a new database; return whether there are older ones."""
        with self.transaction() as transaction:
            known = transaction.row(
                "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name", name=schema.version_table
            )
            if known is None:
                self._create(schema, start_id)
                return False
            # The table's name is the schema's own.
            row = transaction.row(f"SELECT version_num FROM {schema.version_table}")  # noqa: S608 (see above)
        return row is not None and schema.is_older(row.text("version_num"))

    def _create(self, schema: Schema, start_id: int) -> None:
        for statement in schema.sqlite_script.read_text(encoding="utf-8").split(";\n"):
            self._connection.execute(statement)
        for table in schema.numbered:
            self._connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, start_id - 1))


def _migrate(path: str, schema: Schema) -> None:
    if find_spec("alembic") is None:
        raise InvalidSetting(
            f"DATABASE_URL: {path} is of an older version: pip install 'treaty[engines]' to migrate it"
        )
    from treaty_shop.platform.engines.migration import migrate_sqlite_file  # noqa: PLC0415 (loads alembic)

    migrate_sqlite_file(path, schema)


class _SqliteTransaction:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def insert(self, table: str, values: Mapping[str, Value]) -> int:
        cursor = self._run(insertion(table, values), values)
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def put(self, table: str, values: Mapping[str, Value]) -> None:
        self._run(insertion(table, values), values)

    def execute(self, statement: str, **values: Value) -> int:
        return self._run(statement, values).rowcount

    def rows(self, statement: str, **values: Value) -> list[Row]:
        return [Row(dict(row)) for row in self._run(statement, values)]

    def row(self, statement: str, **values: Value) -> Row | None:
        row = self._run(statement, values).fetchone()
        return None if row is None else Row(dict(row))

    def _run(self, statement: str, values: Mapping[str, Value]) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, {name: _kept(value) for name, value in values.items()})
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorname in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}:
                raise Duplicate from error
            raise


def insertion(table: str, values: Mapping[str, Value]) -> str:
    """Return the statement that inserts a row."""
    columns, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    return f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 (names are the storage's own, never input)


def _kept(value: Value) -> str | int | None:
    if isinstance(value, Decimal):
        return to_cents(value)
    return to_wire(value) if isinstance(value, datetime) else value
