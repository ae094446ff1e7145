"""Reading rows of every engine, and where a service's tables are described."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from treaty_shop.platform.database import Row, Schema
from treaty_shop.platform.settings import InvalidSetting

INSTANT = datetime(2024, 2, 29, 23, 59, 58, 999000, tzinfo=UTC)


@pytest.mark.parametrize(("kept", "read"), [(1250, "12.50"), (Decimal("12.5"), "12.50"), (Decimal(12), "12.00")])
def test_money_has_two_decimals_however_it_is_kept(kept: object, read: str) -> None:
    """Whole cents in SQLite, decimals elsewhere; a sum may come with fewer places."""
    assert str(Row({"amount": kept}).money("amount")) == read


@pytest.mark.parametrize(
    "kept",
    [
        "2024-02-29T23:59:58.999Z",
        INSTANT.replace(tzinfo=None),
        INSTANT.astimezone(timezone(timedelta(hours=-9, minutes=-30))),
    ],
    ids=["SQLite", "MariaDB", "PostgreSQL"],
)
def test_a_time_is_in_utc_however_it_is_kept(kept: object) -> None:
    instant = Row({"at": kept}).instant("at")
    assert (instant, instant.tzinfo) == (INSTANT, UTC)


def test_null_is_read_where_it_may_be() -> None:
    row = Row({"at": None, "name": None, "note": "x"})
    assert row.optional_instant("at") is None
    assert row.optional_text("name") is None
    assert row.optional_text("note") == "x"


def test_the_newest_version_is_the_last_file(tmp_path: Path) -> None:
    """What is older has to be migrated, and what is newer is refused."""
    schema = Schema(service="stock", package="stock.schema", folder=tmp_path)
    (tmp_path / "versions").mkdir()
    for name in ("__init__", "version_0001", "version_0003", "version_0002"):
        (tmp_path / "versions" / f"{name}.py").touch()
    assert (schema.head, schema.versions) == ("0003", ("0001", "0002", "0003"))
    assert schema.version_table == "stock_schema_version"
    assert [schema.is_older(version) for version in schema.versions] == [True, True, False]
    with pytest.raises(InvalidSetting, match="version 0004, made by a newer shop"):
        schema.is_older("0004")
