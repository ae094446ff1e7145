"""Holds back signals while a child process is born, so that no handler can lose its id."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_HELD: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def signals_deferred() -> Iterator[None]:
    """Let SIGINT, SIGTERM and SIGHUP wait until the block has ended.

    Python runs handlers in the main thread only, so elsewhere there is nothing to hold back. The signals are not
    blocked, for a child would inherit that.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []

    def hold(number: int, _frame: FrameType | None) -> None:
        arrived.append(number)

    previous = {number: signal.getsignal(number) for number in _HELD}
    for number, handler in previous.items():
        # None is a handler that C code installed; it raises no exception here and cannot be put back.
        if handler is not None and handler is not signal.SIG_IGN:
            signal.signal(number, hold)
    try:
        yield
    finally:
        for number, handler in previous.items():
            if handler is not None and handler is not signal.SIG_IGN:
                signal.signal(number, handler)
        for arrived_number in arrived:
            signal.raise_signal(arrived_number)
