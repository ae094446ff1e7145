"""One service on a socket: connections that stay open, sizes, and how it stops."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.integration.shop.rig import NOTIFICATION, USER, serving
from treaty_shop.apps import create_app
from treaty_shop.notification.schema import SCHEMA
from treaty_shop.notification.storage import SqlNotifications
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.pace import PaceKind
from treaty_shop.platform.serving import CannotListen, base_url, listen, serve
from treaty_shop.platform.settings import Settings

_SETTINGS = Settings(service=USER, pace=PaceKind.GATE)


@pytest.fixture(name="connection")
def _connection() -> Iterator[http.client.HTTPConnection]:
    with serving(_SETTINGS) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        yield connection
        connection.close()


def _answer(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None
) -> tuple[int, bytes]:
    connection.request(method, path, body)
    response = connection.getresponse()
    return response.status, response.read()


def test_one_connection_takes_many_requests(connection: http.client.HTTPConnection) -> None:
    """Also after errors, and when nobody read the body of a request."""
    assert _answer(connection, "GET", "/health") == (200, b'{"status": "ok"}')
    first = connection.sock
    assert _answer(connection, "POST", "/nowhere", b"GET /health HTTP/1.1\r\n\r\n")[0] == 404
    assert _answer(connection, "POST", "/api/v1/users", b"{")[0] == 400
    assert _answer(connection, "HEAD", "/health") == (200, b"")
    assert _answer(connection, "GET", "/health") == (200, b'{"status": "ok"}')
    assert connection.sock is first


def test_a_chunked_request_is_read(connection: http.client.HTTPConnection) -> None:
    """RFC 9112 section 7.1; the next request on the connection is not disturbed."""
    body = json.dumps({"username": "ada", "email": "ada@example.com", "password": "x"}).encode()
    connection.request("POST", "/api/v1/users", iter([body[:10], body[10:]]), encode_chunked=True)
    response = connection.getresponse()
    assert (response.status, json.loads(response.read())["id"]) == (201, 1)
    assert _answer(connection, "GET", "/api/v1/users/1")[0] == 200


def test_a_body_that_is_too_large_is_refused(connection: http.client.HTTPConnection) -> None:
    """With 413, and the connection goes on."""
    assert _answer(connection, "POST", "/api/v1/users", b" " * (2 * 1024 * 1024))[0] == 413
    assert _answer(connection, "GET", "/health")[0] == 200


def test_a_body_that_is_far_too_large_is_not_even_read(connection: http.client.HTTPConnection) -> None:
    """The connection is closed after the answer."""
    connection.putrequest("POST", "/api/v1/users")
    connection.putheader("Content-Length", str(10**12))
    connection.endheaders()
    response = connection.getresponse()
    assert (response.status, response.headers["Connection"]) == (413, "close")
    response.read()


def test_a_taken_port_is_told() -> None:
    """Before anything is started."""
    with listen("127.0.0.1", 0) as listener, pytest.raises(CannotListen, match="cannot listen on 127"):
        listen("127.0.0.1", listener.getsockname()[1])


def test_a_url_leads_to_the_socket() -> None:
    """Also for a socket that listens everywhere."""
    with listen("0.0.0.0", 0) as listener:
        assert base_url(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_request_in_flight_is_answered_before_the_service_ends() -> None:
    """And no new connection is taken meanwhile."""
    listener = listen("127.0.0.1", 0)
    address = listener.getsockname()
    app = create_app(_SETTINGS)
    inside, go_on = threading.Event(), threading.Event()

    @app.get("/slow")
    def slow() -> str:
        inside.set()
        assert go_on.wait(10)
        return "done"

    stop = threading.Event()
    server = threading.Thread(target=serve, args=(app, listener, stop))
    server.start()
    connection = http.client.HTTPConnection(address[0], address[1], timeout=10)
    connection.request("GET", "/slow")
    assert inside.wait(10)
    stop.set()
    _await_refusal(address)
    go_on.set()
    assert connection.getresponse().read() == b"done"
    server.join(10)
    assert not server.is_alive()
    connection.close()


def _await_refusal(address: tuple[str, int]) -> None:
    for _ in range(1000):
        try:
            socket.create_connection(address, timeout=10).close()
        except ConnectionError:
            return
        threading.Event().wait(0.01)
    pytest.fail("the service still takes connections")


def test_background_work_ends_before_the_service_does(tmp_path: Path) -> None:
    """A notification that was answered 201 is dealt with although the service is told to stop."""
    database_url = f"sqlite:///{tmp_path}/notifications.db"
    settings = Settings(service=NOTIFICATION, time_scale=0.2, database_url=database_url)
    body = {"user_id": 1, "type": "sms", "title": "t", "content": "c", "recipient": "r"}
    with serving(settings) as url:
        answer = requests.post(f"{url}/api/v1/notifications", json=body, timeout=10)
        assert answer.json()["status"] == "pending"
    database = open_database(database_url, SCHEMA)
    (kept,) = SqlNotifications(database).of_user(1)
    database.close()
    assert kept.status == "failed"
