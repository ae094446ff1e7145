"""The versions of every service's tables; migrating is tested in tests/integration/shop_engines, on every engine."""

import pytest

from tests.integration.shop_engines.sqlite_scripts import SERVICES, schema_of
from treaty_shop.platform.engines.migration import newest_of_alembic


@pytest.mark.parametrize("service", SERVICES)
def test_the_last_file_is_what_alembic_takes_for_the_newest(service: str) -> None:
    """The service reads the newest version from the names of the files, without loading alembic."""
    schema = schema_of(service)
    assert newest_of_alembic(schema) == schema.head
