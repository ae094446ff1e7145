"""Ports of the services."""

import pytest

from treaty_shop.platform.names import CORE, ServiceName
from treaty_shop.together import ports_from


@pytest.mark.parametrize(
    ("base", "ports"),
    [(None, [8081, 8082, 8083, 8084]), (9000, [9000, 9001, 9002, 9003]), (0, [0, 0, 0, 0])],
)
def test_ports_follow_from_the_base(base: int | None, ports: list[int]) -> None:
    """The default ones, four in a row, or free ones."""
    assert ports_from(base) == dict(zip(CORE, ports, strict=True))


def test_every_service_has_a_port_of_its_own() -> None:
    """Also those that only the whole shop starts."""
    ports = ports_from(None, ServiceName)
    assert list(ports) == list(ServiceName)
    assert len(set(ports.values())) == len(ports)
