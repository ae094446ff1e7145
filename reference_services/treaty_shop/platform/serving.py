"""Running one service's app on a socket until it is told to stop."""

import io
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from treaty_shop.platform.structured_log import StructuredLog
from treaty_shop.platform.web import Runtime, runtime_of

if TYPE_CHECKING:
    from types import FrameType

    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_IDLE_SECONDS: Final = 60.0
_REQUESTS_SECONDS: Final = 10.0
_WORK_SECONDS: Final = 10.0
_LARGEST_BODY: Final = 4 * 1024 * 1024


class CannotListen(Exception):
    """The address is taken or not ours; the text is a sentence for the user."""


class InFlight:
    """Counts the requests that are being answered: what `KeepAliveHandler` wants its server to serve."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app
        self._count = 0
        self._changed = threading.Condition()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass a request on."""
        return self._app(environ, start_response)

    def enter(self) -> None:
        """Count a request that has come."""
        with self._changed:
            self._count += 1

    def leave(self) -> None:
        """Count a request as answered."""
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def wait_for_none(self, within: float) -> bool:
        """Wait, so many seconds, until every request is answered: whether they are."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count == 0, within)


class KeepAliveHandler(WSGIRequestHandler):
    """Answers requests over HTTP/1.1 connections that stay open (RFC 9112 section 9.3).

    Werkzeug's own handler closes after each request, because an app may leave a body unread.
    This one reads the body first, writes a reply whose length is known, and goes on.
    """

    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    # A small reply must not wait for the acknowledgement of its head.
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Answer one request."""
        in_flight = self.server.app
        assert isinstance(in_flight, InFlight)
        in_flight.enter()
        try:
            self._answer(in_flight)
        finally:
            in_flight.leave()

    def _answer(self, app: "WSGIApplication") -> None:
        if self.headers.get("Expect", "").strip().lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        environ = self._environ_with_body()
        head: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            status: str,
            headers: list[tuple[str, str]],
            _exc_info: "OptExcInfo | None" = None,
            /,
        ) -> Any:
            head[:] = [(status, headers)]

        body = app(environ, start_response)
        try:
            self._write_reply(*head[0], b"".join(body))
        finally:
            if hasattr(body, "close"):
                body.close()

    def _environ_with_body(self) -> "WSGIEnvironment":
        environ = self.make_environ()
        chunked = environ.pop("wsgi.input_terminated", False)
        length = environ.get("CONTENT_LENGTH") or "0"
        if chunked:
            content = environ["wsgi.input"].read(_LARGEST_BODY + 1)
            environ.pop("HTTP_TRANSFER_ENCODING")
        elif length.isascii() and length.isdigit() and int(length) <= _LARGEST_BODY:
            content = self.rfile.read(int(length))
        else:
            # What is not read would be taken for the next request. The app refuses it by size.
            self.close_connection = True
            environ["wsgi.input"] = io.BytesIO()
            return environ
        if len(content) > _LARGEST_BODY:
            self.close_connection = True
        environ["wsgi.input"] = io.BytesIO(content)
        environ["CONTENT_LENGTH"] = str(len(content))
        return environ

    def _write_reply(self, status: str, headers: list[tuple[str, str]], content: bytes) -> None:
        code, _, reason = status.partition(" ")
        # RFC 9110 section 8.6: an answer that can have no content says no length either.
        has_length = int(code) != HTTPStatus.NO_CONTENT
        self.send_response(int(code), reason)
        for name, value in headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        if has_length:
            self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def version_string(self) -> str:
        """Return the Server header."""
        return "shop"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 (the name it has in werkzeug)
        """Return the app logs its requests itself."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 picks a free one. Raises `CannotListen`."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise CannotListen(f"cannot listen on {host}:{port}: {error.strerror or error}") from error


def base_url(listener: socket.socket) -> str:
    """Return the URL under which a listening socket is reached."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (nothing is bound here)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(app: Flask, listener: socket.socket, stop: threading.Event) -> None:
    """Serve until `stop` is set; prints the ready line once requests are answered.

    Then no new connection is taken, requests in flight are answered and background work ends,
    each within a bound.
    """
    runtime = runtime_of(app)
    in_flight = InFlight(app)
    host, port = listener.getsockname()[:2]
    server = make_server(host, port, in_flight, threaded=True, request_handler=KeepAliveHandler, fd=listener.fileno())
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="accept")
    thread.start()
    sys.stdout.write(f"ready {runtime.settings.service} {base_url(listener)}\n")
    sys.stdout.flush()
    runtime.log.info("ready", port=port, faults=list(runtime.settings.faults))
    with _registered(runtime, listener):
        stop.wait()
    began = time.monotonic()
    server.shutdown()
    thread.join()
    server.server_close()
    listener.close()
    _finish(in_flight, app, runtime.log, began)


def _registered(runtime: Runtime, listener: socket.socket) -> AbstractContextManager[object]:
    """Enter the service in Consul, where the settings name one."""
    settings = runtime.settings
    if settings.consul_url is None:
        return nullcontext()
    from treaty_shop.platform.registry import ConsulAgent, Registration  # noqa: PLC0415 (only what runs is loaded)

    parts = urlsplit(base_url(listener))
    assert parts.hostname is not None
    assert parts.port is not None
    return Registration(ConsulAgent(settings.consul_url), settings.service, parts.hostname, parts.port, runtime.log)


def _finish(in_flight: InFlight, app: Flask, log: StructuredLog, began: float) -> None:
    answered = in_flight.wait_for_none(_REQUESTS_SECONDS)
    undone = runtime_of(app).close(_WORK_SECONDS)
    milliseconds = round((time.monotonic() - began) * 1000)
    log.info("stopped", answered=answered, undone=list(undone), milliseconds=milliseconds)


def stop_on_signals(stop: threading.Event) -> None:
    """Set the event on SIGINT and SIGTERM."""

    def handle(_number: int, _frame: "FrameType | None") -> None:
        # The interrupted thread may hold the event's lock, so another one sets it.
        threading.Thread(target=stop.set, name="stop").start()

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)
