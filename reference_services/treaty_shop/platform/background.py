"""Background work: one queue and one thread a service, so that follow-ups keep their order."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from treaty_shop.platform.pace import Pace, Step
from treaty_shop.platform.structured_log import StructuredLog


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkState:
    """What a service has under way.

    `running` counts steps that run or will run without further ado, `held` names those that the
    pace keeps, `accepted` counts every step there ever was (so an observer notices work that
    came and went between two looks).
    """

    running: int
    held: tuple[str, ...]
    accepted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    step: Step
    delay: float | None


class Batch:
    """The steps that one request asked for; they start once its reply has been written."""

    def __init__(self, work: "BackgroundWork") -> None:
        self._work = work
        self._entries: list[_Entry] = []

    def add(self, entry: _Entry) -> None:
        """Remember a step for later."""
        self._entries.append(entry)

    def start(self) -> None:
        """Hand the steps to the worker; a second call does nothing."""
        entries, self._entries = self._entries, []
        self._work.start(entries)


class BackgroundWork:
    """Runs steps one after another on a thread of its own."""

    def __init__(self, pace: Pace, log: StructuredLog) -> None:
        self._pace = pace
        self._log = log
        self._changed = threading.Condition()
        self._ready: deque[Step] = deque()
        self._deferred = 0
        self._accepted = 0
        self._active = False
        self._closing = False
        self._request = threading.local()
        self._thread = threading.Thread(target=self._loop, name="background-work", daemon=True)
        self._thread.start()

    def submit(self, name: str, run: Callable[[], None], *, delay: float | None = None) -> None:
        """Run a step in the background.

        With a delay (seconds, before scaling) the pace decides when; without one it is next in
        the queue. Inside a request the step waits for the reply to be written.
        """
        entry = _Entry(step=Step(name=name, run=run), delay=delay)
        batch: Batch | None = getattr(self._request, "batch", None)
        with self._changed:
            self._accepted += 1
            self._deferred += 1
        if batch is None:
            self.start([entry])
        else:
            batch.add(entry)

    @contextmanager
    def until_reply(self) -> Iterator[Batch]:
        """Collect what the calling thread submits; the caller starts the batch afterwards."""
        batch = Batch(self)
        self._request.batch = batch
        try:
            yield batch
        finally:
            self._request.batch = None

    def start(self, entries: list[_Entry]) -> None:
        """Hand collected steps to the queue or to the pace."""
        with self._changed:
            for entry in entries:
                self._deferred -= 1
                if entry.delay is None:
                    self._ready.append(entry.step)
                else:
                    self._pace.hold(entry.step, entry.delay, time.monotonic())
            self._changed.notify_all()

    def pause(self, delay: float) -> None:
        """Block the calling thread as the pace says."""
        self._pace.pause(delay)

    def state(self) -> WorkState:
        """Return what is under way now."""
        with self._changed:
            running = len(self._ready) + self._deferred + int(self._active)
            return WorkState(running=running, held=self._pace.held(), accepted=self._accepted)

    def advance(self) -> str | None:
        """Let the oldest held step run: its name, or None when nothing is held."""
        with self._changed:
            name = self._pace.release()
            self._collect()
            self._changed.notify_all()
            return name

    def close(self, within: float) -> tuple[str, ...]:
        """Finish what is under way within so many seconds: the names of what was left undone.

        Delayed steps are waited for as far as the bound allows; a gate's held steps are not.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(within)
        with self._changed:
            return (*(step.name for step in self._ready), *self._pace.held())

    def _collect(self) -> None:
        self._ready.extend(self._pace.take_due(time.monotonic()))

    def _next(self) -> Step | None:
        with self._changed:
            while True:
                self._collect()
                if self._ready:
                    self._active = True
                    return self._ready.popleft()
                wait = self._pace.wait_time(time.monotonic())
                if self._closing and wait is None and not self._deferred:
                    return None
                self._changed.wait(wait)

    def _loop(self) -> None:
        while (step := self._next()) is not None:
            try:
                step.run()
            except Exception as error:  # noqa: BLE001 (one broken step must not end the worker)
                self._log.error("step_failed", step=step.name, why=repr(error))
            finally:
                with self._changed:
                    self._active = False
                    self._changed.notify_all()
