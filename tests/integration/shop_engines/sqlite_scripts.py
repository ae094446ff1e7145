"""Writes the SQLite script of every service of the shop from the description of its tables: ``make schemas``."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Final

import treaty_shop
from treaty_shop.platform.database import Schema
from treaty_shop.platform.engines.columns import sqlite_script

SERVICES: Final = tuple(
    sorted(file.parents[1].name for file in Path(treaty_shop.__file__).parent.glob("*/schema/tables.py"))
)
"""Every service that keeps something in tables."""


def schema_of(service: str) -> Schema:
    """Return where the tables of a service are described."""
    schema = import_module(f"treaty_shop.{service}.schema").SCHEMA
    assert isinstance(schema, Schema)
    return schema


def write_all() -> None:
    """Write every script."""
    for service in SERVICES:
        schema = schema_of(service)
        schema.sqlite_script.write_text(sqlite_script(schema), encoding="utf-8")


if __name__ == "__main__":
    write_all()
