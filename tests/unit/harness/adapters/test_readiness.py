"""Questions to a service."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from http import HTTPStatus

import pytest

from treaty.adapters.ports import free_port
from treaty.adapters.readiness import Answer, HttpProbe, PortProbe, probe_for


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/?x=1") or HTTPStatus.OK))
        self.send_header("Location", "/200")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        del arguments


@pytest.fixture(name="url")
def _url() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.005,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("path", "is_good"), [("/200", True), ("/204", True), ("/302", False), ("/503", False)])
def test_only_2xx_is_good_and_redirects_are_not_followed(url: str, path: str, is_good: bool) -> None:
    assert probe_for(path, base_url=url).send("GET") == Answer(is_good=is_good, text=f"the last answer was {path[1:]}")


def test_proxies_of_the_environment_are_not_used(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert probe_for("/200", base_url=url).send("GET").is_good


def test_nobody_there_is_an_answer_in_words() -> None:
    port = free_port()
    assert HttpProbe(place=f"http://127.0.0.1:{port}/").send("GET") == Answer(is_good=False, text="connection refused")
    assert PortProbe(host="127.0.0.1", port=port).send("GET") == Answer(is_good=False, text="connection refused")


def test_an_answer_that_is_no_http_is_not_good() -> None:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def answer() -> None:
            connection, _ = listener.accept()
            with closing(connection):
                connection.recv(1024)
                connection.sendall(b"220 mail\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        got = HttpProbe(place=f"http://127.0.0.1:{listener.getsockname()[1]}/").send("GET")
        thread.join()
    assert got == Answer(is_good=False, text="no HTTP answer (BadStatusLine)")


@pytest.mark.parametrize(
    ("ready", "base_url", "place"),
    [
        (None, "http://127.0.0.1:81", "127.0.0.1:81"),
        (None, "http://host", "host:80"),
        (None, "https://host", "host:443"),
        (None, "smtp://host", "host:25"),
        ("/health?x=1", "http://h:1", "http://h:1/health?x=1"),
        ("http://other:2/up", "http://h:1", "http://other:2/up"),
    ],
)
def test_the_question_follows_from_the_settings(ready: str | None, base_url: str, place: str) -> None:
    assert probe_for(ready, base_url=base_url).place == place
