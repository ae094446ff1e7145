"""Ports of the four services."""

import pytest

from treaty_shop.platform.names import ServiceName
from treaty_shop.together import ports_from


@pytest.mark.parametrize(
    ("base", "ports"),
    [(None, [8081, 8082, 8083, 8084]), (9000, [9000, 9001, 9002, 9003]), (0, [0, 0, 0, 0])],
)
def test_ports_follow_from_the_base(base: int | None, ports: list[int]) -> None:
    """The default ones, four in a row, or free ones."""
    assert ports_from(base) == dict(zip(ServiceName, ports, strict=True))
