"""Providers to record: one that answers with whatever HTTP/1.1 allows, and one that speaks HTTP/2 over TLS."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import brotli
import zstandard

SSE_EVENTS = 3
PIECE = b"0123456789abcde\n" * 4096


class Upstream(ThreadingHTTPServer):
    """A provider; `released` lets calls of ``/slow`` and the events of ``/sse`` go on."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.released = threading.Event()
        self.arrived = threading.Semaphore(0)
        self.seen: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing about clients that went away."""


class Handler(BaseHTTPRequestHandler):
    """Answers by path."""

    protocol_version = "HTTP/1.1"
    server: Upstream

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        """Say nothing."""

    def __getattr__(self, name: str) -> Any:
        """Take every method alike."""
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self.answer

    def answer(self) -> None:
        self.server.seen.append({"method": self.command, "path": self.path, "headers": list(self.headers.items())})
        name = urlsplit(self.path).path.strip("/").split("/")[0]
        reply: Callable[[], None] = getattr(self, f"answer_{name}", self.answer_json)
        reply()

    def send(self, status: int, body: bytes = b"", headers: list[tuple[str, str]] | None = None) -> None:
        self.send_response(status)
        for name, value in headers or []:
            self.send_header(name, value)
        if status not in {204, 304}:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            pieces = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def answer_json(self) -> None:
        value = {"path": self.path, "method": self.command, "host": self.headers["Host"], "body": len(self.body())}
        self.send(200, json.dumps(value).encode(), [("Content-Type", "application/json")])

    def answer_echo(self) -> None:
        self.send(200, self.body(), [("Content-Type", self.headers.get("Content-Type", "text/plain"))])

    def answer_echoheader(self) -> None:
        value = {"was": self.headers.get("Authorization", "")}
        self.send(200, json.dumps(value).encode(), [("Content-Type", "application/json")])

    def answer_empty(self) -> None:
        self.send(204, headers=[("X-Empty", "yes")])

    def answer_unchanged(self) -> None:
        self.send(304, headers=[("ETag", '"v1"')])

    def answer_repeated(self) -> None:
        self.send(200, b"ok", [("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("X-Odd", "caf\xe9"), ("x-odd", "two")])

    def answer_compressed(self) -> None:
        text = json.dumps({"text": "compressed " * 50}).encode()
        coding = self.path.rpartition("/")[2]
        codings: dict[str, Callable[[bytes], bytes]] = {
            "gzip": gzip.compress,
            "br": brotli.compress,
            "zstd": zstandard.compress,
            "lie": bytes,
        }
        packed = codings[coding](text)
        name = "gzip" if coding == "lie" else coding
        self.send(200, packed, [("Content-Encoding", name), ("Content-Type", "application/json")])

    def answer_chunked(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in (b'{"a":', b"1}"):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def answer_sse(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number in range(SSE_EVENTS):
            if number == 1:
                self.server.released.wait(20)
            piece = f"data: {number}\n\n".encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def answer_binary(self) -> None:
        self.send(200, bytes(range(256)) * 40, [("Content-Type", "application/octet-stream")])

    def answer_large(self) -> None:
        size = int(parse_qs(urlsplit(self.path).query)["size"][0])
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(size))
        self.end_headers()
        for _ in range(size // len(PIECE)):
            self.wfile.write(PIECE)

    def answer_upload(self) -> None:
        digest = hashlib.sha256()
        left = int(self.headers["Content-Length"])
        while left:
            piece = self.rfile.read(min(left, 65536))
            digest.update(piece)
            left -= len(piece)
        self.send(201, digest.hexdigest().encode(), [("Content-Type", "text/plain")])

    def answer_slow(self) -> None:
        self.server.arrived.release()
        self.server.released.wait(20)
        self.answer_json()

    def answer_reset(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def answer_cut(self) -> None:
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")

    def answer_login(self) -> None:
        sent = json.loads(self.body())
        value = {"token": "tok-" + sent["password"][::-1], "user": sent["user"], "echo": f"was {sent['password']}!"}
        cookie = "sid=s-" + sent["password"][::-1] + "; HttpOnly; Path=/"
        self.send(200, json.dumps(value).encode(), [("Content-Type", "application/json"), ("Set-Cookie", cookie)])


@contextmanager
def serving() -> Iterator[Upstream]:
    """Run the provider while the context lasts."""
    server = Upstream()
    thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


async def _application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    body = b""
    while (message := await receive())["type"] == "http.request":
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    answer = json.dumps({"version": scope["http_version"], "path": scope["path"], "body": len(body)}).encode()
    headers = [(b"content-type", b"application/json"), (b"x-twice", b"1"), (b"x-twice", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


@contextmanager
def serving_http2(certificate: Path, key: Path) -> Iterator[str]:
    """Run a provider that speaks HTTP/2 over TLS while the context lasts; gives its URL."""
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.certfile, config.keyfile = str(certificate), str(key)
    config.alpn_protocols = ["h2"]
    config.accesslog = config.errorlog = None
    config.graceful_timeout = 0.1
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    application: Any = _application
    thread = threading.Thread(
        target=lambda: loop.run_until_complete(serve(application, config, shutdown_trigger=stop.wait)), daemon=True
    )
    thread.start()
    try:
        yield f"https://localhost:{listener.getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
        listener.detach()
