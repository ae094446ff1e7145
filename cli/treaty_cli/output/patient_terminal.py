"""A terminal that may take its time: nobody waits until it has shown a line, and what it misses is counted."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Final, Self

from treaty.errors import counted
from treaty_cli.output.terminal import Style, Terminal

_MOST_WAITING: Final = 5000
"""Lines."""


class PatientTerminal:
    """Writes lines to a terminal from a thread of its own; use it as a context manager.

    A terminal that is stopped, or a pipe that nobody reads, keeps the lines waiting, up to a bound. Lines beyond it are
    left out, and where they would be stands how many they are.

    Args:
        terminal: where the lines go.
        most_waiting: lines.

    Attributes:
        colour: whether text may be styled.

    Raises (on leaving):
        OSError: what kept the terminal from being written to.

    """

    def __init__(self, terminal: Terminal, *, most_waiting: int = _MOST_WAITING) -> None:
        self._terminal = terminal
        self._most_waiting = most_waiting
        self._queue: queue.SimpleQueue[list[str] | None] = queue.SimpleQueue()
        self._counting = threading.Lock()
        self._waiting = 0
        self._missed = 0
        self._fault: OSError | None = None
        self._thread = threading.Thread(target=self._write, name="treaty-terminal", daemon=True)
        self.colour: Final = terminal.colour

    def paint(self, text: str, style: Style) -> str:
        """Return the text in a style, or as it is where colour has no place."""
        return self._terminal.paint(text, style)

    def lines(self, texts: Iterable[str]) -> None:
        """Have lines written as soon as that can be."""
        listed = list(texts)
        with self._counting:
            if self._waiting >= self._most_waiting:
                self._missed += len(listed)
                return
            listed[:0] = self._missed_line()
            self._waiting += len(listed)
        self._queue.put(listed)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._queue.put(self._missed_line())
        self._queue.put(None)
        self._thread.join()
        if self._fault is not None and error is None:
            raise self._fault

    def _missed_line(self) -> list[str]:
        if not self._missed:
            return []
        text = f"and {counted(self._missed, 'more line')}, faster than they could be shown"
        self._missed = 0
        return [text]

    def _write(self) -> None:
        while (listed := self._queue.get()) is not None:
            if self._fault is None and listed:
                try:
                    self._terminal.lines(listed)
                except OSError as fault:
                    # Whoever read it is gone; that is for the end of the command to say.
                    self._fault = fault
            with self._counting:
                self._waiting -= len(listed)
