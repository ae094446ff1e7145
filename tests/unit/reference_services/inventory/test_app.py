"""The inventory service as its clients see it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from treaty_shop.inventory.app import create_app
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import InvalidSetting, read_settings
from treaty_shop.platform.web import runtime_of

_PEN = {"id": "pen", "name": "Pen", "price": "1.2", "quantity": 5}
_NOBODY = "0b5b4f64-7f7d-4c8e-9e0a-3f6f9a1d2c3b"


@pytest.fixture(name="client")
def _client() -> Iterator[FlaskClient]:
    app = create_app(read_settings(ServiceName.INVENTORY, {}))
    yield app.test_client()
    runtime_of(app).close(5.0)


def _json(response: TestResponse) -> Any:
    return json.loads(response.data)


def test_a_product_has_its_price_as_text(client: FlaskClient) -> None:
    """And an id when it came without one."""
    response = client.post("/api/v1/products", json=_PEN)
    pen = {"id": "pen", "name": "Pen", "price": "1.20", "quantity": 5, "version": 1}
    assert (response.status_code, response.json) == (201, pen)
    other = _json(client.post("/api/v1/products", json={**_PEN, "id": None}))
    assert re.fullmatch(r"prod_[0-9a-f]{14}", other["id"])
    assert client.get("/api/v1/products").json == {"data": [pen, other]}
    assert client.get("/api/v1/products/pen").json == pen
    changed = client.put("/api/v1/products/pen/stock", json={"quantity": 0, "version": 1})
    assert (changed.status_code, changed.json) == (200, {**pen, "quantity": 0, "version": 2})


def test_a_reservation_goes_its_way(client: FlaskClient) -> None:
    """Reserved, read by itself and by its order, confirmed, and given back."""
    client.post("/api/v1/products", json=_PEN)
    body = {"order_id": 7, "items": [{"product_id": "pen", "quantity": 2}]}
    made = client.post("/api/v1/reservations", json=body)
    reservation = _json(made)
    id_ = reservation["id"]
    assert made.status_code == 201
    assert {name: reservation[name] for name in ("order_id", "items", "total_amount", "status")} == {
        "order_id": 7,
        "items": [{"product_id": "pen", "quantity": 2, "price": "1.20"}],
        "total_amount": "2.40",
        "status": "reserved",
    }
    assert reservation["expires_at"] > reservation["created_at"]
    assert client.get(f"/api/v1/reservations/{id_}").json == reservation
    assert client.get("/api/v1/reservations/order/7").json == reservation
    assert _json(client.post(f"/api/v1/reservations/{id_}/confirm"))["status"] == "confirmed"
    released = client.delete(f"/api/v1/reservations/{id_}")
    assert (released.status_code, _json(released)["status"]) == (200, "released")


@pytest.mark.parametrize(
    ("method", "path", "body", "answer"),
    [
        ("POST", "/products", {**_PEN, "price": 1.2}, (400, "invalid_field")),
        ("POST", "/products", {**_PEN, "price": "1.234"}, (400, "invalid_field")),
        ("POST", "/products", {**_PEN, "price": "-1"}, (400, "invalid_field")),
        ("POST", "/products", {**_PEN, "price": "0.00"}, (400, "invalid_field")),
        ("POST", "/products", {**_PEN, "id": "a b"}, (400, "invalid_field")),
        ("POST", "/products", {**_PEN, "quantity": -1}, (400, "invalid_field")),
        ("POST", "/products", _PEN, (409, "product_exists")),
        ("GET", "/products/zebra", None, (404, "product_not_found")),
        ("GET", "/products/a%20b", None, (404, "product_not_found")),
        ("PUT", "/products/pen/stock", {"quantity": 3}, (400, "missing_field")),
        ("PUT", "/products/pen/stock", {"quantity": 3, "version": 9}, (409, "stale_version")),
        ("POST", "/reservations", {"order_id": 1, "items": []}, (400, "invalid_field")),
        (
            "POST",
            "/reservations",
            {"order_id": 1, "items": [{"product_id": "pen", "quantity": 0}]},
            (400, "invalid_field"),
        ),
        (
            "POST",
            "/reservations",
            {"order_id": 1, "items": [{"product_id": "pen", "quantity": 6}]},
            (409, "not_enough_stock"),
        ),
        (
            "POST",
            "/reservations",
            {"order_id": 1, "items": [{"product_id": "x", "quantity": 1}]},
            (422, "invalid_product"),
        ),
        ("GET", f"/reservations/{_NOBODY}", None, (404, "reservation_not_found")),
        ("GET", "/reservations/7", None, (404, "reservation_not_found")),
        ("GET", "/reservations/order/7", None, (404, "reservation_not_found")),
        ("DELETE", f"/reservations/{_NOBODY}", None, (404, "reservation_not_found")),
    ],
)
def test_what_cannot_be_is_told_by_status_and_word(
    client: FlaskClient, method: str, path: str, body: object, answer: tuple[int, str]
) -> None:
    """Malformed, unknown, in conflict, or naming what there is not."""
    client.post("/api/v1/products", json=_PEN)
    response = client.open(f"/api/v1{path}", method=method, json=body)
    assert (response.status_code, _json(response)["error"]) == answer


def test_how_long_pieces_are_kept_is_a_setting() -> None:
    """One that makes no sense is refused by its name."""
    with pytest.raises(InvalidSetting, match="INVENTORY_RESERVATION_SECONDS"):
        create_app(read_settings(ServiceName.INVENTORY, {"INVENTORY_RESERVATION_SECONDS": "0"}))
