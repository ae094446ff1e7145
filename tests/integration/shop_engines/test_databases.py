"""What a storage may rely on, on every SQL engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.engines.running import RunningEngines
from treaty_shop.payment.schema import SCHEMA as PAYMENTS
from treaty_shop.platform.database import Database, Duplicate, Value
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.engines.server import new_engine
from treaty_shop.user.schema import SCHEMA as USERS

OTHERS = {
    "postgresql": "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    "mariadb": "SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id()",
}
ENDING = {"postgresql": "SELECT pg_terminate_backend({})", "mariadb": "KILL {}"}
INSTANT = datetime(2024, 2, 29, 23, 59, 58, 999000, tzinfo=UTC)


def user(email: str) -> dict[str, Value]:
    return {"username": "ada", "email": email, "password_hash": "x"}


def add_and_break(database: Database) -> None:
    with database.transaction() as transaction:
        transaction.insert("users", user("a@example.com"))
        _ = 1 // 0


def add_both(database: Database, *both: str) -> None:
    with database.transaction() as transaction:
        for email in both:
            transaction.insert("users", user(email))


def emails(database: Database) -> list[str]:
    with database.transaction() as transaction:
        return [row.text("email") for row in transaction.rows("SELECT * FROM users ORDER BY id")]


def add(database: Database, email: str) -> int:
    with database.transaction() as transaction:
        return transaction.insert("users", user(email))


@pytest.fixture(name="users")
def _users(sql_url: str) -> Iterator[Database]:
    database = open_database(sql_url, USERS, start_id=500)
    yield database
    database.close()


def test_ids_begin_where_they_are_told_and_go_on_after_a_restart(users: Database, sql_url: str) -> None:
    """A second start changes no ids, whatever it says."""
    assert [add(users, "a@example.com"), add(users, "b@example.com")] == [500, 501]
    again = open_database(sql_url, USERS, start_id=9000)
    assert add(again, "c@example.com") == 502
    again.close()


def test_a_block_that_raises_leaves_nothing_behind(users: Database) -> None:
    """It is rolled back, and the next transaction works."""
    with pytest.raises(ZeroDivisionError):
        add_and_break(users)
    assert emails(users) == []
    add(users, "b@example.com")
    assert emails(users) == ["b@example.com"]


def test_a_key_that_is_taken_is_told_and_rolls_the_block_back(users: Database) -> None:
    """With INSERT and with UPDATE; what went before it in the block is undone too."""
    add(users, "a@example.com")
    with pytest.raises(Duplicate):
        add_both(users, "b@example.com", "a@example.com")
    assert emails(users) == ["a@example.com"]
    second = add(users, "c@example.com")
    with pytest.raises(Duplicate), users.transaction() as transaction:
        transaction.execute("UPDATE users SET email = :email WHERE id = :id", email="a@example.com", id=second)
    assert emails(users) == ["a@example.com", "c@example.com"]


def test_something_else_that_is_broken_is_no_taken_key(users: Database) -> None:
    """A column that must hold something is the service's own mistake."""
    with pytest.raises(Exception, match=r"(?i)null|default") as caught, users.transaction() as transaction:
        transaction.put("users", {"username": "ada", "email": "a@example.com", "password_hash": None})
    assert not isinstance(caught.value, Duplicate)


def test_texts_are_equal_only_when_every_character_is(users: Database) -> None:
    """Neither case nor accents nor spaces at the end are overlooked, and every character is kept."""
    given = ["a@example.com", "A@example.com", "á@example.com", "a@example.com ", "\U0001f4da@example.com"]
    for email in given:
        add(users, email)
    assert emails(users) == given


def test_a_statement_tells_how_many_rows_it_met(users: Database) -> None:
    """Also when it changes nothing in them."""
    id_ = add(users, "a@example.com")
    with users.transaction() as transaction:
        same = "UPDATE users SET email = :email WHERE id = :id"
        assert transaction.execute(same, email="a@example.com", id=id_) == 1
        assert transaction.execute(same, email="a@example.com", id=id_ + 1) == 0
        assert transaction.row("SELECT * FROM users WHERE id = :id", id=id_ + 1) is None


def test_money_and_times_come_back_as_they_went_in(sql_url: str) -> None:
    """To the cent and to the millisecond, in UTC from whatever zone; null stays null."""
    database = open_database(sql_url, PAYMENTS)
    elsewhere = INSTANT.astimezone(timezone(timedelta(hours=13, minutes=45)))
    values: dict[str, Value] = {
        "order_id": 10**18 - 1,
        "user_id": 1,
        "amount": Decimal("999999999.99"),
        "status": "pending",
        "payment_type": "wechat",
        "paid_at": None,
        "created_at": INSTANT,
        "updated_at": elsewhere,
    }
    with database.transaction() as transaction:
        transaction.insert("payments", values)
        transaction.insert("payments", {**values, "amount": Decimal("0.10")})
        first, second = transaction.rows("SELECT * FROM payments ORDER BY id")
        summed = transaction.row("SELECT sum(amount) AS amount FROM payments")
    database.close()
    assert first.integer("order_id") == 10**18 - 1
    assert (str(first.money("amount")), str(second.money("amount"))) == ("999999999.99", "0.10")
    assert summed is not None
    assert summed.money("amount") == Decimal("1000000000.09")
    assert first.instant("created_at") == first.instant("updated_at") == INSTANT
    assert first.instant("created_at").tzinfo is UTC
    assert first.optional_instant("paid_at") is None
    assert first.optional_text("trade_no") is None


@pytest.mark.needs_server
@pytest.mark.parametrize("engine", ["postgresql", "mariadb"])
def test_a_connection_that_died_is_replaced(engine: str, engines: RunningEngines, tmp_path: Path) -> None:
    """The server was started again, say: the next request does not notice."""
    url = engines.new_database(engine, tmp_path)
    database = open_database(url, USERS)
    add(database, "a@example.com")
    other = new_engine(url)
    with other.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for number in connection.execute(text(OTHERS[engine])).scalars().all():
            connection.execute(text(ENDING[engine].format(number)))
    other.dispose()
    assert add(database, "b@example.com") == 2
    assert emails(database) == ["a@example.com", "b@example.com"]
    database.close()
