"""Faults that only change what an answer looks like."""

from decimal import Decimal

import pytest

from treaty_shop.platform.altered_replies import Reply, alter
from treaty_shop.platform.faults import FAULTS, Faults
from treaty_shop.platform.json_text import Json

_ORDER: dict[str, Json] = {"id": 1, "total_amount": Decimal("66.00"), "status": "pending"}
_PAYMENT: dict[str, Json] = {
    "id": 1,
    "amount": Decimal("12.50"),
    "paid_at": None,
    "created_at": "2025-03-09T12:49:46.831Z",
}


def _altered(fault: str, endpoint: str, body: Json, status: int = 200) -> tuple[int, Json]:
    reply = alter(Faults([fault]), Reply(endpoint=endpoint, status=status, body=body))
    return reply.status, reply.body


@pytest.mark.parametrize(
    ("fault", "endpoint", "body", "expected"),
    [
        ("S0-5", "read_order", _ORDER, {"data": _ORDER}),
        ("S0-5", "list_orders", {"data": [_ORDER]}, [_ORDER]),
        (
            "S1-7",
            "list_orders",
            {"data": [_ORDER]},
            {"data": [{"id": 1, "total": Decimal("66.00"), "status": "pending"}]},
        ),
        ("S1-7b", "read_user", {"id": 1, "email": "a@b.example"}, {"id": 1}),
        ("S3-6", "create_payment", _PAYMENT, {**_PAYMENT, "amount": "12.50"}),
        ("S3-7", "read_order", _ORDER, {**_ORDER, "status": "Pending"}),
        ("S4-9", "list_notifications", {"data": []}, {"data": None}),
        ("K6", "read_payment", _PAYMENT, {**_PAYMENT, "paid_at": "0001-01-01T00:00:00Z"}),
        ("K7", "read_order", _ORDER, {**_ORDER, "total_amount": 4634344754052595712}),
        (
            "R0-4",
            "read_payment",
            _PAYMENT,
            {**_PAYMENT, "amount": "12.50", "created_at": "Sun, 09 Mar 2025 12:49:46 GMT"},
        ),
        ("R0-4", "create_payment", _PAYMENT, _PAYMENT),
    ],
)
def test_a_success_is_altered(fault: str, endpoint: str, body: Json, expected: Json) -> None:
    """In the shape the fault describes, and only there."""
    assert _altered(fault, endpoint, body) == (200, expected)


@pytest.mark.parametrize(
    ("fault", "status", "expected"),
    [
        ("S0-4", 409, 500),
        ("S0-4b", 422, 500),
        ("S0-4c", 404, 404),
        ("S4-3", 404, 500),
        ("S4-3", 409, 409),
        ("S2-1", 404, 200),
    ],
)
def test_a_status_is_altered(fault: str, status: int, expected: int) -> None:
    """Only the statuses the fault is about."""
    assert _altered(fault, "read_order", {"error": "x", "message": "y"}, status)[0] == expected


def test_an_error_can_look_like_success() -> None:
    """With a number in the body that says otherwise."""
    assert _altered("S2-1", "read_order", {"error": "x", "message": "y"}, 404) == (
        200,
        {"errno": 1, "message": "y", "data": None},
    )


@pytest.mark.parametrize("fault", [fault.id for fault in FAULTS])
def test_health_and_plain_messages_survive_every_fault(fault: str) -> None:
    """No fault breaks more than it says."""
    assert _altered(fault, "delete_user", {"message": "done"}) == (200, {"message": "done"})
