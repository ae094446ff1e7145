"""SIGINT and SIGTERM while we record."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from treaty_cli.bootstrap.recording_signals import StopRequest, stop_on_signals

STOPPING = (signal.SIGINT, signal.SIGTERM)


@pytest.fixture(autouse=True)
def _handlers_as_before() -> Iterator[None]:
    previous = {number: signal.getsignal(number) for number in STOPPING}
    yield
    for number, handler in previous.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", STOPPING)
def test_a_signal_asks_for_the_end(number: signal.Signals) -> None:
    """Which one it was is known, and waiting ends at once."""
    with stop_on_signals() as request:
        assert not request.wait(0)
        signal.raise_signal(number)
        assert request.wait(10)
        assert request.number == number


def test_the_handlers_of_before_come_back() -> None:
    """Also when the recording fails."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    with suppress(BlockingIOError), stop_on_signals():
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_IGN
        raise BlockingIOError
    assert [signal.getsignal(number) for number in STOPPING] == [signal.SIG_IGN] * 2


def test_a_second_signal_ends_at_once() -> None:
    """With the status that a shell gives for it."""
    request = StopRequest()
    request.receive(signal.SIGINT)
    with pytest.raises(SystemExit) as raised:
        request.receive(signal.SIGTERM)
    assert raised.value.code == 128 + signal.SIGTERM
    assert request.number == signal.SIGINT


def test_a_signal_is_passed_on_to_the_command() -> None:
    """As long as there is one."""
    passed: list[int] = []
    request = StopRequest()
    request.forward_to(passed.append)
    request.receive(signal.SIGTERM)
    assert passed == [signal.SIGTERM]
    alone = StopRequest()
    alone.forward_to(passed.append)
    alone.forward_to(None)
    alone.receive(signal.SIGINT)
    assert passed == [signal.SIGTERM]


def test_in_another_thread_signals_stay_as_they_are() -> None:
    """Python lets only the main thread set handlers; the end can still be asked for."""
    before = [signal.getsignal(number) for number in STOPPING]
    found: list[object] = []

    def record() -> None:
        with stop_on_signals() as request:
            found.extend(signal.getsignal(number) for number in STOPPING)
            request.receive(signal.SIGTERM)
            found.append(request.wait(0))

    thread = threading.Thread(target=record)
    thread.start()
    thread.join(10)
    assert found == [*before, True]
