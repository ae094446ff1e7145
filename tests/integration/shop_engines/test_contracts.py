"""The contract does not depend on what a service keeps its things in.

Each service keeps on its real engine what was recorded on SQLite; and what is recorded on the real engines is, byte for
byte, what was recorded on SQLite.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.running import RunningEngines
from tests.integration.shop_contracts.providers import PACTS, PROVIDERS, ROOT, Variant, verify_alone
from tests.integration.shop_contracts.test_recording import files
from tests.integration.shop_contracts.test_verification import promised
from tests.integration.shop_engines.sqlite_scripts import schema_of
from treaty_shop.platform.database_url import open_database

ENGINES = {
    "user": "postgresql",
    "order": "mariadb",
    "payment": "postgresql",
    "notification": "mongodb on the wire",
}


@pytest.fixture(name="variables")
def _variables(engines: RunningEngines, redis_url: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Give the settings that put every service on its real engine."""
    urls = {service: engines.new_database(engine, tmp_path) for service, engine in ENGINES.items()}
    named = {f"{service.upper()}_DATABASE_URL": url for service, url in urls.items()}
    yield {**named, "NOTIFICATION_REDIS_URL": redis_url}
    for url in urls.values():
        engines.drop(url)


@pytest.mark.needs_server
@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_was_recorded_on_sqlite_is_kept_on_the_real_engine(
    provider: str, variables: dict[str, str], tmp_path: Path
) -> None:
    """Every promise to every consumer, also at another time, elsewhere and with other ids: no time is the server's."""
    pytest.importorskip("pact", reason="the extra 'official' is not installed")
    elsewhere = Variant(environment={**variables, "SHOP_START_ID": "4711", "TZ": "Pacific/Auckland"})
    # A clock of its own makes a service slow to start, so one of those with times has to do.
    clock = "+400d" if provider == "payment" else None
    verification = verify_alone(tmp_path / "run", provider, elsewhere, clock=clock)
    assert verification.account() == ""
    assert verification.summary.kept == promised(provider)


@pytest.mark.needs_server
def test_what_is_recorded_on_the_real_engines_is_what_is_checked_in(variables: dict[str, str], tmp_path: Path) -> None:
    """Byte for byte."""
    pytest.importorskip("mitmproxy", reason="the extra 'record' is not installed")
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "pacts", "--check", "--into", tmp_path / "pacts"],
        capture_output=True,
        check=False,
        env={**os.environ, **variables},
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert files(tmp_path / "pacts") == files(PACTS)
    # It really was kept there, and not in files of SQLite.
    for service in ("user", "order", "payment"):
        database = open_database(variables[f"{service.upper()}_DATABASE_URL"], schema_of(service))
        with database.transaction() as transaction:
            assert transaction.rows(f"SELECT id FROM {service}s")  # noqa: S608 (names of our own tables)
        database.close()
