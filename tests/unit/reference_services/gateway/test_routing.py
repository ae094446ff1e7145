"""Which service a path belongs to."""

import pytest

from treaty_shop.gateway.routing import is_open, owner_of
from treaty_shop.platform.names import ServiceName


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api/v1/users", ServiceName.USER),
        ("/api/v1/users/7", ServiceName.USER),
        ("/api/v1/orders/user/7/3", ServiceName.ORDER),
        ("/api/v1/payments/1/refund", ServiceName.PAYMENT),
        ("/api/v1/notifications/batch", ServiceName.NOTIFICATION),
        ("/api/v1/products", ServiceName.INVENTORY),
        ("/api/v1/reservations/1", ServiceName.INVENTORY),
        ("/api/v1/accounts/7/topup", ServiceName.ACCOUNTS),
        ("/api/v1/users/login", None),
        ("/api/v1/usersx", None),
        ("/api/v1/", None),
        ("/api/v2/users", None),
        ("/users", None),
        ("/api/v1/users/../orders/1", None),
        ("/api/v1/users/./1", None),
        ("/api/v1/users//1", None),
    ],
)
def test_a_path_belongs_to_the_service_of_its_resource(path: str, service: ServiceName | None) -> None:
    """And to nobody when it would become another path on its way."""
    assert owner_of(path) is service


def test_only_signing_up_needs_no_token() -> None:
    """Reading or changing a user does."""
    assert is_open("POST", "/api/v1/users")
    assert not is_open("GET", "/api/v1/users")
    assert not is_open("POST", "/api/v1/users/1")
