"""What a service's storage is written against: transactions in SQL that every engine of the shop understands.

A statement is text with ``:name`` for each value. It keeps to what SQLite, PostgreSQL and MariaDB share. Where they
differ (how an id is asked for, how money and times are kept, what a broken key is called), the engine's adapter does
what is needed.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from treaty_shop.platform.clock import from_wire
from treaty_shop.platform.money import CENT, from_cents
from treaty_shop.platform.settings import InvalidSetting

Value = str | int | Decimal | datetime | None
"""What may be kept: a `Decimal` is money, a `datetime` is aware and whole in milliseconds."""


class Duplicate(Exception):
    """A unique key of the database forbids it: there is such a row."""


class Row:
    """One row of a result, read by the type that each column is known to have."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def integer(self, name: str) -> int:
        """Return a whole number."""
        return int(self._values[name])

    def text(self, name: str) -> str:
        """Return a text."""
        return str(self._values[name])

    def optional_text(self, name: str) -> str | None:
        """Return a text, or None."""
        return None if self._values[name] is None else self.text(name)

    def money(self, name: str) -> Decimal:
        """Return an amount with two decimals; SQLite, which has no decimals, keeps whole cents."""
        value = self._values[name]
        return from_cents(value) if isinstance(value, int) else Decimal(value).quantize(CENT)

    def instant(self, name: str) -> datetime:
        """Return a time in UTC; SQLite keeps it as it is on the wire, MariaDB without a zone."""
        value = self._values[name]
        if isinstance(value, str):
            return from_wire(value)
        assert isinstance(value, datetime)
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def optional_instant(self, name: str) -> datetime | None:
        """Return a time in UTC, or None."""
        return None if self._values[name] is None else self.instant(name)


class Transaction(Protocol):
    """What can be done inside one transaction; names of tables and columns are the storage's own, never input."""

    def insert(self, table: str, values: Mapping[str, Value]) -> int:
        """Insert a row and return the ``id`` that the database gave it; raises `Duplicate`."""

    def put(self, table: str, values: Mapping[str, Value]) -> None:
        """Insert a row whose key is among the values; raises `Duplicate`."""

    def execute(self, statement: str, **values: Value) -> int:
        """Run a statement that changes rows and return how many it met; raises `Duplicate`."""

    def rows(self, statement: str, **values: Value) -> list[Row]:
        """Return what a SELECT finds."""

    def row(self, statement: str, **values: Value) -> Row | None:
        """Return the first row a SELECT finds, or None."""


class Database(Protocol):
    """An open database with the tables of one service."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """One transaction: committed at the end, rolled back when the block raises.

        On SQLite transactions take turns. On a server they run side by side and see what others have committed
        ("read committed"): a storage relies on unique keys and on ``UPDATE ... WHERE`` what it has read still holds,
        never on a SELECT before.
        """

    def close(self) -> None:
        """Close every connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """Where the tables of one service are described.

    Below `folder` lie ``tables.py`` (SQLAlchemy's metadata: the truth, and what a new server database is made from),
    ``sqlite.sql`` (the same for SQLite, written from it by ``make schemas``) and ``versions/version_NNNN.py`` (the
    steps of alembic from each version to the next). `package` is the folder's name for imports; `numbered` names the
    tables whose first id can be chosen.
    """

    service: str
    package: str
    folder: Path
    numbered: tuple[str, ...] = ()

    @property
    def version_table(self) -> str:
        """The table that holds the version; a service has its own, so that several may share a database."""
        return f"{self.service}_schema_version"

    @property
    def head(self) -> str:
        """The newest version, as its file's name says: alembic need not be loaded for it."""
        return max(self.versions)

    @property
    def versions(self) -> tuple[str, ...]:
        """Every version, oldest first."""
        files = sorted((self.folder / "versions").glob("version_*.py"))
        return tuple(file.stem.removeprefix("version_") for file in files)

    def is_older(self, version: str) -> bool:
        """Whether tables of that version need migrating; raises `InvalidSetting` for one that is not known."""
        if version not in self.versions:
            raise InvalidSetting(f"DATABASE_URL: the database has version {version}, made by a newer shop than this")
        return version != self.head

    @property
    def sqlite_script(self) -> Path:
        """The statements that make the tables in SQLite."""
        return self.folder / "sqlite.sql"
