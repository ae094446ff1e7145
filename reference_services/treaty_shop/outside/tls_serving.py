"""Serving a Flask app of a stand-in, with TLS or without, until told to stop."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from werkzeug.serving import make_server

from treaty_shop.platform.serving import InFlight, KeepAliveHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_HANDSHAKE_SECONDS: Final = 10.0


@contextmanager
def serving(app: "WSGIApplication", listener: socket.socket, context: ssl.SSLContext | None) -> Iterator[None]:
    """Serve on a listening socket while the block runs; a context makes it TLS."""

    class Handler(KeepAliveHandler):
        """Shakes hands on the connection's own thread: whoever says nothing keeps nobody waiting."""

        def setup(self) -> None:
            if context is not None:
                self.request.settimeout(_HANDSHAKE_SECONDS)
                self.request = context.wrap_socket(self.request, server_side=True)
            super().setup()

        def finish(self) -> None:
            super().finish()
            # The socket that the server knows of was given up for the one that speaks TLS.
            self.request.close()

    host, port = listener.getsockname()[:2]
    server = make_server(host, port, InFlight(app), threaded=True, request_handler=Handler, fd=listener.fileno())
    server.handle_error = _ignore  # type: ignore[method-assign,assignment]  # what callers break off is no error of ours
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="accept")
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _ignore(_request: Any, _address: Any) -> None:
    return None
