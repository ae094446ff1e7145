"""What every service's app has."""

import json
from collections.abc import Iterator

import pytest
from flask import Blueprint, Flask, Response, current_app, jsonify
from flask.testing import FlaskClient

from treaty_shop.platform.faults import Faults
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.pace import PaceKind
from treaty_shop.platform.settings import Settings
from treaty_shop.platform.web import body_fields, new_app, new_runtime, path_id, runtime_of


def _routes() -> Blueprint:
    routes = Blueprint("things", __name__)

    @routes.post("/things/<segment>")
    def change(segment: str) -> Response:
        runtime_of(current_app).work.submit("follow-up", lambda: None, delay=1.0)
        return jsonify({"id": path_id(segment, "thing"), "name": body_fields().text("name")})

    @routes.get("/broken")
    def broken() -> Response:
        raise RuntimeError("something internal")

    return routes


@pytest.fixture(name="app")
def _app() -> Iterator[Flask]:
    app = new_app(new_runtime(Settings(service=ServiceName.USER, pace=PaceKind.GATE)), _routes())
    yield app
    runtime_of(app).close(5.0)


@pytest.fixture(name="client")
def _client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize(
    ("method", "path", "data", "status", "code"),
    [
        ("POST", "/api/v1/things/1", b"{", 400, "malformed_json"),
        ("POST", "/api/v1/things/1", b"", 400, "malformed_json"),
        ("POST", "/api/v1/things/1", b"[]", 400, "invalid_body"),
        ("POST", "/api/v1/things/1", b"{}", 400, "missing_field"),
        ("POST", "/api/v1/things/one", b'{"name": "x"}', 404, "thing_not_found"),
        ("POST", "/api/v1/things/1", b" " * (1024 * 1024 + 1), 413, "request_entity_too_large"),
        ("GET", "/nowhere", b"", 404, "not_found"),
        ("DELETE", "/api/v1/things/1", b"", 405, "method_not_allowed"),
        ("GET", "/api/v1/broken", b"", 500, "internal_error"),
    ],
)
def test_errors_are_json_with_a_code_and_prose(
    client: FlaskClient, method: str, path: str, data: bytes, status: int, code: str
) -> None:
    """Whatever goes wrong."""
    response = client.open(path, method=method, data=data, buffered=True)
    body = json.loads(response.data)
    assert (response.status_code, body["error"], response.mimetype) == (status, code, "application/json")
    assert body["message"]
    assert "something internal" not in body["message"]


def test_a_wrong_method_is_told_the_right_one(client: FlaskClient) -> None:
    """RFC 9110 section 15.5.6: 405 comes with Allow."""
    response = client.delete("/api/v1/things/1", buffered=True)
    assert "POST" in response.headers["Allow"]


def test_follow_ups_are_held_once_the_reply_is_out(client: FlaskClient) -> None:
    """The control routes show and release them."""
    assert client.post("/api/v1/things/7", json={"name": "x"}, buffered=True).json == {"id": 7, "name": "x"}
    assert client.get("/control/work").json == {"running": 0, "held": ["follow-up"], "accepted": 1}
    assert client.post("/control/advance").json == {"released": "follow-up"}
    nothing = client.post("/control/advance")
    assert (nothing.status_code, json.loads(nothing.data)["error"]) == (404, "nothing_held")


@pytest.mark.parametrize("path", ["/control/work", "/control/advance"])
def test_without_a_gate_there_is_no_control(path: str) -> None:
    """The routes exist only when there is something to control."""
    app = new_app(new_runtime(Settings(service=ServiceName.USER)), _routes())
    assert app.test_client().open(path, method="POST").status_code == 404
    runtime_of(app).close(5.0)


def test_health_is_ok(client: FlaskClient) -> None:
    """At its usual place."""
    assert client.get("/health").json == {"status": "ok"}


def test_health_can_be_misplaced() -> None:
    """That is fault S3-14 of the user service, and of no other."""
    for service, status in ((ServiceName.USER, 404), (ServiceName.ORDER, 200)):
        app = new_app(new_runtime(Settings(service=service, faults=Faults(["S3-14"]))), _routes())
        assert app.test_client().get("/health").status_code == status
        runtime_of(app).close(5.0)


def test_routes_can_begin_elsewhere() -> None:
    """That is fault S3-1 of the order service."""
    for service, status in ((ServiceName.ORDER, 500), (ServiceName.USER, 404)):
        app = new_app(new_runtime(Settings(service=service, faults=Faults(["S3-1"]))), _routes())
        assert app.test_client().get("/api/broken").status_code == status
        runtime_of(app).close(5.0)
