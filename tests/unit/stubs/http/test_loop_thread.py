"""An event loop in a thread: what is entered there is left there, and errors reach whoever asked."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from treaty_stubs.http.loop_thread import LoopThread


class Serving:
    """Says where it was entered and left."""

    def __init__(self, error: Exception | None = None) -> None:
        self.threads: list[threading.Thread] = []
        self.error = error

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        if self.error is not None:
            raise self.error
        self.threads.append(threading.current_thread())
        yield
        self.threads.append(threading.current_thread())


def test_what_is_entered_is_left_in_the_same_thread() -> None:
    serving = Serving()
    thread = LoopThread(serving)
    assert [thread.was_started] == [False]
    thread.start()
    assert [thread.was_started] == [True]
    inside = thread.do(threading.current_thread)
    thread.close()
    thread.close()
    assert serving.threads == [inside, inside]
    assert inside is not threading.current_thread()
    assert not inside.is_alive()


def test_an_error_is_raised_where_the_action_was_asked_for() -> None:
    thread = LoopThread(Serving())

    def fail() -> None:
        raise LookupError("here")

    with pytest.raises(LookupError):
        thread.do(fail)
    thread.start()
    with pytest.raises(LookupError):
        thread.do(fail)
    assert thread.do(lambda: 7) == 7
    thread.close()
    assert thread.do(lambda: 8) == 8


def test_what_cannot_be_entered_leaves_no_thread() -> None:
    before = threading.active_count()
    with pytest.raises(OSError, match="taken"):
        LoopThread(Serving(OSError("taken"))).start()
    assert threading.active_count() == before
