"""The engines that tests run the shop's storage on, each started once for a test process and only when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.engines.servers import ServerMissing, SqlServer, mariadb, postgresql

_SERVERS: Final[dict[str, Callable[[], AbstractContextManager[SqlServer]]]] = {
    "postgresql": postgresql,
    "mariadb": mariadb,
}
SQL: Final = (
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.needs_server),
    pytest.param("mariadb", marks=pytest.mark.needs_server),
)
"""The parameters of a suite that runs over every SQL engine."""


class RunningEngines:
    """Hands out empty databases."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._servers: dict[str, SqlServer] = {}

    def server(self, engine: str) -> SqlServer:
        """Return the server of an engine; skips the test when its programs are not installed."""
        if engine not in self._servers:
            try:
                self._servers[engine] = self._stack.enter_context(_SERVERS[engine]())
            except ServerMissing as missing:
                pytest.skip(str(missing))
        return self._servers[engine]

    def new_database(self, engine: str, folder: Path) -> str:
        """Return the URL of an empty database; SQLite keeps it in a file in the folder."""
        return f"sqlite:///{folder / 'shop.db'}" if engine == "sqlite" else self.server(engine).new_database()


@contextmanager
def running_engines() -> Iterator[RunningEngines]:
    """Stop at the end what was started."""
    with ExitStack() as stack:
        yield RunningEngines(stack)
