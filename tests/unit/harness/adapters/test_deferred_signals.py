"""Signals that wait for a block to end."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from treaty.adapters.deferred_signals import signals_deferred


class _Stop(Exception):
    """Raised by a handler of the test."""


@pytest.fixture(name="_raising")
def _raising_handler() -> Iterator[None]:
    def raise_stop(_number: int, _frame: object) -> None:
        raise _Stop

    previous = signal.signal(signal.SIGTERM, raise_stop)
    yield
    signal.signal(signal.SIGTERM, previous)


@pytest.mark.usefixtures("_raising")
def test_a_signal_waits_for_the_end_of_the_block_and_then_arrives() -> None:
    reached: list[str] = []

    def block() -> None:
        with signals_deferred():
            os.kill(os.getpid(), signal.SIGTERM)
            reached.append("the end of the block")

    with pytest.raises(_Stop):
        block()
    assert reached == ["the end of the block"]


@pytest.mark.usefixtures("_raising")
def test_handlers_are_put_back_even_when_the_block_fails() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyError), signals_deferred():
        raise KeyError
    assert signal.getsignal(signal.SIGTERM) is before


def test_an_ignored_signal_stays_ignored() -> None:
    previous = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals_deferred():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, previous)


def test_other_threads_have_nothing_to_hold_back() -> None:
    seen: list[object] = []

    def work() -> None:
        with signals_deferred():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    before = signal.getsignal(signal.SIGINT)
    thread.start()
    thread.join()
    assert seen == [before]
