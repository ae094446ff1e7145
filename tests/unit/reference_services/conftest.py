"""Fixtures for the unit tests of the shop."""

from collections.abc import Iterator

import pytest

from tests.unit.reference_services.doubles import gated_work
from treaty_shop.platform.background import BackgroundWork


@pytest.fixture(name="work")
def _work() -> Iterator[BackgroundWork]:
    work = gated_work()
    yield work
    work.close(5.0)
