"""Connections to the admin API that are looked at from time to time."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from unittest.mock import Mock

from treaty_stubs.admin.connection import Connection


def test_only_a_connection_on_which_nothing_begins_is_closed() -> None:
    """Not one whose request is being answered, however long that takes, nor one that has just been answered."""

    async def run() -> None:
        looked_at = Connection.__new__(Connection)
        looked_at.cycle = SimpleNamespace(response_complete=False)  # type: ignore[assignment]  # all that is looked at
        looked_at.transport = closing = Mock()
        for _ in range(3):
            looked_at.look()
        looked_at.cycle.response_complete = True
        looked_at.look()
        closing.close.assert_not_called()
        looked_at.look()
        closing.close.assert_called_once_with()

    asyncio.run(run())
