"""Where users are kept: the port and its SQLite adapter."""

import sqlite3
from typing import Final, Protocol

from treaty_shop.platform.database import Database
from treaty_shop.user.domain import User, UserDetails

_TABLES: Final = (
    """
    CREATE TABLE IF NOT EXISTS users (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        username TEXT NOT NULL,
        email TEXT NOT NULL UNIQUE,
        password_hash TEXT NOT NULL
    )
    """,
)


class EmailTaken(Exception):
    """Another user has this email."""


class UserRepository(Protocol):
    """Keeps users."""

    def add(self, details: UserDetails) -> User:
        """Keep a new user under the next id; raises `EmailTaken`."""

    def get(self, id_: int) -> User | None:
        """Return the user, or None."""

    def change(self, id_: int, details: UserDetails) -> User | None:
        """Change a user: the result, or None when there is none; raises `EmailTaken`."""

    def remove(self, id_: int) -> bool:
        """Forget a user; False when there is none."""


class SqliteUsers:
    """Users in SQLite; ids are never used twice."""

    def __init__(self, database: Database, start_id: int) -> None:
        self._database = database
        database.create(_TABLES, sequences=("users",), start_id=start_id)

    def add(self, details: UserDetails) -> User:
        """Insert a user."""
        try:
            with self._database.transaction() as connection:
                cursor = connection.execute(
                    "INSERT INTO users (username, email, password_hash) VALUES (?, ?, ?) RETURNING *",
                    (details.username, details.email, details.password_hash or ""),
                )
                return _user(cursor.fetchone())
        except sqlite3.IntegrityError:
            raise EmailTaken(details.email) from None

    def get(self, id_: int) -> User | None:
        """Select a user."""
        with self._database.transaction() as connection:
            row = connection.execute("SELECT * FROM users WHERE id = ?", (id_,)).fetchone()
        return None if row is None else _user(row)

    def change(self, id_: int, details: UserDetails) -> User | None:
        """Update a user; without a new hash the old one stays."""
        try:
            with self._database.transaction() as connection:
                row = connection.execute(
                    "UPDATE users SET username = ?, email = ?, "
                    "password_hash = coalesce(?, password_hash) WHERE id = ? RETURNING *",
                    (details.username, details.email, details.password_hash, id_),
                ).fetchone()
        except sqlite3.IntegrityError:
            raise EmailTaken(details.email) from None
        return None if row is None else _user(row)

    def remove(self, id_: int) -> bool:
        """Delete a user."""
        with self._database.transaction() as connection:
            cursor = connection.execute("DELETE FROM users WHERE id = ?", (id_,))
            return cursor.rowcount == 1


def _user(row: sqlite3.Row) -> User:
    return User(id=row["id"], username=row["username"], email=row["email"])
