"""Serving over TLS: nobody keeps others waiting."""

import socket
from pathlib import Path

import requests
from flask import Flask

from treaty_shop.outside.certificates import AUTHORITY, server_context
from treaty_shop.outside.tls_serving import serving
from treaty_shop.platform.serving import listen


def test_who_says_nothing_or_no_tls_keeps_nobody_waiting(tmp_path: Path) -> None:
    """Two connections that never shake hands are open while others are served."""
    app = Flask("app")
    app.add_url_rule("/", view_func=lambda: "hello")
    with listen("127.0.0.1", 0) as listener:
        address = listener.getsockname()
        with (
            serving(app, listener, server_context(tmp_path)),
            socket.create_connection(address),
            socket.create_connection(address) as plain,
        ):
            plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
            for _ in range(2):
                answer = requests.get(f"https://127.0.0.1:{address[1]}/", verify=str(tmp_path / AUTHORITY), timeout=10)
                assert answer.text == "hello"
