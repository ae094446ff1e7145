"""The recordings of four services by keploy that come with the project's material: 44 tests and 15 mocks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.imports.imported import Imported, import_capture

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "keploy"
TOKEN = b"eyJzdWIiOiJ0ZXN0LXVzZXIi"
FIVE_EDITED = {
    "notification-service/test-set-1/tests/test-7.yaml",
    "order-service/test-set-1/tests/test-7.yaml",
    "order-service/test-set-1/tests/test-8.yaml",
    "payment-service/test-set-0/tests/test-8.yaml",
    "payment-service/test-set-0/tests/test-9.yaml",
}
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the recordings of keploy are not beside this checkout")


@pytest.fixture(name="seed", scope="module")
def _seed(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return import_capture(tmp_path_factory.mktemp("seed"), "keploy", DATA)


def answers(seed: Imported) -> list[tuple[str, str, int, Any]]:
    """Give edge, path, status and body of the reads that were answered with a body."""
    return [
        (str(each.edge), each.request.path, each.response.status, json.loads(each.response.content.data))
        for each in seed.exchanges()
        if each.response is not None and each.request.method == "GET"
    ]


def test_every_call_is_read_with_its_edge(seed: Imported) -> None:
    """44 tests and 15 mocks; the databases' packets are counted and left out."""
    assert seed.edges == {
        "client -> notification-service": 11,
        "client -> order-service": 10,
        "client -> payment-service": 16,
        "client -> user-service": 7,
        "order-service -> notification-service": 2,
        "order-service -> payment-service": 1,
        "order-service -> user-service": 1,
        "payment-service -> notification-service": 2,
        "payment-service -> order-service": 7,
        "payment-service -> user-service": 2,
    }
    assert len([odd for odd in seed.odd if "only HTTP is imported" in odd["reason"]]) == 12


def test_the_five_bodies_that_were_edited_are_reported(seed: Imported) -> None:
    odd = {each["place"] for each in seed.odd if "contradicts its Content-Length" in each["reason"]}
    assert odd == FIVE_EDITED


def test_callers_that_are_several_can_be_named(tmp_path: Path) -> None:
    """Three calls of the payment service came as tests of the order service."""
    named = import_capture(
        tmp_path, "keploy", DATA, "--consumer", "payment-service=Go-http-client", "--consumer", "app"
    )
    assert named.edges["payment-service -> order-service"] == 10
    assert named.edges["app -> order-service"] == 7
    assert not [odd for odd in named.odd if "several programs" in odd["reason"]]


def test_no_token_is_left(seed: Imported) -> None:
    """It stood in 41 of the 44 tests, in a header and again in a curl line."""
    assert sum(TOKEN in file.read_bytes() for file in DATA.rglob("test-*.yaml")) > 40
    assert TOKEN not in seed.everything()


def test_ids_in_paths_are_templates(seed: Imported) -> None:
    """Numbers and ids of 24 digits; the words beside them are none."""
    descriptions = {each.partition(" -> ")[0] for found in seed.promises().values() for each in found}
    assert descriptions == {
        "DELETE /api/v1/users/{id}",
        "GET /api/v1/notifications/user/{id}",
        "GET /api/v1/notifications/{id}",
        "GET /api/v1/orders/user/{id}",
        "GET /api/v1/orders/{id}",
        "GET /api/v1/payments/order/{id}",
        "GET /api/v1/payments/user/{id}",
        "GET /api/v1/payments/{id}",
        "GET /api/v1/users/{id}",
        "POST /api/v1/notifications",
        "POST /api/v1/notifications/batch",
        "POST /api/v1/orders",
        "POST /api/v1/payments",
        "POST /api/v1/payments/{id}/refund",
        "POST /api/v1/users",
        "PUT /api/v1/orders/{id}/status",
        "PUT /api/v1/users/{id}",
    }


NOTIFICATION = {
    "id": "67cee00821a4448fb05613f2",
    "user_id": 6,
    "type": "email",
    "title": "buy hambergers",
    "content": "you have buy successfully",
    "status": "pending",
    "recipient": "xxxxx@example.com",
    "created_at": "2025-03-10T12:50:16.885Z",
    "updated_at": "2025-03-10T12:50:16.885Z",
}
PAYMENT = {
    "id": 35,
    "order_id": 3,
    "user_id": 2,
    "amount": 66,
    "status": "pending",
    "payment_type": "wechat",
    "paid_at": "0001-01-01T00:00:00Z",
    "created_at": "2025-03-09T21:50:59.124681841+08:00",
    "updated_at": "2025-03-09T21:50:59.124681903+08:00",
}


@pytest.mark.parametrize(
    ("line", "answer", "changes"),
    [
        ("POST /api/v1/notifications -> 201", NOTIFICATION, {}),
        ("POST /api/v1/notifications -> 201", NOTIFICATION, {"id": "6a1b00000000000000000001"}),
        ("POST /api/v1/notifications -> 201", NOTIFICATION, {"created_at": "2027-01-01T00:00:00.1+02:00"}),
        ("POST /api/v1/payments -> 201", PAYMENT, {"id": 9}),
        ("POST /api/v1/payments -> 201", PAYMENT, {"created_at": "2027-01-01T00:00:00.12468184Z"}),
        ("POST /api/v1/payments -> 201", PAYMENT, {"paid_at": "0001-01-01T08:05:43+08:05"}),
    ],
)
def test_answers_that_differ_in_ids_and_times_are_kept(
    seed: Imported, line: str, answer: dict[str, Any], changes: dict[str, Any]
) -> None:
    """Fresh ids, and times of another length, broke five of the replays by keploy."""
    provider = "notification-service" if "notifications" in line else "payment-service"
    assert seed.accepts(f"client -> {provider}", line, answer, lambda body: body | changes)


@pytest.mark.parametrize(
    ("line", "answer", "changes"),
    [
        ("POST /api/v1/notifications -> 201", NOTIFICATION, {"id": None}),
        ("POST /api/v1/notifications -> 201", NOTIFICATION, {"id": 12}),
        ("POST /api/v1/notifications -> 201", NOTIFICATION, {"created_at": "yesterday"}),
        ("POST /api/v1/notifications -> 201", NOTIFICATION, {"created_at": 1741523467}),
        ("POST /api/v1/payments -> 201", PAYMENT, {"id": "35"}),
        ("POST /api/v1/payments -> 201", PAYMENT, {"amount": "66"}),
        ("POST /api/v1/payments -> 201", PAYMENT, {"status": None}),
        ("POST /api/v1/payments -> 201", {"data": PAYMENT}, {}),
    ],
)
def test_answers_that_really_differ_are_not(
    seed: Imported, line: str, answer: dict[str, Any], changes: dict[str, Any]
) -> None:
    provider = "notification-service" if "notifications" in line else "payment-service"
    assert not seed.accepts(f"client -> {provider}", line, answer, lambda body: body | changes)


WRAPPED_NOW = (
    "/api/v1/orders/{id}",
    "/api/v1/payments/{id}",
    "/api/v1/payments/order/{id}",
    "/api/v1/payments/user/{id}",
    "/api/v1/notifications/user/{id}",
)
BARE_NOW = ("/api/v1/orders/user/{id}", "/api/v1/notifications/{id}")


def bare(body: Any) -> Any:
    return body["data"] if isinstance(body, dict) and set(body) == {"data"} else body


def wrapped(body: Any) -> Any:
    return {"data": bare(body)}


def test_later_answers_disagree_exactly_where_the_service_was_changed(seed: Imported) -> None:
    """Of the eleven reads with 200, seven have another shape in the services' last version; none as recorded."""
    disagreements = []
    reads = [
        each
        for each in answers(seed)
        if each[2] == 200 and each[0].startswith("client") and "users" not in each[1].split("/")[3]
    ]
    assert len(reads) == 11
    for edge, path, _, body in reads:
        template = path.rpartition("/")[0] + "/{id}"
        line = f"GET {template} -> 200"
        assert seed.accepts(edge, line, body), path
        assert template in (*WRAPPED_NOW, *BARE_NOW)
        if not seed.accepts(edge, line, body, wrapped if template in WRAPPED_NOW else bare):
            disagreements.append(path)
    assert sorted(disagreements) == [
        "/api/v1/notifications/user/2",
        "/api/v1/orders/2",
        "/api/v1/orders/2",
        "/api/v1/orders/user/5",
        "/api/v1/orders/user/6",
        "/api/v1/payments/36",
        "/api/v1/payments/order/3",
    ]
