"""The accounts service as its clients see it."""

import json
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from treaty_shop.accounts.app import create_app
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import read_settings
from treaty_shop.platform.web import runtime_of


@pytest.fixture(name="client")
def _client() -> Iterator[FlaskClient]:
    app = create_app(read_settings(ServiceName.ACCOUNTS, {"SHOP_START_ID": "40"}))
    yield app.test_client()
    runtime_of(app).close(5.0)


def test_an_account_goes_its_way(client: FlaskClient) -> None:
    """Opened, topped up, looked at and debited; amounts are numbers with two decimals."""
    opened = client.post("/api/v1/accounts", json={"user_id": 7})
    assert opened.status_code == 201
    assert '"balance": 0.00' in opened.text
    topped_up = client.post("/api/v1/accounts/7/topup", json={"amount": 12.5})
    assert topped_up.status_code == 200
    assert '"balance": 12.50' in topped_up.text
    assert client.get("/api/v1/accounts/7").text == topped_up.text
    assert client.get("/api/v1/accounts/7/balance").text == '{"user_id": 7, "balance": 12.50}'
    body = {"order_id": 3, "amount": 2}
    debited = client.post("/api/v1/accounts/7/debits", json=body)
    assert debited.status_code == 201
    assert debited.text.startswith(
        '{"id": 41, "user_id": 7, "kind": "debit", "order_id": 3, "amount": 2.00, "balance": 10.50, "created_at": "'
    )
    again = client.post("/api/v1/accounts/7/debits", json=body)
    assert (again.status_code, again.text) == (200, debited.text)
    assert [one["id"] for one in json.loads(client.get("/api/v1/accounts/7/movements").data)["data"]] == [40, 41]


@pytest.mark.parametrize(
    ("method", "path", "body", "answer"),
    [
        ("POST", "", {"user_id": 7}, (409, "account_exists")),
        ("POST", "", {"user_id": "alice"}, (400, "invalid_field")),
        ("GET", "/9", None, (404, "account_not_found")),
        ("GET", "/alice/balance", None, (404, "account_not_found")),
        ("POST", "/7/topup", {"amount": -1}, (400, "invalid_field")),
        ("POST", "/9/topup", {"amount": 1}, (404, "account_not_found")),
        ("POST", "/7/debits", {"order_id": 1, "amount": 0.01}, (409, "insufficient_funds")),
        ("POST", "/7/debits", {"amount": 1}, (400, "missing_field")),
    ],
)
def test_what_cannot_be_is_told_by_status_and_word(
    client: FlaskClient, method: str, path: str, body: object, answer: tuple[int, str]
) -> None:
    """Malformed, unknown, or in conflict."""
    client.post("/api/v1/accounts", json={"user_id": 7})
    response = client.open(f"/api/v1/accounts{path}", method=method, json=body)
    assert (response.status_code, json.loads(response.data)["error"]) == answer
