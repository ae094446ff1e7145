"""Nobody waits for a terminal, and what it missed is counted."""

from __future__ import annotations

import io
import threading

import pytest

from treaty_cli.output.patient_terminal import PatientTerminal
from treaty_cli.output.terminal import Terminal


class _Stopped(io.StringIO):
    """Takes nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.entered = threading.Event()
        self.let_go = threading.Event()

    def write(self, text: str) -> int:
        self.entered.set()
        assert self.let_go.wait(60)
        return super().write(text)


def test_lines_come_in_their_order() -> None:
    stream = io.StringIO()
    with PatientTerminal(Terminal(stream, environment={})) as terminal:
        terminal.lines(["a", "b"])
        terminal.lines(["c"])
    assert stream.getvalue() == "a\nb\nc\n"


def test_a_terminal_that_is_stopped_keeps_nobody_waiting() -> None:
    """What is too much for it is counted where it would stand, also when nothing comes behind it."""
    stream = _Stopped()
    with PatientTerminal(Terminal(stream, environment={}), most_waiting=3) as terminal:
        terminal.lines(["a"])
        assert stream.entered.wait(60)
        for number in range(7):
            terminal.lines([str(number)])
        stream.let_go.set()
    assert stream.getvalue() == "a\n0\n1\nand 5 more lines, faster than they could be shown\n"


def test_a_reader_that_is_gone_is_told_at_the_end() -> None:
    """Until then all goes on."""

    class _Gone(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    def work() -> None:
        with PatientTerminal(Terminal(_Gone(), environment={})) as terminal:
            terminal.lines(["a"])
            terminal.lines(["b"])

    with pytest.raises(BrokenPipeError):
        work()
