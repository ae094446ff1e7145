"""Outputs of a command that serves: when one of them can be written no longer, it goes on serving."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from treaty_cli.bootstrap.stub_events import AllStarted, Handle, StubEvent
from treaty_cli.output.terminal import standard_error


class Lasting:
    """Hands events to one output until that fails; once everything listens, this ends nothing.

    A script that waited for the line ``ready`` may have left (``treaty stub | grep -m1 ready``), or a disk may be full:
    the clients of the stubs know nothing of that.

    Args:
        output: writes events; raises OSError when it cannot.
        name: of what it writes to, for people.

    Attributes:
        lost: why it was given up.

    """

    def __init__(self, output: Handle, name: str) -> None:
        self._output: Final = output
        self._name = name
        self._everything_listens = False
        self.lost: OSError | None = None

    def __call__(self, event: StubEvent) -> None:
        """Write one event, where that is still possible.

        Raises:
            OSError: when it cannot be written, and not everything listens yet.

        """
        if self.lost is not None:
            return
        try:
            self._output(event)
        except OSError as fault:
            if not self._everything_listens:
                raise
            self.lost = fault
            why = fault.strerror or type(fault).__name__
            with suppress(OSError):
                standard_error().line(f"{self._name} cannot be written any longer ({why}); the stubs go on without it")
        self._everything_listens = self._everything_listens or isinstance(event, AllStarted)
