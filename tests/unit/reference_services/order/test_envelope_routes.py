"""Orders as a customer's client knows them."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.unit.reference_services.order.older_clients import client_of
from treaty_shop.order.domain import Offer
from treaty_shop.order.envelope_routes import envelope_routes

_ORDERS = "/api/customer/1/orders"


class _Shelf:
    def product(self, id_: str) -> Offer | None:
        return {"pen": Offer(name="Pen", price=Decimal("1.20"), quantity=5)}.get(id_)


@pytest.fixture(name="client")
def _client() -> Iterator[FlaskClient]:
    with client_of(lambda service: envelope_routes(service, _Shelf())) as client:
        yield client


def _body(customer: str = "1", id_: str = "pen", quantity: object = 2) -> dict[str, Any]:
    return {"customer_id": customer, "items": [{"id": id_, "quantity": quantity}]}


def test_an_order_is_placed_by_products_and_read_by_its_customer(client: FlaskClient) -> None:
    """Names and prices are the inventory's; every answer has a trace, the caller's where there is one."""
    placed = client.post(_ORDERS, json=_body())
    answer = json.loads(placed.data)
    assert re.fullmatch(r"[0-9a-f]{32}", answer.pop("trace_id"))
    assert (placed.status_code, answer) == (
        200,
        {
            "errno": 0,
            "message": "success",
            "data": {
                "order_id": "1",
                "customer_id": "1",
                "redirect_url": "http://localhost/success?customerID=1&orderID=1",
            },
        },
    )
    trace = "0af7651916cd43dd8448eb211c80319c"
    read = client.get(f"{_ORDERS}/1", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    assert json.loads(read.data) == {
        "errno": 0,
        "message": "success",
        "data": {
            "id": "1",
            "customer_id": "1",
            "items": [{"id": "pen", "name": "Pen", "quantity": 2}],
            "payment_link": "",
            "status": "pending",
        },
        "trace_id": trace,
    }


@pytest.mark.parametrize(
    ("path", "body", "status", "errno"),
    [
        (_ORDERS, {"customer_id": "1"}, 400, 1000),
        (_ORDERS, _body(customer="2"), 400, 1001),
        (_ORDERS, _body(quantity=0), 400, 1001),
        (_ORDERS, _body(id_="zebra"), 422, 1),
        (_ORDERS, _body(quantity=6), 409, 1),
        ("/api/customer/9/orders", _body(customer="9"), 422, 1),
        ("/api/customer/alice/orders", _body(customer="alice"), 404, 1),
    ],
)
def test_an_error_has_its_status_and_an_errno(
    client: FlaskClient, path: str, body: dict[str, Any], status: int, errno: int
) -> None:
    """A client that looks at one of them only is not misled."""
    refused = client.post(path, json=body)
    answer = json.loads(refused.data)
    assert (refused.status_code, answer["errno"], answer["data"]) == (status, errno, None)
    assert answer["message"] != "success"


def test_nobody_reads_the_order_of_another_customer(client: FlaskClient) -> None:
    """For them there is none."""
    client.post(_ORDERS, json=_body())
    assert client.get("/api/customer/2/orders/1").status_code == 404
