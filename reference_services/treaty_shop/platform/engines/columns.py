"""The types of columns, one word for each thing the shop keeps, with the form that each engine has for it."""

from typing import Any, Final

from sqlalchemy import BigInteger, Column, DateTime, Identity, Integer, MetaData, Numeric, String, Text
from sqlalchemy.dialects.mysql import DATETIME
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import TypeEngine

from treaty_shop.platform.database import Schema
from treaty_shop.platform.engines.server import metadata_of, version_table_statement

WHOLE: Final = BigInteger().with_variant(Integer(), "sqlite")
MONEY: Final = Numeric(12, 2).with_variant(Integer(), "sqlite")
"""An exact decimal; whole cents in SQLite, which has none."""
INSTANT: Final = (
    DateTime()
    .with_variant(TIMESTAMP(timezone=True, precision=3), "postgresql")
    .with_variant(DATETIME(fsp=3), "mysql", "mariadb")
    .with_variant(Text(), "sqlite")
)
"""A time with milliseconds. It is always computed by the service: no column has a default."""
WORD: Final = String(32)
LINE: Final = String(200)
TEXT: Final = Text()

_NAMES: Final = {
    "ix": "%(table_name)s_by_%(column_0_N_name)s",
    "uq": "%(table_name)s_one_%(column_0_N_name)s",
    "fk": "%(table_name)s_%(column_0_name)s_known",
    "pk": "%(table_name)s_key",
}


def new_metadata() -> MetaData:
    """Return metadata that names every key and index itself, so that migrations can name them too."""
    return MetaData(naming_convention=_NAMES)


def numbered(name: str = "id") -> Column[int]:
    """Return the column of an id that the database counts up; no number comes twice."""
    return Column(name, WHOLE, Identity(), primary_key=True)


def required(name: str, type_: TypeEngine[Any], *, index: bool = False) -> Column[Any]:
    """Return a column that always holds something."""
    return Column(name, type_, nullable=False, index=index or None)


# On MariaDB the default comparison takes A for a, and a text for the same text with a space behind it.
TABLE_OPTIONS: Final[dict[str, Any]] = {
    "sqlite_autoincrement": True,
    "mariadb_engine": "InnoDB",
    "mariadb_charset": "utf8mb4",
    "mariadb_collate": "utf8mb4_nopad_bin",
}


def sqlite_script(schema: Schema) -> str:
    """Return the statements that make a service's tables in SQLite, as ``sqlite.sql`` is to hold them."""
    from sqlalchemy.dialects import sqlite  # noqa: PLC0415 (only those who write the script need it)

    dialect = sqlite.dialect()
    statements = []
    for table in metadata_of(schema).sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        statements += [str(CreateIndex(index).compile(dialect=dialect)) for index in indexes]
    statements.append(version_table_statement(schema))
    statements.append(f"INSERT INTO {schema.version_table} (version_num) VALUES ('{schema.head}')")  # noqa: S608 (names of our own files)
    lines = "".join(f"{statement.strip()};\n" for statement in statements)
    return "\n".join(line.rstrip() for line in lines.splitlines()) + "\n"
