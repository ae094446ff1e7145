"""Start the recorder as a process of its own, follow it, and end it in order."""

from __future__ import annotations

import importlib.util
import os
import queue
import subprocess
import sys
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from treaty.errors import (
    DiskFull,
    ExtraMissing,
    OutputUnwritable,
    PortTaken,
    RecorderFailed,
    SessionUnreadable,
    TreatyError,
)
from treaty.record.events import Event, Failed, Ready, RunBegun, Stopped, Stored, decode_event
from treaty.record.settings import RecordedEdge, RecorderSettings, encode_run, encode_settings
from treaty.session.runs import Run

READY_SECONDS: Final = 30.0
STOP_SECONDS: Final = 60.0
"""Calls under way get ten seconds; the rest is for secrets that were found late in a large session."""
_ERRORS: Final = {
    kind.code: kind for kind in (PortTaken, DiskFull, OutputUnwritable, SessionUnreadable, ExtraMissing, RecorderFailed)
}


class RunningRecorder:
    """A recorder that listens; a context manager that stops it.

    Attributes:
        edges: the edges with their real ports.
        proxy_port: that of the forward proxy, None when there is none.

    """

    def __init__(self, process: subprocess.Popen[str], settings: RecorderSettings) -> None:
        self.edges: tuple[RecordedEdge, ...] = ()
        self.proxy_port: int | None = None
        self._process = process
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._stored = Stored()
        self._ordered = 0
        self._begun = 0
        self._failure: TreatyError | None = None
        self._stopped: Stopped | None = None
        self._ended = False
        self._reader = threading.Thread(target=self._read, name="recorder events", daemon=True)
        self._reader.start()
        process_input = process.stdin
        if process_input is not None:
            process_input.write(encode_settings(settings) + "\n")
            process_input.flush()

    @property
    def stored(self) -> Stored:
        """The counts that the recorder told last; after `stop` they are final."""
        self._take()
        return self._stored

    @property
    def cut(self) -> int:
        """How many calls were without an answer when the recorder stopped."""
        return self._stopped.cut if self._stopped else 0

    @property
    def process_id(self) -> int:
        """The id of the recorder's process."""
        return self._process.pid

    def failure(self) -> TreatyError | None:
        """Give why the recorder ended by itself, None while it runs."""
        self._take()
        if self._ended and self._failure is None and self._stopped is None:
            status = self._process.wait()
            self._failure = RecorderFailed("the recorder ended by itself", why=f"its exit status is {status}")
        return self._failure

    def wait_until_ready(self) -> None:
        """Wait until all listeners are open.

        Raises:
            PortTaken, RecorderFailed, DiskFull, OutputUnwritable, SessionUnreadable: as the recorder says.

        """
        deadline = time.monotonic() + READY_SECONDS
        while not self.edges and self.proxy_port is None:
            self._take(seconds=deadline - time.monotonic())
            if error := self.failure():
                self._end()
                raise error
            if time.monotonic() > deadline:
                self._end()
                raise RecorderFailed(f"the recorder was not ready within {READY_SECONDS:g} s")

    def begin_run(self, run: Run) -> None:
        """Begin a run: what comes in from now on belongs to it. Said again, it tells more of the run.

        Raises:
            DiskFull, RecorderFailed: when that could not be noted.

        """
        process_input = self._process.stdin
        if process_input is not None:
            with suppress(BrokenPipeError):
                process_input.write(encode_run(run) + "\n")
                process_input.flush()
        self._ordered += 1
        deadline = time.monotonic() + READY_SECONDS
        while self._begun < self._ordered:
            self._take(seconds=deadline - time.monotonic())
            if error := self.failure():
                raise error
            if time.monotonic() > deadline:
                raise RecorderFailed(f"the recorder did not begin run {run.number} within {READY_SECONDS:g} s")

    def stop(self) -> None:
        """Let calls under way end, close the session, and end the recorder; may be called again.

        Raises:
            DiskFull, RecorderFailed: when the session is not complete.

        """
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        deadline = time.monotonic() + STOP_SECONDS
        while not self._ended and time.monotonic() < deadline:
            self._take(seconds=deadline - time.monotonic())
        hung = not self._ended
        self._end()
        if hung:
            raise RecorderFailed(f"the recorder did not end within {STOP_SECONDS:g} s and was killed")
        if error := self.failure():
            raise error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.stop()
        else:
            self._end(gracefully=True)

    def _end(self, *, gracefully: bool = False) -> None:
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=STOP_SECONDS if gracefully else 1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._take()

    def _take(self, seconds: float = 0) -> None:
        """Handle the events that have come, waiting for the first one at most so long."""
        wait = max(0.0, seconds)
        while not self._ended:
            try:
                event = self._events.get(timeout=wait) if wait else self._events.get_nowait()
            except queue.Empty:
                return
            wait = 0.0
            self._handle(event)

    def _handle(self, event: Event | None) -> None:
        match event:
            case Ready():
                self.edges = event.edges
                self.proxy_port = event.proxy_port
            case RunBegun():
                self._begun += 1
            case Stored():
                self._stored = event
            case Failed():
                kind = _ERRORS.get(event.code, RecorderFailed)
                self._failure = kind(event.what, where=event.where, why=event.why, hint=event.hint)
            case Stopped():
                self._stopped = event
            case None:
                self._ended = True

    def _read(self) -> None:
        for line in self._process.stdout or ():
            try:
                self._events.put(decode_event(line))
            except ValueError:
                # Not ours: a library that prints.
                continue
        self._events.put(None)


def start_recorder(settings: RecorderSettings) -> RunningRecorder:
    """Start the recorder and wait until it listens.

    Raises:
        ExtraMissing: when mitmproxy is not installed.
        PortTaken, RecorderFailed, DiskFull, OutputUnwritable, SessionUnreadable: as the recorder says.

    """
    missing = [name for name in ("mitmproxy", "brotli", "zstandard") if importlib.util.find_spec(name) is None]
    if missing:
        raise ExtraMissing(
            "recording needs an optional part of Treaty",
            why=f"{missing[0]} is not installed",
            hint="pip install 'treaty[record]'",
        )
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "treaty.adapters.recorder_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=None if os.environ.get("TREATY_TRACEBACK") == "1" else subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        # Ctrl-C in a terminal is for us; we decide when the recorder ends.
        start_new_session=True,
    )
    recorder = RunningRecorder(process, settings)
    recorder.wait_until_ready()
    return recorder
