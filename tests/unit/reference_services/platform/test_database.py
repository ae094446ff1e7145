"""The embedded database."""

from pathlib import Path

import pytest

from treaty_shop.platform.database import Database
from treaty_shop.platform.settings import InvalidSetting

_TABLE = ("CREATE TABLE IF NOT EXISTS things (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL)",)
_INSERT = "INSERT INTO things (name) VALUES ('x') RETURNING id"


def _insert(database: Database) -> int:
    with database.transaction() as connection:
        id_: int = connection.execute(_INSERT).fetchone()["id"]
    return id_


def _insert_and_break(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(_INSERT)
        _ = 1 // 0


def test_ids_begin_where_they_are_told(database: Database) -> None:
    """The first one is the start id."""
    database.create(_TABLE, sequences=("things",), start_id=500)
    assert [_insert(database), _insert(database)] == [500, 501]


def test_a_file_keeps_its_content_and_goes_on_counting(tmp_path: Path) -> None:
    """A second start changes no ids."""
    url = f"sqlite:///{tmp_path}/shop.db"
    for expected in (500, 501):
        database = Database(url)
        database.create(_TABLE, sequences=("things",), start_id=500)
        assert _insert(database) == expected
        database.close()


def test_a_block_that_raises_leaves_nothing_behind(database: Database) -> None:
    """It is rolled back, and the next transaction works."""
    database.create(_TABLE, sequences=(), start_id=1)
    with pytest.raises(ZeroDivisionError):
        _insert_and_break(database)
    with database.transaction() as connection:
        assert connection.execute("SELECT count(*) FROM things").fetchone()[0] == 0


def test_what_is_no_sqlite_url_is_refused_without_showing_it() -> None:
    """The password of a URL is not repeated."""
    with pytest.raises(InvalidSetting) as caught:
        Database("postgresql://me:secret@db/users")
    assert "secret" not in str(caught.value)


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """In a sentence, not as a traceback of SQLite's."""
    with pytest.raises(InvalidSetting, match="cannot open"):
        Database(f"sqlite:///{tmp_path}/missing/shop.db")
