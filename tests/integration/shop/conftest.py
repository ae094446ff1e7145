"""Fixtures for the integration tests of the shop."""

from collections.abc import Iterator

import pytest

from tests.integration.shop.rig import Mails, Shop, mail_server, running_shop


@pytest.fixture(name="mails")
def _mails() -> Iterator[Mails]:
    with mail_server() as mails:
        yield mails


@pytest.fixture(name="shop")
def _shop(mails: Mails) -> Iterator[Shop]:
    with running_shop(smtp_url=mails.url) as shop:
        yield shop
