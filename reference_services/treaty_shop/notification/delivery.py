"""The queue of notifications that are to be delivered: the port, and the one inside the process."""

from collections import deque
from collections.abc import Sequence
from typing import Protocol


class DeliveryQueue(Protocol):
    """Ids of notifications, delivered first in, first out."""

    def put(self, ids: Sequence[str]) -> None:
        """Queue ids in their order, all or none."""

    def take(self) -> str | None:
        """Return the id that waits longest, or None; it is under way until it is `done`."""

    def done(self, id_: str) -> None:
        """Forget an id that was under way."""

    def recover(self) -> int:
        """Queue again, before all others, what was under way when a service ended; return how many ids wait."""


class MemoryQueue:
    """A queue that ends with its process, and what waits in it with it."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._under_way: list[str] = []

    def put(self, ids: Sequence[str]) -> None:
        """Append them."""
        self._waiting.extend(ids)

    def take(self) -> str | None:
        """Pop the first."""
        try:
            id_ = self._waiting.popleft()
        except IndexError:
            return None
        self._under_way.append(id_)
        return id_

    def done(self, id_: str) -> None:
        """Forget it."""
        if id_ in self._under_way:
            self._under_way.remove(id_)

    def recover(self) -> int:
        """Put back what was taken and never done."""
        self._waiting.extendleft(reversed(self._under_way))
        self._under_way.clear()
        return len(self._waiting)
