"""What the tests of the shop's engines share: servers for the whole run, an empty database for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.engines.running import SQL, RunningEngines, running_engines


@pytest.fixture(scope="session", name="engines")
def _engines() -> Iterator[RunningEngines]:
    with running_engines() as engines:
        yield engines


@pytest.fixture(name="sql_url", params=SQL)
def _sql_url(request: pytest.FixtureRequest, engines: RunningEngines, tmp_path: Path) -> Iterator[str]:
    """Give the URL of an empty database, on each SQL engine in turn."""
    url = engines.new_database(request.param, tmp_path)
    yield url
    engines.drop(url)


@pytest.fixture(name="redis_url")
def _redis_url(engines: RunningEngines) -> str:
    """Return the URL of an empty Redis."""
    url = engines.new_redis()
    with Redis.from_url(url) as client:
        client.flushdb()
    return url
