"""Tells what stubs are asked: not within the answers but a few times a second, and within a share of the time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from treaty_cli.bootstrap.stub_events import Asked, Handle, Several, StubEvent, Untold
from treaty_stubs.answering import Answering
from treaty_stubs.concealment import TargetConcealer
from treaty_stubs.journal import Entry

_EVERY: Final = 0.1
"""Seconds after which what happened is told."""
_MOST_WAITING: Final = 2000
_AT_ONCE: Final = 32
_SHARE: Final = 0.25
"""Of the time that the process works, for telling of requests that were served."""
_LEAST: Final = 0.01
_LONGEST: Final = 0.05
"""Seconds of telling at a time."""


class Teller:
    """Hands events over in the order in which they happen.

    Misses and ties are told whatever it takes. Of requests that are served so fast that telling them would take more
    than a share of the time, the others are counted, and the count is told.

    Args:
        handle: takes the events.
        tells_all: each request is told, however long that takes.
        clock: gives seconds, those in which the process works.

    """

    def __init__(
        self, handle: Handle, *, tells_all: bool = False, clock: Callable[[], float] = time.process_time
    ) -> None:
        self._handle = handle
        self._tells_all = tells_all
        self._clock = clock
        self._conceal = TargetConcealer()
        self._waiting: list[tuple[Answering, Entry]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._told_at = clock() - _LONGEST / _SHARE

    def __call__(self, event: StubEvent) -> None:
        """Tell an event now, behind the requests that came before it."""
        self.flush()
        self._handle(event)

    def asked(self, stub: Answering, entry: Entry) -> None:
        """Tell of a request soon; in the event loop."""
        self._waiting.append((stub, entry))
        if len(self._waiting) >= _MOST_WAITING:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_EVERY, self.flush)

    def flush(self) -> None:
        """Tell what waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        begun = self._clock()
        until = begun + min(max((begun - self._told_at) * _SHARE, _LEAST), _LONGEST)
        untold = 0
        for start in range(0, len(waiting), _AT_ONCE):
            listed = waiting[start : start + _AT_ONCE]
            if not self._tells_all and start and self._clock() > until:
                told = [(stub, entry) for stub, entry in listed if entry.missed or entry.tie]
                untold += len(listed) - len(told)
                listed = told
            if listed:
                self._handle(Several(asked=tuple(self._event(stub, entry) for stub, entry in listed)))
        if untold:
            self._handle(Untold(count=untold))
        self._told_at = self._clock()

    def _event(self, stub: Answering, entry: Entry) -> Asked:
        number = entry.interaction
        name = "" if number is None or not 0 <= number < len(stub.candidates) else stub.candidates[number].name
        return Asked(provider=stub.provider, target=self._conceal(entry.received), interaction=name, entry=entry)
