"""A provider of fixed answers in many media types, which keeps what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qsl, urlsplit

PICTURE: Final = b"\x89PNG\r\n\x1a\n\x00\x01\xff\xfe"
ANSWERS: Final[dict[str, tuple[str, bytes]]] = {
    "/json": (
        "application/json; charset=utf-8",
        b'{"tags":["a","b"],"n":1,"none":null,"by_id":{"17":{"v":1},"18":{"v":2}}}',
    ),
    "/text": ("text/plain; charset=utf-8", b"hello world"),
    "/string": ("application/json", b'"hello"'),
    "/form": ("application/x-www-form-urlencoded", b"a=1&b=x+y&b=z"),
    "/picture": ("image/png", PICTURE),
    "/xml": ("application/xml", b"<?xml version='1.0'?><a n='1'><b>x</b><b>y</b></a>"),
    "/lists": ("application/json", b"{}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came in: query as decoded pairs, header names in lower case, several of a name joined."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweringProvider:
    """Where it listens, and what it was asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    asked: list[Asked]

    def do_GET(self) -> None:
        self._keep()
        content_type, body = ANSWERS[urlsplit(self.path).path]
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if self.path == "/lists":
            self.send_header("Vary", "Accept, Origin")
            self.send_header("X-Part", "1")
            self.send_header("X-Part", "2")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        self._keep()
        self.send_response(204)
        self.end_headers()

    def do_DELETE(self) -> None:
        self.do_PUT()

    def _keep(self) -> None:
        target = urlsplit(self.path)
        names = {name.lower() for name in self.headers}
        self.asked.append(
            Asked(
                method=self.command,
                path=target.path,
                query=parse_qsl(target.query, keep_blank_values=True),
                headers={name: ", ".join(self.headers.get_all(name, [])) for name in names},
                body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            )
        )

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given by the standard library
        """Keep standard error clean."""


@contextmanager
def answering_provider() -> Iterator[AnsweringProvider]:
    """Serve it in a thread while the context lasts."""
    asked: list[Asked] = []
    handler = type("Handler", (_Handler,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield AnsweringProvider(url=f"http://127.0.0.1:{server.server_port}", asked=asked)
        finally:
            server.shutdown()
            thread.join()
