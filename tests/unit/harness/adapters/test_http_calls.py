from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from treaty.adapters.certificates import server_context
from treaty.adapters.http_calls import HttpCalls, check_reachable, is_loopback, split_base_url
from treaty.errors import ProviderUnreachable, UsageError
from treaty.verify.calls import Call, CallFailed

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: 1\r\nX: 2\r\n\r\nok"


class RawServer:
    """Answers each request on raw sockets by a script, and keeps the requests."""

    def __init__(self, script: Callable[[int, socket.socket], bool]) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                while (request := self._read(connection)) and self._note(request, connection):
                    continue

    def _note(self, request: bytes, connection: socket.socket) -> bool:
        self.requests.append(request)
        return self._script(len(self.requests), connection)

    def _read(self, connection: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            if not part:
                return b""
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b": ")
            if name.lower() == b"content-length":
                while len(body) < int(value):
                    body += connection.recv(65536)
        return head + b"\r\n\r\n" + body


@contextmanager
def serving(script: Callable[[int, socket.socket], bool]) -> Iterator[RawServer]:
    server = RawServer(script)
    try:
        yield server
    finally:
        server.close()


def always(answer: bytes, *, keep: bool = True) -> Callable[[int, socket.socket], bool]:
    def script(_number: int, connection: socket.socket) -> bool:
        connection.sendall(answer)
        return keep

    return script


def test_requests_go_out_byte_for_byte() -> None:
    """Target, header lines and body as given, the base path in front."""
    call = Call(
        method="POST",
        target="/a%2Fb/../c?q=%20",
        headers=(("X", "1"), ("X", "2"), ("authorization", "new"), ("Content-Type", "text/plain")),
        body=b"hello",
    )
    with serving(always(OK)) as server, HttpCalls(f"{server.url}/base/") as calls:
        answer = calls.send(call, seconds=5)
    assert (answer.status, answer.body) == (200, b"ok")
    assert [line for line in answer.headers if line[0] == "X"] == [("X", "1"), ("X", "2")]
    (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /base/a%2Fb/../c?q=%20 HTTP/1.1"
    assert lines.count(b"X: 1") == lines.count(b"X: 2") == lines.count(b"authorization: new") == 1
    assert b"Content-Length: 5" in lines
    assert body == b"hello"


def test_one_connection_serves_many_calls_until_it_is_closed() -> None:
    """A read on a stale connection is sent again, on a new one."""

    def close_after_two(number: int, connection: socket.socket) -> bool:
        if number == 3:
            return False
        connection.sendall(OK)
        return True

    with serving(close_after_two) as server, HttpCalls(server.url) as calls:
        for _ in range(3):
            assert calls.send(Call(method="GET", target="/"), seconds=5).status == 200
    assert server.connections == 2
    assert len(server.requests) == 4


def test_a_write_is_never_sent_twice() -> None:
    """It may have been executed before the connection went away."""

    def close_second(number: int, connection: socket.socket) -> bool:
        if number == 2:
            return False
        connection.sendall(OK)
        return True

    call = Call(method="POST", target="/", body=b"x")
    with serving(close_second) as server, HttpCalls(server.url) as calls:
        calls.send(call, seconds=5)
        with pytest.raises(CallFailed, match="closed without an answer"):
            calls.send(call, seconds=5)
    assert len(server.requests) == 2


def test_a_write_after_a_pause_goes_over_a_new_connection_when_the_old_one_was_ended() -> None:
    """Providers end idle connections; what is noticed before sending does not cost the write."""

    def answer_and_close(_number: int, connection: socket.socket) -> bool:
        connection.sendall(OK)
        return False

    with serving(answer_and_close) as server, HttpCalls(server.url) as calls:
        calls.send(Call(method="GET", target="/"), seconds=5)
        kept = calls._connection
        assert kept is not None
        assert kept.sock is not None
        assert select.select([kept.sock], [], [], 5)[0]
        assert calls.send(Call(method="POST", target="/", body=b"x"), seconds=5).status == 200
        assert server.connections == 2


def test_a_host_that_is_given_replaces_the_usual_one() -> None:
    """Some providers tell their tenants by it; two of them would be no valid request (RFC 9112 section 3.2)."""
    with serving(always(OK)) as server:
        with HttpCalls(server.url) as calls:
            calls.send(Call(method="GET", target="/", headers=(("Host", "shop.example"),)), seconds=5)
        assert server.requests[0].lower().count(b"host:") == 1
        assert b"Host: shop.example" in server.requests[0]


def test_redirects_are_answers() -> None:
    """Nothing is followed."""
    redirect = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    with serving(always(redirect)) as server, HttpCalls(server.url) as calls:
        assert calls.send(Call(method="GET", target="/"), seconds=5).status == 302
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "IncompleteRead"),
        (b"SSH-2.0-x\r\n", "SSH"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "IncompleteRead"),
    ],
)
def test_half_an_answer_is_none(answer: bytes, why: str) -> None:
    """The reason is given."""
    with (
        serving(always(answer, keep=False)) as server,
        HttpCalls(server.url) as calls,
        pytest.raises(CallFailed, match=why),
    ):
        calls.send(Call(method="POST", target="/"), seconds=5)


def test_a_body_that_drips_is_bounded() -> None:
    """The bound holds for the whole answer, not for each piece."""
    stop = threading.Event()

    def drip(_number: int, connection: socket.socket) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1000):
            try:
                connection.sendall(b"x")
            except OSError:
                return False
            if stop.wait(0.01):
                return False
        return False

    with serving(drip) as server, HttpCalls(server.url) as calls:
        with pytest.raises(CallFailed, match=r"no complete answer within 0\.2 s"):
            calls.send(Call(method="GET", target="/"), seconds=0.2)
        stop.set()


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("http://127.0.0.1:8080", ("http", "127.0.0.1", 8080, "")),
        ("https://shop.example/api/", ("https", "shop.example", 443, "/api")),
        ("http://[::1]:81/", ("http", "::1", 81, "")),
    ],
)
def test_base_urls_are_taken_apart(url: str, parts: tuple[str, str, int, str]) -> None:
    """With the usual ports."""
    assert split_base_url(url) == parts


@pytest.mark.parametrize("url", ["shop", "ftp://x", "http://", "http://x:port", "http://u:p@x", "http://x?a=1"])
def test_other_texts_are_no_base_urls(url: str) -> None:
    """A password in it is not repeated."""
    with pytest.raises(UsageError) as raised:
        split_base_url(url)
    assert "u:p" not in str(raised.value)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("LOCALHOST", True),
        ("shop.localhost", True),
        ("10.0.0.1", False),
        ("localhost.example", False),
        ("0.0.0.0", False),
    ],
)
def test_loopback_is_this_machine_only(host: str, expected: bool) -> None:
    """Set-up writes without asking only there."""
    assert is_loopback(host) is expected


def test_nobody_there_is_unreachable() -> None:
    """With the reason."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(ProviderUnreachable) as raised:
            check_reachable(f"http://127.0.0.1:{unused.getsockname()[1]}")
    assert raised.value.why == "connection refused"


def test_a_head_that_trickles_is_given_up_in_time() -> None:
    """The bound holds for the whole answer: single bytes do not put it off."""
    given_up = threading.Event()

    def trickle(_number: int, connection: socket.socket) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        for _ in range(200):
            if given_up.wait(0.05):
                return False
            connection.sendall(b"x")
        connection.sendall(b"\r\nContent-Length: 2\r\n\r\nok")
        return False

    with serving(trickle) as server, HttpCalls(server.url) as calls:
        with pytest.raises(CallFailed, match=r"no complete answer within 0\.3 s"):
            calls.send(Call(method="GET", target="/"), seconds=0.3)
        given_up.set()


def test_interim_answers_are_not_taken_for_the_answer() -> None:
    """103 comes before many an answer of a web server."""
    with serving(always(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK)) as server:
        with HttpCalls(server.url) as calls:
            answers = [calls.send(Call(method="GET", target="/"), seconds=5) for _ in range(2)]
        assert [(each.status, each.body) for each in answers] == [(200, b"ok")] * 2
        assert server.connections == 1


def test_a_length_that_is_no_number_makes_no_answer() -> None:
    """Nobody can tell where such an answer ends."""
    broken = b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nok"
    with (
        serving(always(broken, keep=False)) as server,
        HttpCalls(server.url) as calls,
        pytest.raises(CallFailed, match="Content-Length 'two' is no number"),
    ):
        calls.send(Call(method="GET", target="/"), seconds=5)


def test_why_no_connection_by_tls_came_about_is_said(tmp_path: Path) -> None:
    """The certificate is a stranger's."""
    stranger = server_context(tmp_path, [])

    def handshake(listening: socket.socket) -> None:
        with suppress(OSError), stranger.wrap_socket(listening.accept()[0], server_side=True) as connection:
            connection.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=handshake, args=(listening,))
        thread.start()
        with (
            HttpCalls(f"https://127.0.0.1:{listening.getsockname()[1]}") as calls,
            pytest.raises(CallFailed, match="GET /: TLS failed: its certificate is not trusted: "),
        ):
            calls.send(Call(method="GET", target="/"), seconds=20)
        thread.join()


def test_a_server_without_tls_is_told_from_one_that_is_not_trusted() -> None:
    def answer(listening: socket.socket) -> None:
        with listening.accept()[0] as connection:
            connection.recv(1)
            connection.sendall(OK)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer, args=(listening,))
        thread.start()
        with (
            HttpCalls(f"https://127.0.0.1:{listening.getsockname()[1]}") as calls,
            pytest.raises(CallFailed, match="TLS failed: what answers there speaks no TLS"),
        ):
            calls.send(Call(method="GET", target="/"), seconds=20)
        thread.join()


def test_a_host_that_no_name_server_knows_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with (
        HttpCalls("http://provider.test") as calls,
        pytest.raises(CallFailed, match=r"the name of the host is not known \(Name or service not known\)"),
    ):
        calls.send(Call(method="GET", target="/"), seconds=5)
