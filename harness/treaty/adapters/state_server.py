"""The state URL: an HTTP server on loopback that hands state calls to a `StateDesk`."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self

from treaty.contract.json_value import dumps
from treaty.errors import PortTaken
from treaty.verify.state_desk import DeskAnswer, StateDesk

_LARGEST: Final = 1024 * 1024


class StateServer:
    """Serves a desk in a thread of its own, while the context lasts.

    Args:
        desk: who answers.
        host: the address to listen on.
        port: 0 takes a free one.

    Raises:
        PortTaken: when the address cannot be listened on.

    """

    def __init__(self, desk: StateDesk, *, host: str = "127.0.0.1", port: int = 0) -> None:
        try:
            self._server: Final = _Server((host, port), _Handler)
        except (OSError, OverflowError) as fault:
            raise PortTaken(
                f"port {port} on {host} cannot be listened on",
                why=str(fault),
                hint="choose another --port; 0 takes a free one",
            ) from None
        self._server.desk = desk
        self._host: Final = host
        self._thread: Final = threading.Thread(target=self._serve, name="state-server", daemon=True)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._server.server_port

    @property
    def url(self) -> str:
        """The address for a verifier."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}/states"

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.01)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    desk: StateDesk

    def handle_error(self, request: object, client_address: object) -> None:
        """Pass over a verifier that went away; whatever else fails is answered in `_decide`."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    server: _Server

    def do_POST(self) -> None:
        """Answer a state call."""
        self._answer(self._decide())

    def do_GET(self) -> None:
        """Say what this is."""
        self._answer(DeskAnswer(status=405, body={"error": "state calls are POST requests with a JSON body"}))

    def _decide(self) -> DeskAnswer:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _LARGEST or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            return DeskAnswer(status=413, body={"error": "a state call has a Content-Length of at most 1 MiB"})
        try:
            return self.server.desk.answer(self.rfile.read(int(length)))
        except Exception as fault:  # noqa: BLE001 - a verifier would retry a 5xx for minutes
            return DeskAnswer(status=422, body={"error": f"the state call failed: {type(fault).__name__}: {fault}"})

    def _answer(self, answer: DeskAnswer) -> None:
        data = dumps(answer.body).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given by the standard library
        """Keep standard error for what people need."""
