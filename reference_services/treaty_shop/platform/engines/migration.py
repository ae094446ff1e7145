"""Bringing tables of an older version up to date, by alembic; loaded only when there are such tables."""

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.event import listen

from treaty_shop.platform.database import Schema


def migrate(connection: Connection, schema: Schema) -> None:
    """Take every step from the version that is there to the newest, inside the connection's transaction.

    A server without transactions for tables (MariaDB) keeps what was done before a step that fails.
    """
    scripts = _scripts(schema)

    def steps(version: str | tuple[str, ...], _context: MigrationContext) -> list[RevisionStep]:
        return list(scripts._upgrade_revs("head", version))  # type: ignore[arg-type] # noqa: SLF001 (what alembic's own upgrade calls)

    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection, version_table=schema.version_table, render_as_batch=True)
        with environment.begin_transaction():
            environment.run_migrations()


def migrate_sqlite_file(path: str, schema: Schema) -> None:
    """Do it to a SQLite file, on a connection of its own; all steps or none."""
    # Left to itself, the driver begins no transaction before statements about tables.
    engine = create_engine(URL.create("sqlite", database=path), connect_args={"isolation_level": None})
    listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            migrate(connection, schema)
    finally:
        engine.dispose()


def newest_of_alembic(schema: Schema) -> str | None:
    """Return the version that alembic takes for the newest."""
    return _scripts(schema).get_current_head()


def _scripts(schema: Schema) -> ScriptDirectory:
    return ScriptDirectory(str(schema.folder))
