"""A proxy between `treaty verify` and a server that changes answers on their way."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from treaty.contract.json_value import JsonInvalid, loads
from treaty.strength.reply import BodyKind, Reply

_HOP_BY_HOP: Final = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-connection", "content-length"}
)
_NOT_PASSED: Final = _HOP_BY_HOP | {"expect", "accept-encoding"}
_BODILESS: Final = frozenset({204, 304})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request on the wire."""

    method: str
    path: str
    headers: Sequence[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """Give the value of a header, empty when there is none."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), "")


Alteration: TypeAlias = "Callable[[Asked, Reply], Reply | None]"
"""What is done to answers; None leaves one as it is."""


class Wire:
    """Passes requests on to a server; answers go through an alteration, if there is one.

    Attributes:
        upstream: base URL of the server.
        alteration: what is done to answers.
        passed: the requests with the server's own answers, in the order of the answers.
        altered: how many answers became others.

    """

    def __init__(self) -> None:
        self.upstream = ""
        self.alteration: Alteration | None = None
        self.passed: list[tuple[Asked, Reply]] = []
        self.altered = 0

    def exchange(self, asked: Asked) -> Reply:
        """Ask the server, and change its answer."""
        reply = self._ask(asked)
        self.passed.append((asked, reply))
        changed = None if self.alteration is None else self.alteration(asked, reply)
        if changed is None or changed == reply:
            return reply
        self.altered += 1
        return changed

    def _ask(self, asked: Asked) -> Reply:
        address = urlsplit(self.upstream)
        connection = http.client.HTTPConnection(str(address.hostname), address.port or 80, timeout=60)
        try:
            connection.putrequest(asked.method, asked.path, skip_host=True, skip_accept_encoding=True)
            for name, value in asked.headers:
                if name.lower() not in _NOT_PASSED:
                    connection.putheader(name, value)
            if asked.body or asked.method in {"POST", "PUT", "PATCH"}:
                connection.putheader("Content-Length", str(len(asked.body)))
            connection.endheaders(asked.body or None)
            answer = connection.getresponse()
            data = answer.read()
            headers = tuple((name, value) for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP)
            return reply_of(answer.status, headers, data)
        finally:
            connection.close()

    @contextmanager
    def listening(self) -> Iterator[str]:
        """Serve on a free port; gives the base URL."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def reply_of(status: int, headers: tuple[tuple[str, str], ...], data: bytes) -> Reply:
    """Take an answer apart; none is in a content coding, because none is asked for."""
    reply = Reply(status=status, headers=headers)
    if not data:
        return reply
    kind = (reply.header("content-type") or "").lower()
    if "json" in kind:
        try:
            return reply.with_document(loads(data))
        except JsonInvalid:
            return reply.with_bytes(data)
    is_text = kind.startswith("text/") or "xml" in kind
    return reply.with_text(data) if is_text else reply.with_bytes(data)


def _handler(wire: Wire) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            """Answer any method."""
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            self._answer()

        def _answer(self) -> None:
            asked = Asked(
                method=self.command,
                path=self.path,
                headers=[(name, value) for name, value in self.headers.items()],
                body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            )
            reply = wire.exchange(asked)
            body = reply.body
            self.send_response_only(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            if asked.method == "HEAD" or reply.status in _BODILESS:
                body = b""
            else:
                self.send_header("Content-Length", str(len(body)))
            try:
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()
            except ConnectionError:
                # Who asked has given up, as one does on an answer that makes no sense.
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is given by http.server
            """Keep standard error clean."""

    return Handler


def without_body(reply: Reply) -> Reply:
    """Give an answer with no byte of body."""
    return replace(reply, kind=BodyKind.NONE, document=None, data=b"")
