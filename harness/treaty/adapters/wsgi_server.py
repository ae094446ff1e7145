"""Serves a WSGI application of this process on a free port of this machine (PEP 3333)."""

from __future__ import annotations

import inspect
import socketserver
import threading
from typing import TYPE_CHECKING, Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

_POLL_SECONDS: Final = 0.01
_HOST: Final = "127.0.0.1"


def is_asynchronous(application: Any) -> bool:
    """Tell whether an application is one of ASGI, which this cannot serve."""
    return inspect.iscoroutinefunction(application) or inspect.iscoroutinefunction(type(application).__call__)


class ServedApplication:
    """An application that is served by threads until it is closed.

    Args:
        application: of WSGI.

    """

    def __init__(self, application: WSGIApplication) -> None:
        self.application: Final = application
        self._server: Final = _Server((_HOST, 0), _QuietHandler)
        self._server.set_app(application)
        self._thread: Final = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": _POLL_SECONDS}, name="treaty-wsgi", daemon=True
        )
        self._thread.start()
        self.url: Final = f"http://{_HOST}:{self._server.server_port}"

    def close(self) -> None:
        """End serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Bind without asking for the name of this machine, which can take long."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = _HOST, self.server_address[1]
        self.setup_environ()


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is given by the standard library
        """Keep the output of the tests clean."""
