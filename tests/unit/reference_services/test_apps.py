"""The app factory of each service."""

import pytest

from treaty_shop.apps import create_app
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import read_settings
from treaty_shop.platform.web import runtime_of


@pytest.mark.parametrize(
    ("service", "resources"),
    [
        ("user", {"users"}),
        ("order", {"orders"}),
        ("payment", {"payments"}),
        ("notification", {"notifications"}),
        ("inventory", {"products", "reservations"}),
        ("accounts", {"accounts"}),
        ("gateway", {"<path:_rest>"}),
    ],
)
def test_each_service_has_its_own_resources_and_no_others(service: str, resources: set[str]) -> None:
    """Its routes are its own and those that every service has."""
    app = create_app(read_settings(ServiceName(service), {}))
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    runtime_of(app).close(5.0)
    assert "/health" in rules
    assert {rule.split("/")[3] for rule in rules if rule.startswith("/api/v1/")} == resources
