"""The description of the tables, and the form that SQLite gets of it."""

import pytest

from tests.integration.shop_engines.sqlite_scripts import SERVICES, schema_of
from treaty_shop.platform.engines.columns import sqlite_script
from treaty_shop.platform.engines.server import metadata_of


@pytest.mark.parametrize("service", SERVICES)
def test_the_script_for_sqlite_is_in_step_with_the_tables(service: str) -> None:
    """Otherwise run `make schemas`."""
    schema = schema_of(service)
    assert schema.sqlite_script.read_text(encoding="utf-8") == sqlite_script(schema)


@pytest.mark.parametrize("service", SERVICES)
def test_every_key_and_index_has_a_name(service: str) -> None:
    """A migration could not speak of it otherwise."""
    for table in metadata_of(schema_of(service)).tables.values():
        assert all(index.name for index in table.indexes)
        assert all(constraint.name for constraint in table.constraints)
