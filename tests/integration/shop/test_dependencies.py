"""What a service answers when the ones it needs misbehave."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from werkzeug import Request, Response
from werkzeug.serving import make_server

from tests.integration.shop.rig import ORDER, PAYMENT, serving
from treaty_shop.platform.names import DEPENDENCIES, ServiceName
from treaty_shop.platform.pace import PaceKind
from treaty_shop.platform.serving import base_url, listen
from treaty_shop.platform.settings import Settings

_ORDER = {"user_id": 1, "items": [{"name": "pen", "price": 1, "quantity": 1}]}
_PAYMENT = {"order_id": 1, "user_id": 1, "amount": 1, "payment_type": "alipay"}


@pytest.fixture(name="silent")
def _silent() -> Iterator[str]:
    """Yield the URL of something that takes connections and never answers."""
    with listen("127.0.0.1", 0) as listener:
        yield base_url(listener)


def _closed() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def _answering(status: int, content: bytes) -> Iterator[str]:
    """Serve the same answer to everything; yields the URL."""

    @Request.application
    def answer(_request: Request) -> Response:
        return Response(content, status, content_type="application/json")

    server = make_server("127.0.0.1", 0, answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _asked(service: ServiceName, url: str, path: str, body: object) -> tuple[int, str]:
    settings = Settings(
        service=service,
        dependencies=dict.fromkeys(DEPENDENCIES[service], url),
        pace=PaceKind.GATE,
        timeout=0.2,
    )
    with serving(settings) as own:
        response = requests.post(f"{own}{path}", json=body, timeout=10)
    return response.status_code, response.json()["error"]


def test_a_dependency_that_is_down_is_a_bad_gateway() -> None:
    """For orders and payments alike."""
    assert _asked(ORDER, _closed(), "/api/v1/orders", _ORDER) == (502, "user_unavailable")
    assert _asked(PAYMENT, _closed(), "/api/v1/payments", _PAYMENT) == (502, "order_unavailable")


def test_a_dependency_that_is_silent_is_a_gateway_timeout(silent: str) -> None:
    """After the timeout of the settings."""
    assert _asked(ORDER, silent, "/api/v1/orders", _ORDER) == (504, "user_timeout")
    assert _asked(PAYMENT, silent, "/api/v1/payments", _PAYMENT) == (504, "order_timeout")


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (500, b'{"error": "internal_error"}'),
        (501, b"{}"),
        (200, b"<html>"),
        (200, b'{"id": 1}'),
        (200, b'{"data": {"email": "a@b.example", "status": "pending"}}'),
        (200, b""),
        (401, b'{"email": "a@b.example", "status": "pending"}'),
    ],
)
def test_an_answer_that_cannot_be_understood_is_a_bad_gateway(status: int, content: bytes) -> None:
    """Whether it failed, is not JSON, or lacks what was promised."""
    with _answering(status, content) as url:
        assert _asked(ORDER, url, "/api/v1/orders", _ORDER) == (502, "user_unavailable")
        assert _asked(PAYMENT, url, "/api/v1/payments", _PAYMENT) == (502, "order_unavailable")
