"""Headers of requests without what only says at which address their provider was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.harness.normalize.sessions import Session
from treaty.normalize.placeless import is_of_address, placeless


def test_addresses_of_the_provider_become_paths_and_cookies_of_its_port_go() -> None:
    session = Session()
    asked = (("Destination", "http://127.0.0.1:45421/new.txt"), ("Cookie", "u-127-0-0-1-45421=a"), ("Accept", "text/a"))
    session.call("a>b", "MOVE /old.txt", None, 201, headers=asked)
    (exchange,) = session.exchanges
    moved = replace(exchange, request=replace(exchange.request, authority="127.0.0.1:45421"))
    assert list(placeless(moved)) == [("Destination", "/new.txt"), ("Accept", "text/a")]


@pytest.mark.parametrize(
    ("cookie", "expected"), [("u-45421=x", True), ("u-454219=x", False), ("u=45421", False), ("u-80=x", False)]
)
def test_a_cookie_is_one_of_an_address_by_the_port_in_its_name(cookie: str, *, expected: bool) -> None:
    assert is_of_address(cookie, "127.0.0.1:45421" if "80" not in cookie else "shop:80") is expected
