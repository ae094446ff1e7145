"""Connections to the admin API: as uvicorn has them, but silent ones are closed."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

SILENT_FOR: Final = 30.0
"""Seconds within which the head of a request has to arrive; it is noticed at the latest after twice that time."""


class Connection(H11Protocol):
    """A connection on which requests arrive in time, or that is closed."""

    _timer: asyncio.TimerHandle | None = None
    _seen: object = None
    _looked = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take the transport."""
        super().connection_made(transport)
        self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def look(self) -> None:
        """Close the connection if no request has begun since the last look, and none is being answered."""
        cycle: Any = self.cycle
        waits = cycle is None or cycle.response_complete
        if waits and self._looked and self._seen is cycle:
            self.transport.close()
            return
        self._seen, self._looked = cycle, waits
        self._look_later()

    def _look_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(SILENT_FOR, self.look)
