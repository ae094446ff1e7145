"""The embedded database: one SQLite connection that threads take in turns."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from treaty_shop.platform.settings import InvalidSetting

_SCHEME: Final = "sqlite://"
_BUSY_SECONDS: Final = 10.0


def check_database_url(url: str) -> None:
    """Raise `InvalidSetting` unless `Database` could open such a URL; it is not shown."""
    if not url.startswith(_SCHEME):
        scheme = url.partition(":")[0]
        raise InvalidSetting(f"DATABASE_URL must begin with sqlite://, not {scheme}:")


class Database:
    """A SQLite database; every use is one transaction."""

    def __init__(self, url: str) -> None:
        """Open ``sqlite://`` (in memory, private) or ``sqlite:///path``; raises `InvalidSetting`."""
        check_database_url(url)
        path = url.removeprefix(_SCHEME).removeprefix("/") or ":memory:"
        try:
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, check_same_thread=False, isolation_level=None
            )
        except sqlite3.Error as error:
            raise InvalidSetting(f"DATABASE_URL: cannot open {path}: {error}") from error
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._lock = threading.Lock()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end, rolled back when the block raises."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def create(self, statements: tuple[str, ...], *, sequences: tuple[str, ...], start_id: int) -> None:
        """Create tables that are missing; the ids of new tables begin at `start_id`."""
        with self.transaction() as connection:
            for statement in statements:
                connection.execute(statement)
            for table in sequences:
                connection.execute(
                    "INSERT INTO sqlite_sequence (name, seq) SELECT ?, ? "
                    "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)",
                    (table, start_id - 1, table),
                )

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()
