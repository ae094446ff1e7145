"""Turns of a connection: one that sends thousands of requests at once lets others be served between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

MOST_REQUESTS: Final = 32
"""Requests that one connection has answered before others have their turn."""
_LONGEST: Final = 0.005
"""Seconds after which a turn is over in any case."""


class Turn:
    """How much of its turn a connection has had.

    Args:
        clock: gives seconds.

    """

    __slots__ = ("_asked", "_begun", "_clock")

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked = 0
        self._begun = 0.0

    def begin(self) -> None:
        """Begin a turn."""
        self._asked = 0

    def is_over(self) -> bool:
        """Tell whether the next request has to wait for the next turn; else it counts as answered in this one."""
        asked = self._asked
        self._asked = asked + 1
        if not asked:
            return False  # who sends one at a time needs no clock
        if asked == 1:
            self._begun = self._clock()
            return False
        return asked >= MOST_REQUESTS or self._clock() - self._begun > _LONGEST
