from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable, Iterator

import pytest

from treaty.adapters.timed_answers import timed_answers


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The two ends of a connection: the client's and the server's."""
    client, server = socket.socketpair()
    with client, server:
        yield client, server


def answer_on(client: socket.socket, ends: Callable[[], float]) -> http.client.HTTPResponse:
    return timed_answers(ends)(client, method="GET")


@pytest.mark.parametrize(
    "begun",
    [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 2"],
)
def test_a_head_that_never_ends_is_late(pair: tuple[socket.socket, socket.socket], begun: bytes) -> None:
    """Each byte in time does not make an answer in time."""
    client, server = pair
    moments = iter([time.monotonic() + 60.0])

    def ends() -> float:
        # One read may wait; by the next one the time is over.
        return next(moments, 0.0)

    server.sendall(begun)
    with pytest.raises(TimeoutError):
        answer_on(client, ends).begin()


def test_a_body_that_trickles_is_late(pair: tuple[socket.socket, socket.socket]) -> None:
    """The size of a chunk may come byte by byte, too."""
    client, server = pair
    latest = [time.monotonic() + 60.0]
    server.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0")
    answer = answer_on(client, lambda: latest[0])
    answer.begin()
    latest[0] = 0.0
    with pytest.raises(TimeoutError):
        answer.read1(10)


def test_interim_answers_are_skipped(pair: tuple[socket.socket, socket.socket]) -> None:
    """102 and 103 come before the answer, as 100 does."""
    client, server = pair
    server.sendall(
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    )
    answer = answer_on(client, lambda: time.monotonic() + 60.0)
    answer.begin()
    assert (answer.status, answer.getheader("Link"), answer.read1(10)) == (200, None, b"ok")


def test_a_change_of_protocol_is_an_answer(pair: tuple[socket.socket, socket.socket]) -> None:
    """Nothing of HTTP follows after 101."""
    client, server = pair
    server.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")
    answer = answer_on(client, lambda: time.monotonic() + 60.0)
    answer.begin()
    assert (answer.status, answer.read1(10)) == (101, b"")
