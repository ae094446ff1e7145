"""Where users are kept: the port, and its adapter for every SQL engine."""

from typing import Protocol

from treaty_shop.platform.database import Database, Duplicate, Row
from treaty_shop.user.domain import Credentials, User, UserDetails


class EmailTaken(Exception):
    """Another user has this email."""


class UserRepository(Protocol):
    """Keeps users."""

    def add(self, details: UserDetails) -> User:
        """Keep a new user under the next id; raises `EmailTaken`."""

    def get(self, id_: int) -> User | None:
        """Return the user, or None."""

    def credentials(self, email: str) -> Credentials | None:
        """Return who has an email, or None."""

    def change(self, id_: int, details: UserDetails) -> User | None:
        """Change a user: the result, or None when there is none; raises `EmailTaken`."""

    def remove(self, id_: int) -> bool:
        """Forget a user; False when there is none."""


class SqlUsers:
    """Users in a SQL database; ids are never used twice."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, details: UserDetails) -> User:
        """Insert a user."""
        values = {
            "username": details.username,
            "email": details.email,
            "password_hash": details.password_hash or "",
        }
        try:
            with self._database.transaction() as transaction:
                id_ = transaction.insert("users", values)
        except Duplicate:
            raise EmailTaken(details.email) from None
        return User(id=id_, username=details.username, email=details.email)

    def get(self, id_: int) -> User | None:
        """Select a user."""
        with self._database.transaction() as transaction:
            row = transaction.row("SELECT * FROM users WHERE id = :id", id=id_)
        return None if row is None else _user(row)

    def credentials(self, email: str) -> Credentials | None:
        """Select by the email."""
        with self._database.transaction() as transaction:
            row = transaction.row("SELECT * FROM users WHERE email = :email", email=email)
        return None if row is None else Credentials(user=_user(row), password_hash=row.text("password_hash"))

    def change(self, id_: int, details: UserDetails) -> User | None:
        """Update a user; without a new hash the old one stays."""
        try:
            with self._database.transaction() as transaction:
                changed = transaction.execute(
                    "UPDATE users SET username = :username, email = :email, "
                    "password_hash = coalesce(:password_hash, password_hash) WHERE id = :id",
                    id=id_,
                    username=details.username,
                    email=details.email,
                    password_hash=details.password_hash,
                )
        except Duplicate:
            raise EmailTaken(details.email) from None
        return User(id=id_, username=details.username, email=details.email) if changed else None

    def remove(self, id_: int) -> bool:
        """Delete a user."""
        with self._database.transaction() as transaction:
            return transaction.execute("DELETE FROM users WHERE id = :id", id=id_) == 1


def _user(row: Row) -> User:
    return User(id=row.integer("id"), username=row.text("username"), email=row.text("email"))
