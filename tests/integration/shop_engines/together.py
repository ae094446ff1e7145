"""Several doing the same thing at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from treaty_shop.platform.database import Database, Row, Transaction, Value

Result = TypeVar("Result")
_BOUND = 60


def at_once(count: int, action: Callable[[int], Result]) -> list[Result | Exception]:
    """Let so many threads begin together; return what each got, or what it raised."""
    start = threading.Barrier(count)

    def run(number: int) -> Result | Exception:
        start.wait(_BOUND)
        try:
            return action(number)
        except Exception as error:  # noqa: BLE001 (the test judges it)
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count), timeout=_BOUND))


class AllReadFirst:
    """A database whose transactions go on after their first SELECT only when all of them have made it.

    So each has seen that nothing is there yet. Not for SQLite, where transactions take turns.
    """

    def __init__(self, database: Database, parties: int) -> None:
        self._database = database
        self._barrier = threading.Barrier(parties)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One transaction."""
        with self._database.transaction() as transaction:
            yield _ReadsFirst(transaction, self._barrier)

    def close(self) -> None:
        """Close the database."""
        self._database.close()


class _ReadsFirst:
    def __init__(self, transaction: Transaction, barrier: threading.Barrier) -> None:
        self._transaction = transaction
        self._barrier = barrier
        self._has_read = False

    def insert(self, table: str, values: Mapping[str, Value]) -> int:
        return self._transaction.insert(table, values)

    def put(self, table: str, values: Mapping[str, Value]) -> None:
        self._transaction.put(table, values)

    def execute(self, statement: str, **values: Value) -> int:
        return self._transaction.execute(statement, **values)

    def rows(self, statement: str, **values: Value) -> list[Row]:
        return self._transaction.rows(statement, **values)

    def row(self, statement: str, **values: Value) -> Row | None:
        row = self._transaction.row(statement, **values)
        if not self._has_read:
            self._has_read = True
            self._barrier.wait(_BOUND)
        return row
