"""An event loop in a thread of its own, for stubs that live beside a program: a test, a verification."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

Result = TypeVar("Result")


class LoopThread:
    """Runs what listens until it is closed.

    Args:
        serving: entered in the thread, and left there in the end.

    """

    def __init__(self, serving: Callable[[], AbstractAsyncContextManager[None]]) -> None:
        self._serving = serving
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None

    @property
    def was_started(self) -> bool:
        """Whether `start` was called."""
        return self._thread is not None

    def start(self) -> None:
        """Start, and return once `serving` is entered; raises what that raised, and then no thread is left."""
        started: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(started,), name="treaty-stub", daemon=True)
        self._thread.start()
        try:
            started.result()
        except BaseException:
            self._thread.join()
            raise

    def do(self, action: Callable[[], Result]) -> Result:
        """Do something between two requests, and give its result; here and at once when nothing runs."""
        loop = self._loop
        if loop is None or loop.is_closed():
            return action()
        done: Future[Result] = Future()

        def act() -> None:
            try:
                done.set_result(action())
            except Exception as error:  # noqa: BLE001 - it is raised where the action was asked for
                done.set_exception(error)

        loop.call_soon_threadsafe(act)
        return done.result()

    def close(self) -> None:
        """Leave `serving`, and end the thread; twice does no harm."""
        loop, end = self._loop, self._end
        if loop is not None and end is not None and not loop.is_closed():
            loop.call_soon_threadsafe(end.set)
        if self._thread is not None:
            self._thread.join()

    def _run(self, started: Future[None]) -> None:
        try:
            asyncio.run(self._serve(started))
        except BaseException as error:  # noqa: BLE001 - whoever waits for the start is told, whatever it was
            if not started.done():
                started.set_exception(error)

    async def _serve(self, started: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        async with self._serving():
            started.set_result(None)
            await self._end.wait()
