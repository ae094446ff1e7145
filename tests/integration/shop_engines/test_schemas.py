"""The tables of every service, on every SQL engine: made at once or migrated to, they are the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text

from tests.integration.shop_engines.sqlite_scripts import SERVICES, schema_of
from treaty_shop.platform.database import Schema
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.engines.migration import migrate, migrate_sqlite_file
from treaty_shop.platform.engines.server import metadata_of, new_engine, version_table_statement
from treaty_shop.platform.settings import InvalidSetting

ADDITION = '''"""A column more."""

from alembic import op
from sqlalchemy import Column, String

revision = "9999"
down_revision = "{before}"


def upgrade() -> None:
    op.add_column("users", Column("nickname", String(20)))
'''


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Connect to a database, whatever its engine."""
    engine = create_engine(url) if url.startswith("sqlite") else new_engine(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def as_they_are(url: str, schema: Schema) -> dict[str, object]:
    """Read from the database what its tables are."""
    with connected(url) as connection:
        look = inspect(connection)
        return {
            table: (
                [
                    (column["name"], str(column["type"]), column["nullable"], column["default"])
                    for column in look.get_columns(table)
                ],
                look.get_pk_constraint(table)["constrained_columns"],
                sorted((str(key["name"]), key["column_names"]) for key in look.get_unique_constraints(table)),
                sorted((str(index["name"]), index["column_names"]) for index in look.get_indexes(table)),
                sorted((str(key["name"]), key["referred_table"]) for key in look.get_foreign_keys(table)),
            )
            for table in metadata_of(schema).tables
        }


def differences(url: str, schema: Schema) -> list[object]:
    """Ask alembic what it would still have to change."""
    with connected(url) as connection:
        tables = set(metadata_of(schema).tables)
        options = {"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or name in tables}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, metadata_of(schema)))


def migrate_from_nothing(url: str, schema: Schema) -> None:
    """Take every step of alembic on an empty database."""
    if url.startswith("sqlite"):
        migrate_sqlite_file(url.removeprefix("sqlite:///"), schema)
        return
    with connected(url) as connection:
        migrate(connection, schema)


def test_the_steps_lead_to_what_a_new_database_gets(sql_url: str) -> None:
    """Column by column, key by key, on this engine; and a service takes the result for the newest version."""
    for service in SERVICES:
        schema = schema_of(service)
        migrate_from_nothing(sql_url, schema)
        migrated = as_they_are(sql_url, schema)
        assert differences(sql_url, schema) == []
        open_database(sql_url, schema).close()
        with connected(sql_url) as connection:
            metadata_of(schema).drop_all(connection)
            connection.execute(text(f"DROP TABLE {schema.version_table}"))
        open_database(sql_url, schema).close()
        assert as_they_are(sql_url, schema) == migrated


def test_no_column_has_a_default_of_the_database() -> None:
    """Times come from the service alone: a database's clock is not the one that a test may shift."""
    tables = [table for service in SERVICES for table in metadata_of(schema_of(service)).tables.values()]
    columns = [column for table in tables for column in table.c]
    assert {column.name for column in columns if column.server_default is not None} == {"id", "position"}
    assert {column.name for column in columns if column.default is not None or column.onupdate is not None} == set()


def with_one_version_more(schema: Schema, folder: Path, *, ending: str = "") -> Schema:
    """Copy the versions and add one."""
    newer = replace(schema, folder=folder)
    (folder / "versions").mkdir(parents=True)
    for version in schema.versions:
        name = f"version_{version}.py"
        (folder / "versions" / name).write_bytes((schema.folder / "versions" / name).read_bytes())
    addition = ADDITION.format(before=schema.head) + ending
    (folder / "versions" / "version_9999.py").write_text(addition, encoding="utf-8")
    return newer


def test_an_older_version_is_migrated_when_the_service_starts(sql_url: str, tmp_path: Path) -> None:
    """What it holds stays, and the next start finds nothing to do."""
    schema = schema_of("user")
    database = open_database(sql_url, schema)
    with database.transaction() as transaction:
        transaction.insert("users", {"username": "ada", "email": "ada@example.com", "password_hash": "x"})
    database.close()
    newer = with_one_version_more(schema, tmp_path / "schema")
    for _ in range(2):
        database = open_database(sql_url, newer)
        with database.transaction() as transaction:
            (row,) = transaction.rows("SELECT * FROM users")
            assert (row.text("username"), row.optional_text("nickname")) == ("ada", None)
        database.close()
    with pytest.raises(InvalidSetting, match="has version 9999, made by a newer shop"):
        open_database(sql_url, schema)


def test_a_step_that_fails_leaves_the_tables_as_they_were(sql_url: str, tmp_path: Path) -> None:
    """On SQLite and PostgreSQL; MariaDB has no transactions for tables, so only the version stays."""
    schema = schema_of("user")
    open_database(sql_url, schema).close()
    before = as_they_are(sql_url, schema)
    newer = with_one_version_more(schema, tmp_path / "schema", ending="    raise RuntimeError\n")
    with pytest.raises(RuntimeError):
        open_database(sql_url, newer)
    open_database(sql_url, schema).close()
    assert (as_they_are(sql_url, schema) == before) != sql_url.startswith("mariadb")


def test_tables_without_a_version_are_left_alone(sql_url: str) -> None:
    """Somebody else's, or those of an interrupted start: the service says so and ends."""
    with connected(sql_url) as connection:
        connection.execute(text("CREATE TABLE users (id INTEGER)"))
    with pytest.raises(InvalidSetting, match=r"DATABASE_URL: cannot use .*users.* already exists"):
        open_database(sql_url, schema_of("user"))


def test_all_services_may_share_one_database(sql_url: str) -> None:
    """Each has its own version."""
    for _ in range(2):
        for service in SERVICES:
            open_database(sql_url, schema_of(service)).close()


def test_the_version_is_kept_as_alembic_keeps_it(sql_url: str) -> None:
    """So that alembic's own commands understand a database that the service made."""
    schema = schema_of("user")
    with connected(sql_url) as connection:
        connection.execute(text(version_table_statement(schema)))
    ours = version_columns(sql_url, schema)
    with connected(sql_url) as connection:
        connection.execute(text(f"DROP TABLE {schema.version_table}"))
    migrate_from_nothing(sql_url, schema)
    assert version_columns(sql_url, schema) == ours


def version_columns(url: str, schema: Schema) -> list[tuple[str, str, bool]]:
    with connected(url) as connection:
        columns = inspect(connection).get_columns(schema.version_table)
        return [(column["name"], str(column["type"]), column["nullable"]) for column in columns]
