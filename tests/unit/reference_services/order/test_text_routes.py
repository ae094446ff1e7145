"""Orders as an older client knows them."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.unit.reference_services.order.older_clients import client_of
from treaty_shop.order.text_routes import text_routes


@pytest.fixture(name="client")
def _client() -> Iterator[FlaskClient]:
    with client_of(text_routes) as client:
        yield client


def test_an_order_is_placed_by_a_query_and_answered_by_its_number(client: FlaskClient) -> None:
    """It is an order like any other; lists are JSON, also when they are empty."""
    assert client.get("/orders").json == []
    placed = client.post("/orders?user_id=1&amount=12.5")
    assert (placed.status_code, placed.text, placed.mimetype) == (201, "1", "text/plain")
    order = '{"id": 1, "user_id": "1", "amount": 12.50, "status": "pending", "created_at": "2025-03-09T12:49:46.831Z"}'
    assert client.get("/orders/1").text == order
    listed = client.get("/orders/")
    assert (listed.text, listed.mimetype) == (f"[{order}]", "application/json")


@pytest.mark.parametrize(
    ("method", "target", "status", "said"),
    [
        ("POST", "/orders?user_id=1&amount=-1", 400, "amount must be an amount above zero"),
        ("POST", "/orders?user_id=1&amount=NaN", 400, "amount must be"),
        ("POST", "/orders?user_id=&amount=1", 400, "user_id must not be blank"),
        ("POST", "/orders?amount=1", 400, "user_id is required"),
        ("POST", "/orders?user_id=0&amount=1", 400, "user_id must be a positive integer"),
        ("POST", "/orders?user_id=9&amount=1", 422, "the user does not exist"),
        ("GET", "/orders/seven", 400, "Invalid ID"),
        ("GET", "/orders/7", 404, "order not found"),
    ],
)
def test_errors_are_lines_of_text(client: FlaskClient, method: str, target: str, status: int, said: str) -> None:
    """With the status that is right."""
    answer = client.open(target, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "text/plain")
    assert answer.text.startswith(said)
