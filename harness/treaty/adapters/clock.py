"""The system's time as the port that verification waits with."""

from __future__ import annotations

import time


class SystemWaiter:
    """Monotonic time, and real waiting."""

    def now(self) -> float:
        """Seconds of the monotonic clock."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)
