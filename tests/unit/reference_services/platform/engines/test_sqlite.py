"""The embedded engine, by itself; what all engines have in common is tested in tests/integration/shop_engines."""

from dataclasses import replace
from pathlib import Path

import pytest

from treaty_shop.platform.engines import sqlite
from treaty_shop.platform.engines.sqlite import SqliteDatabase, insertion
from treaty_shop.platform.settings import InvalidSetting
from treaty_shop.user.schema import SCHEMA


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """In a sentence, not as a traceback of SQLite's."""
    with pytest.raises(InvalidSetting, match=r"cannot use .*shop.db: unable to open"):
        SqliteDatabase(f"sqlite:///{tmp_path}/missing/shop.db", SCHEMA, 1)


def test_an_older_file_without_alembic_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite itself needs no driver, its migrations do."""
    url = f"sqlite:///{tmp_path}/shop.db"
    SqliteDatabase(url, SCHEMA, 1).close()
    (tmp_path / "versions").mkdir()
    for version in (*SCHEMA.versions, "9999"):
        (tmp_path / "versions" / f"version_{version}.py").touch()
    monkeypatch.setattr(sqlite, "find_spec", lambda _: None)
    with pytest.raises(InvalidSetting, match=r"shop\.db is of an older version: pip install 'treaty\[engines\]'"):
        SqliteDatabase(url, replace(SCHEMA, folder=tmp_path), 1)


def test_each_database_in_memory_is_private() -> None:
    """And begins to count where it is told."""
    for start_id in (1, 40):
        database = SqliteDatabase("sqlite://", SCHEMA, start_id)
        with database.transaction() as transaction:
            values = {"username": "ada", "email": "ada@example.com", "password_hash": "x"}
            assert transaction.insert("users", values) == start_id
        database.close()


def test_an_insertion_names_its_columns_and_its_values() -> None:
    assert insertion("users", {"id": 1, "email": "a"}) == "INSERT INTO users (id, email) VALUES (:id, :email)"
