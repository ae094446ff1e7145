"""When a delayed step may run: after a while (`TimerPace`) or when told (`GatePace`)."""

import heapq
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class PaceKind(StrEnum):
    """The two ways to pace delayed steps."""

    TIMER = "timer"
    GATE = "gate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One piece of background work; the name is for logs and for who holds the gate."""

    name: str
    run: Callable[[], None]


class Pace(Protocol):
    """Keeps delayed steps until they may run. Not thread-safe: its owner locks."""

    def hold(self, step: Step, delay: float, instant: float) -> None:
        """Keep a step whose delay (seconds, before scaling) begins at `instant` (monotonic)."""

    def take_due(self, instant: float) -> list[Step]:
        """Hand out the steps that may run at `instant`, in order."""

    def wait_time(self, instant: float) -> float | None:
        """Seconds until `take_due` may have something; None when only a call can change that."""

    def held(self) -> tuple[str, ...]:
        """Return the names of the steps that are kept, oldest first."""

    def release(self) -> str | None:
        """Let the oldest held step go at once: its name, or None when nothing is held."""

    def pause(self, delay: float) -> None:
        """Block the calling thread for a delay (seconds, before scaling)."""


class TimerPace:
    """Waits `delay * scale` seconds."""

    def __init__(self, scale: float) -> None:
        self._scale = scale
        self._count = 0
        self._waiting: list[tuple[float, int, Step]] = []

    def hold(self, step: Step, delay: float, instant: float) -> None:
        """Keep the step until its scaled delay is over."""
        self._count += 1
        heapq.heappush(self._waiting, (instant + delay * self._scale, self._count, step))

    def take_due(self, instant: float) -> list[Step]:
        """Return the steps whose time has come."""
        due = []
        while self._waiting and self._waiting[0][0] <= instant:
            due.append(heapq.heappop(self._waiting)[2])
        return due

    def wait_time(self, instant: float) -> float | None:
        """Seconds until the next step is due."""
        return max(0.0, self._waiting[0][0] - instant) if self._waiting else None

    def held(self) -> tuple[str, ...]:
        """Return the names of the waiting steps, next first."""
        return tuple(step.name for _, _, step in sorted(self._waiting, key=lambda entry: entry[:2]))

    def release(self) -> str | None:
        """Make the next step due now."""
        if not self._waiting:
            return None
        _, count, step = heapq.heappop(self._waiting)
        heapq.heappush(self._waiting, (0.0, count, step))
        return step.name

    def pause(self, delay: float) -> None:
        """Wait for the scaled delay."""
        threading.Event().wait(delay * self._scale)


class GatePace:
    """Keeps every delayed step until it is released; no step depends on time."""

    def __init__(self) -> None:
        self._waiting: deque[Step] = deque()
        self._released: deque[Step] = deque()

    def hold(self, step: Step, delay: float, instant: float) -> None:  # noqa: ARG002 (the gate has no clock)
        """Keep the step until it is released."""
        self._waiting.append(step)

    def take_due(self, instant: float) -> list[Step]:  # noqa: ARG002 (the gate has no clock)
        """Return the released steps."""
        due = list(self._released)
        self._released.clear()
        return due

    def wait_time(self, instant: float) -> float | None:  # noqa: ARG002 (the gate has no clock)
        """Nothing becomes due by itself."""
        return None

    def held(self) -> tuple[str, ...]:
        """Return the names of the held steps, oldest first."""
        return tuple(step.name for step in self._waiting)

    def release(self) -> str | None:
        """Open the gate for the oldest step."""
        if not self._waiting:
            return None
        step = self._waiting.popleft()
        self._released.append(step)
        return step.name

    def pause(self, delay: float) -> None:
        """Blocking delays are no gates: go on at once."""


def make_pace(kind: PaceKind, scale: float) -> Pace:
    """Return the pace of that kind; `scale` multiplies the delays of a timer."""
    return TimerPace(scale) if kind is PaceKind.TIMER else GatePace()
