"""Which service a path belongs to."""

import pytest

from treaty_shop.gateway.routing import Route, is_open, route
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
        ("/api/customer/7/orders/3", ServiceName.ORDER),
        ("/orders", ServiceName.ORDER),
        ("/orders/3", ServiceName.ORDER),
        ("/payments", None),
        ("/payments/3", None),
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
    leads = route(path)
    assert (leads and (leads.service, leads.path)) == (service and (service, path))


def test_the_accounts_of_older_clients_lie_below_payments() -> None:
    """The service itself does not know that word."""
    assert route("/payments/accounts/7/balance") == Route(service=ServiceName.ACCOUNTS, path="/accounts/7/balance")


def test_only_signing_up_needs_no_token() -> None:
    """Reading or changing a user does."""
    assert is_open("POST", "/api/v1/users")
    assert not is_open("GET", "/api/v1/users")
    assert not is_open("POST", "/api/v1/users/1")
