"""The engines that tests run the shop's storage on, each started once for a test process and only when asked for."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Final, TypeVar

import pytest

from tests.engines.mongo_wire import mongo_wire
from tests.engines.servers import ServerMissing, SqlServer, mariadb, postgresql, redis

Started = TypeVar("Started")

SQL: Final = (
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.needs_server),
    pytest.param("mariadb", marks=pytest.mark.needs_server),
)
"""The parameters of a suite that runs over every SQL engine."""

DOCUMENTS: Final = ("mongodb on the wire", "mongodb in earnest")
"""The parameters of a suite that also runs over MongoDB: a small server of our own, and the one of MONGO_URL."""


class RunningEngines:
    """Hands out empty databases."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._numbers = itertools.count()
        self._sql: dict[str, SqlServer] = {}
        self._redis: str | None = None
        self._mongo: str | None = None

    def new_database(self, engine: str, folder: Path) -> str:
        """Return the URL of an empty database; SQLite keeps it in a file in the folder.

        Skips the test when the engine's programs are not installed.
        """
        if engine == "sqlite":
            return f"sqlite:///{folder / f'shop_{next(self._numbers)}.db'}"
        if engine in DOCUMENTS:
            return self._new_collections(engine)
        if engine not in self._sql:
            self._sql[engine] = self._started({"postgresql": postgresql, "mariadb": mariadb}[engine]())
        return self._sql[engine].new_database()

    def drop(self, url: str) -> None:
        """Drop a database that a server holds."""
        for server in self._sql.values():
            if url.startswith(f"{server.address}/"):
                server.drop(url)

    def new_redis(self) -> str:
        """Return the URL of an empty Redis; there are 16 of them, and each is emptied when its turn comes again."""
        if self._redis is None:
            self._redis = self._started(redis())
        return f"{self._redis}/{next(self._numbers) % 16}"

    def _new_collections(self, engine: str) -> str:
        if engine == "mongodb in earnest":
            url = os.environ.get("MONGO_URL")
            if not url:
                pytest.skip("not run on a real MongoDB: MONGO_URL does not name one")
            return f"{url.rstrip('/')}/shop_{os.getpid()}_{next(self._numbers)}"
        if self._mongo is None:
            self._mongo = self._started(mongo_wire())
        return f"{self._mongo}/shop_{next(self._numbers)}"

    def _started(self, server: AbstractContextManager[Started]) -> Started:
        try:
            return self._stack.enter_context(server)
        except ServerMissing as missing:
            pytest.skip(str(missing))


@contextmanager
def running_engines() -> Iterator[RunningEngines]:
    """Stop at the end what was started."""
    with ExitStack() as stack:
        yield RunningEngines(stack)
