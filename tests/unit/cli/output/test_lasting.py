"""Outputs that can be written no longer while stubs are served."""

from __future__ import annotations

import errno
import os

import pytest

from treaty_cli.bootstrap.stub_events import AdminStarted, AllStarted, StubEvent
from treaty_cli.output.lasting import Lasting

_SOMETHING = AdminStarted(url="http://127.0.0.1:1")


class _Pipe:
    """Takes events until its reader is gone."""

    def __init__(self) -> None:
        self.taken: list[StubEvent] = []
        self.is_read = True

    def __call__(self, event: StubEvent) -> None:
        if not self.is_read:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        self.taken.append(event)


def test_once_everything_listens_a_lost_output_ends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """It is said once, and the fault is kept for the exit status."""
    pipe = _Pipe()
    output = Lasting(pipe, "standard output")
    output(AllStarted())
    pipe.is_read = False
    for _ in range(2):
        output(_SOMETHING)
    pipe.is_read = True
    output(_SOMETHING)
    assert pipe.taken == [AllStarted()]
    assert isinstance(output.lost, BrokenPipeError)
    said = "standard output cannot be written any longer (Broken pipe); the stubs go on without it\n"
    assert capsys.readouterr().err == said


def test_before_that_it_ends_the_command() -> None:
    """As of every program whose output nobody reads."""
    pipe = _Pipe()
    pipe.is_read = False
    with pytest.raises(BrokenPipeError):
        Lasting(pipe, "standard output")(_SOMETHING)
