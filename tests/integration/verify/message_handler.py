"""A provider's handler of messages (Pact's message protocol), and the pacts that it is held against."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, TypeAlias

PATH: Final = "/_pact/message"
STATES_PATH: Final = "/_pact/states"
JSON: Final = "application/json"

Made: TypeAlias = tuple[int, Mapping[str, str], bytes]
"""Status, header lines and body of an answer."""


def message(contents: Any, *, media_type: str = JSON, **metadata: Any) -> Made:
    """Build the answer with a message; contents that are not bytes are written as JSON."""
    body = contents if isinstance(contents, bytes) else json.dumps(contents).encode()
    headers = {"Content-Type": media_type} if media_type else {}
    if metadata:
        headers["Pact-Message-Metadata"] = base64.b64encode(json.dumps(metadata).encode()).decode()
    return 200, headers, body


@dataclass
class MessageHandler:
    """Where it listens, what it was asked (JSON bodies and header lines), and the calls of its states."""

    url: str
    state_url: str
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def running_handler(make: Callable[[dict[str, Any]], Made]) -> Iterator[MessageHandler]:
    """Serve the answers that `make` gives while the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == STATES_PATH:
                found.states.append(request)
                status, headers, body = message({})
            elif self.path == PATH:
                found.asked.append(request)
                found.headers.append(dict(self.headers.items()))
                status, headers, body = make(request)
            else:
                status, headers, body = 404, {}, b"not here"
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given by the standard library
            """Keep standard error clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        base_url = f"http://127.0.0.1:{server.server_port}"
        found = MessageHandler(url=base_url + PATH, state_url=base_url + STATES_PATH)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()


PAID: Final[dict[str, Any]] = {
    "type": "Asynchronous/Messages",
    "description": "an order was paid",
    "providerStates": [{"name": "an order", "params": {"id": 7}}],
    "contents": {"contentType": JSON, "encoded": False, "content": {"id": 1, "status": "paid"}},
    "metadata": {"contentType": JSON, "topic": "orders"},
    "matchingRules": {"content": {"$.id": {"combine": "AND", "matchers": [{"match": "integer"}]}}},
}
PRICED: Final[dict[str, Any]] = {
    "type": "Synchronous/Messages",
    "description": "the price of an order",
    "request": {
        "contents": {"contentType": JSON, "encoded": False, "content": {"order": 1}},
        "metadata": {"contentType": JSON, "reply-to": "prices"},
    },
    "response": [
        {
            "contents": {"contentType": JSON, "encoded": False, "content": {"order": 1, "price": 1.5}},
            "metadata": {"contentType": JSON, "topic": "prices"},
            "matchingRules": {"content": {"$.price": {"combine": "AND", "matchers": [{"match": "decimal"}]}}},
        }
    ],
}
PAID_V3: Final[dict[str, Any]] = {
    "description": "an order was paid",
    "providerStates": [{"name": "an order", "params": {"id": 7}}],
    "contents": {"id": 1, "status": "paid"},
    "metaData": {"contentType": JSON, "topic": "orders"},
    "matchingRules": {"body": {"$.id": {"combine": "AND", "matchers": [{"match": "integer"}]}}},
}


def message_pact(*entries: dict[str, Any]) -> dict[str, Any]:
    """Build a pact of V4, or of V3 when the entries have no type."""
    version, key = ("4.0", "interactions") if "type" in entries[0] else ("3.0.0", "messages")
    return {
        "consumer": {"name": "mail"},
        "provider": {"name": "order"},
        key: list(entries),
        "metadata": {"pactSpecification": {"version": version}},
    }
