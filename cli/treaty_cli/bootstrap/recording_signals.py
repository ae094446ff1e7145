"""While we record, SIGINT and SIGTERM mean: finish in order. A second one means: at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class StopRequest:
    """Whether the user asked for the end, and with which signal."""

    def __init__(self) -> None:
        self.number = 0
        self._event = threading.Event()
        self._forward: Callable[[int], None] | None = None

    def forward_to(self, send: Callable[[int], None] | None) -> None:
        """Pass signals on to a process, too."""
        self._forward = send

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until the end is asked for; tell whether it is."""
        return self._event.wait(seconds)

    def receive(self, number: int) -> None:
        """Take a signal."""
        if self._event.is_set():
            raise SystemExit(128 + number)
        self.number = number
        self._event.set()
        if self._forward is not None:
            self._forward(number)


@contextmanager
def stop_on_signals() -> Iterator[StopRequest]:
    """Turn the first SIGINT or SIGTERM into a `StopRequest` while the context lasts."""
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return

    def receive(number: int, _frame: FrameType | None) -> None:
        request.receive(number)

    previous = {number: signal.signal(number, receive) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield request
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
