"""Accounts as an older client knows them."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from treaty_shop.accounts.app import create_app
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import read_settings
from treaty_shop.platform.web import runtime_of


@pytest.fixture(name="client")
def _client() -> Iterator[FlaskClient]:
    accounts = create_app(read_settings(ServiceName.ACCOUNTS, {}))
    yield accounts.test_client()
    runtime_of(accounts).close(5.0)


def test_an_account_is_opened_and_topped_up_by_queries(client: FlaskClient) -> None:
    """Without content in the answers; it is an account like any other."""
    opened = client.post("/accounts?user_id=7")
    assert (opened.status_code, opened.data, "Content-Type" in opened.headers) == (201, b"", False)
    topped_up = client.post("/accounts/7/topup?amount=12.5")
    assert (topped_up.status_code, topped_up.data) == (204, b"")
    assert client.get("/accounts/7/balance").text == '{"user_id": "7", "balance": 12.50}'
    assert '"balance": 12.50' in client.get("/api/v1/accounts/7").text


@pytest.mark.parametrize(
    ("method", "target", "status", "said"),
    [
        ("POST", "/accounts", 400, "Missing user_id\n"),
        ("POST", "/accounts?user_id=7", 409, "the user has an account\n"),
        ("POST", "/accounts/7/topup?amount=-1", 400, "amount must be"),
        ("POST", "/accounts/9/topup?amount=1", 404, "account not found\n"),
        ("GET", "/accounts/9/balance", 404, "account not found\n"),
    ],
)
def test_errors_are_lines_of_text(client: FlaskClient, method: str, target: str, status: int, said: str) -> None:
    """With the status that is right."""
    client.post("/accounts?user_id=7")
    answer = client.open(target, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "text/plain")
    assert answer.text.startswith(said)
