"""Running one service's app on a socket; how it behaves over HTTP is seen in tests/integration/shop."""

import json
import signal
import socket
import threading
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from treaty_shop.apps import create_app
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.pace import PaceKind
from treaty_shop.platform.serving import CannotListen, InFlight, base_url, listen, serve, stop_on_signals
from treaty_shop.platform.settings import Settings

STOPPING = (signal.SIGINT, signal.SIGTERM)


class NamedSocket(socket.socket):
    """A socket that says it listens somewhere."""

    def __init__(self, address: tuple[Any, ...]) -> None:
        super().__init__()
        self._address = address

    def getsockname(self) -> tuple[Any, ...]:
        """Give the address."""
        return self._address


@pytest.mark.parametrize(
    ("address", "url"),
    [
        (("127.0.0.1", 8081), "http://127.0.0.1:8081"),
        (("0.0.0.0", 8081), "http://127.0.0.1:8081"),
        (("::1", 8081, 0, 0), "http://[::1]:8081"),
        (("::", 8081, 0, 0), "http://[::1]:8081"),
    ],
)
def test_a_listening_socket_has_a_url_that_can_be_called(address: tuple[Any, ...], url: str) -> None:
    """Everywhere is no address to call; those of version 6 stand in brackets (RFC 3986 section 3.2.2)."""
    with NamedSocket(address) as listener:
        assert base_url(listener) == url


def test_port_zero_picks_a_free_one() -> None:
    with listen("127.0.0.1", 0) as first, listen("127.0.0.1", 0) as second:
        assert 0 not in {first.getsockname()[1], second.getsockname()[1]}
        assert base_url(first) != base_url(second)


def test_an_address_that_is_not_ours_is_told() -> None:
    """With the system's reason (TEST-NET-3 of RFC 5737 belongs to nobody)."""
    with pytest.raises(CannotListen, match=r"cannot listen on 203\.0\.113\.1:0: ."):
        listen("203.0.113.1", 0)


class TestInFlight:
    def test_nobody_waits_when_nothing_is_answered(self) -> None:
        assert InFlight(lambda _environ, _start: []).wait_for_none(0)

    def test_waiting_ends_with_the_last_request(self) -> None:
        """And not with one before it."""
        in_flight = InFlight(lambda _environ, _start: [])
        in_flight.enter()
        in_flight.enter()
        in_flight.leave()
        assert not in_flight.wait_for_none(0)
        last = threading.Thread(target=in_flight.leave)
        last.start()
        assert in_flight.wait_for_none(10)
        last.join(10)

    def test_the_app_is_asked_as_it_is(self) -> None:
        in_flight = InFlight(lambda environ, _start: [environ["x"]])
        assert list(in_flight({"x": b"1"}, lambda _status, _headers, _exc_info=None, /: lambda _data: None)) == [b"1"]


def test_a_service_says_when_it_is_ready_and_ends_when_told(capsys: pytest.CaptureFixture[str]) -> None:
    """The ready line has its name and URL; at the end its socket is closed and the log says what was left."""
    listener = listen("127.0.0.1", 0)
    url = base_url(listener)
    stop = threading.Event()
    app = create_app(Settings(service=ServiceName.USER, pace=PaceKind.GATE))
    server = threading.Thread(target=serve, args=(app, listener, stop))
    server.start()
    try:
        # The listener takes connections from the start, so the answer waits for the server.
        with urllib.request.urlopen(f"{url}/health", timeout=10) as answer:
            assert json.load(answer) == {"status": "ok"}
    finally:
        stop.set()
        server.join(20)
    assert not server.is_alive()
    assert listener.fileno() == -1
    shown = capsys.readouterr()
    assert shown.out == f"ready user {url}\n"
    ended = json.loads(shown.err.splitlines()[-1])
    assert (ended["event"], ended["answered"], ended["undone"]) == ("stopped", True, [])


@pytest.fixture(name="_handlers")
def _handlers_as_before() -> Iterator[None]:
    previous = {number: signal.getsignal(number) for number in STOPPING}
    yield
    for number, handler in previous.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_handlers")
@pytest.mark.parametrize("number", STOPPING)
def test_signals_ask_for_the_end(number: signal.Signals) -> None:
    """Any number of them."""
    stop = threading.Event()
    stop_on_signals(stop)
    assert not stop.is_set()
    signal.raise_signal(number)
    signal.raise_signal(number)
    assert stop.wait(10)
