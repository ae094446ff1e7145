"""The gateway as its clients see it, with a prepared network behind it."""

import io
import json
from collections.abc import Iterator

import pytest
import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.unit.reference_services.platform.answers import PreparedNetwork
from treaty_shop.gateway.app import create_app
from treaty_shop.gateway.tokens import Caller, Tokens
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import read_settings
from treaty_shop.platform.web import runtime_of

_SECRET = "s" * 32
_PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
_ADA = {"Authorization": f"Bearer {Tokens(_SECRET, 3600).issue(Caller(user_id='7', role='customer'))}"}
_BEN = {"Authorization": f"Bearer {Tokens(_SECRET, 3600).issue(Caller(user_id='8', role='customer'))}"}


@pytest.fixture(name="network")
def _network(monkeypatch: pytest.MonkeyPatch) -> PreparedNetwork:
    network = PreparedNetwork(answers=[(200, b'{"price": 12.50}')] * 9)
    monkeypatch.setattr(requests, "request", network)
    return network


@pytest.fixture(name="environment")
def _environment() -> dict[str, str]:
    return {"GATEWAY_JWT_SECRET": _SECRET, "GATEWAY_RATE_LIMIT": "4/hour", "ORDER_URL": "http://order.test"}


@pytest.fixture(name="client")
def _client(network: PreparedNetwork, environment: dict[str, str]) -> Iterator[FlaskClient]:
    assert network.error is None
    app = create_app(read_settings(ServiceName.GATEWAY, environment))
    yield app.test_client()
    runtime_of(app).close(5.0)


def _error(response: TestResponse) -> tuple[int, str]:
    return response.status_code, json.loads(response.data)["error"]


def test_a_request_is_passed_on_byte_by_byte_and_so_is_the_answer(
    client: FlaskClient, network: PreparedNetwork
) -> None:
    """With the path, the query and the body as they came; the trace goes on, the token does not."""
    headers = {**_ADA, "X-Request-Id": "r-1", "traceparent": _PARENT, "Content-Type": "application/json"}
    body = b'{"amount":  12.50}'
    response = client.put("/api/v1/orders/caf%C3%A9/status?a=%20b", data=body, headers=headers)
    ((method, url, options),) = network.calls
    assert (method, url) == ("PUT", "http://order.test/api/v1/orders/caf%C3%A9/status?a=%20b")
    assert options["data"] == body
    assert options["headers"] == {
        "Content-Type": "application/json",
        "X-Request-Id": "r-1",
        "traceparent": _PARENT,
        "User-Agent": "shop-gateway",
        "X-User-Id": "7",
        "X-User-Role": "customer",
        "Accept-Encoding": "identity",
    }
    assert (response.status_code, response.data) == (200, b'{"price": 12.50}')
    assert response.headers["X-Request-Id"] == "r-1"
    assert "Content-Type" not in response.headers


def test_a_request_without_an_id_gets_one_and_the_log_has_it(
    client: FlaskClient, network: PreparedNetwork, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that could not be logged is replaced; the token is never logged."""
    id_ = client.get("/api/v1/orders/1", headers={**_ADA, "X-Request-Id": "a b"}).headers["X-Request-Id"]
    assert len(id_) == 32
    assert network.calls[0][2]["headers"]["X-Request-Id"] == id_
    log = capsys.readouterr().err
    assert json.loads(io.StringIO(log).readlines()[-1])["request"] == id_
    assert _ADA["Authorization"] not in log


def test_who_says_nothing_or_lies_is_turned_away(client: FlaskClient, network: PreparedNetwork) -> None:
    """Before anybody is asked; to sign up nobody needs to be anybody."""
    nobody = client.get("/api/v1/orders/1")
    assert _error(nobody) == (401, "missing_token")
    assert nobody.headers["WWW-Authenticate"] == "Bearer"
    assert _error(client.get("/api/v1/orders/1", headers={"Authorization": "Bearer x"})) == (401, "invalid_token")
    assert network.calls == []
    assert client.post("/api/v1/users", json={}).status_code == 200


def test_users_are_counted_each_by_themselves(client: FlaskClient) -> None:
    """Those without a token by their address."""
    assert [client.get("/api/v1/orders/1", headers=_ADA).status_code for _ in range(5)] == [200, 200, 200, 200, 429]
    refused = client.get("/api/v1/orders/1", headers=_ADA)
    assert _error(refused) == (429, "too_many_requests")
    assert int(refused.headers["Retry-After"]) > 3000
    assert client.get("/api/v1/orders/1", headers=_BEN).status_code == 200
    assert [client.get("/api/v1/orders/1").status_code for _ in range(5)] == [401, 401, 401, 401, 429]
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize(
    "environment", [{"GATEWAY_JWT_SECRET": _SECRET, "GATEWAY_RATE_LIMIT": "1/hour", "GATEWAY_RATE_KEY": "address"}]
)
def test_everybody_at_an_address_can_be_counted_together(client: FlaskClient) -> None:
    """Whoever they are."""
    assert client.get("/api/v1/orders/1", headers=_ADA).status_code == 200
    assert client.get("/api/v1/orders/1", headers=_BEN).status_code == 429


def test_a_path_that_no_service_has_is_not_found(client: FlaskClient, network: PreparedNetwork) -> None:
    """For those who may ask."""
    assert _error(client.get("/api/v1/baskets/1", headers=_ADA)) == (404, "not_found")
    assert _error(client.get("/nowhere")) == (404, "not_found")
    assert network.calls == []


def test_a_service_that_is_down_is_a_bad_gateway_and_soon_not_available(
    client: FlaskClient, network: PreparedNetwork
) -> None:
    """Browsers may read that as well."""
    network.error = requests.ConnectTimeout()
    headers = {**_ADA, "Origin": "https://shop.test"}
    down = client.get("/api/v1/orders/1", headers=headers)
    assert _error(down) == (502, "order_unavailable")
    assert down.headers["Access-Control-Allow-Origin"] == "*"
    assert "Retry-After" in down.headers["Access-Control-Expose-Headers"]


def test_a_browser_that_asks_first_needs_no_token(client: FlaskClient, network: PreparedNetwork) -> None:
    """It has none at that time."""
    asked = {"Origin": "https://shop.test", "Access-Control-Request-Method": "PUT"}
    response = client.options("/api/v1/orders/1/status", headers=asked)
    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "PUT" in response.headers["Access-Control-Allow-Methods"]
    assert network.calls == []


def test_logging_in_gives_a_token_that_is_believed(client: FlaskClient, network: PreparedNetwork) -> None:
    """The user service compares the password, and only the gateway can ask it to."""
    network.answers = [(200, b'{"id": 7, "username": "ada", "email": "ada@example.com"}'), (200, b"{}")]
    body = {"email": "ada@example.com", "password": "x"}
    logged_in = client.post("/auth/login", json=body)
    answer = json.loads(logged_in.data)
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 86_400)
    assert client.get("/api/v1/orders/1", headers={"Authorization": f"Bearer {answer['token']}"}).status_code == 200
    login, read = network.calls
    assert (login[1], json.loads(login[2]["data"])) == ("http://127.0.0.1:8081/api/v1/users/login", body)
    assert read[2]["headers"]["X-User-Id"] == "7"
    assert _error(client.post("/api/v1/users/login", json=body, headers=_ADA)) == (404, "not_found")


def test_who_cannot_log_in_gets_the_answer_of_the_user_service(client: FlaskClient, network: PreparedNetwork) -> None:
    """And soon none at all: guesses are counted."""
    network.answers = [(401, b'{"error": "invalid_credentials"}')] * 4
    statuses = [client.post("/auth/login", json={}).status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 401, 429]
