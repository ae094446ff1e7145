"""Consumers and providers get their names from flags, else from what the capture says."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from treaty.record.captures.parties import DEFAULT_CONSUMER, Caller, Parties, ServiceAddress, name_of_host, port_of

NAMED = Parties(
    services=(
        ServiceAddress(name="site", host="shop.test", port=443),
        ServiceAddress(name="books", host="shop.test", port=443, path="/api/books"),
        ServiceAddress(name="local", host="localhost", port=8081),
    ),
    callers=(Caller(name="app", agent="okhttp"), Caller(name="cron", agent="curl/8")),
    consumer="web",
)


@pytest.mark.parametrize(
    ("url", "provider"),
    [
        ("https://shop.test/", "site"),
        ("https://SHOP.test:443/api/books/7", "books"),
        ("https://shop.test/api/books", "books"),
        ("https://shop.test/api/bookshelves", "site"),
        ("http://127.0.0.1:8081/x", "local"),
        ("http://[::1]:8081/x", "local"),
        ("http://shop.test/", "shop.test"),
        ("http://shop.test:8080/", "shop.test-8080"),
        ("http://[fe80::1]:80/", "fe80-1"),
    ],
)
def test_the_provider_is_the_nearest_named_one_else_its_address(url: str, provider: str) -> None:
    """Host and port decide, then the longest path; loopback has one name; a port of its own is part of a name."""
    assert NAMED.provider(urlsplit(url)) == provider


def test_where_only_named_providers_count_others_are_none() -> None:
    parties = Parties(services=NAMED.services, only_named=True)
    assert parties.provider(urlsplit("http://shop.test/")) is None
    assert parties.provider(urlsplit("https://shop.test/")) == "site"


def test_a_path_without_a_host_belongs_to_the_service_that_has_a_path_above_it() -> None:
    assert NAMED.provider_of_path("/api/books/7") == "books"
    assert NAMED.provider_of_path("/other") == ""


@pytest.mark.parametrize(
    ("agent", "consumer"), [("OkHttp/4.9", "app"), ("curl/8.1", "cron"), ("curl/7", "web"), ("", "web")]
)
def test_the_consumer_is_known_by_its_user_agent_else_there_is_one(agent: str, consumer: str) -> None:
    assert NAMED.consumer_of((("user-agent", agent),)) == consumer


def test_nobody_in_particular_has_a_name() -> None:
    assert Parties().consumer_of(()) == DEFAULT_CONSUMER


def test_a_malformed_port_is_none() -> None:
    assert port_of(urlsplit("http://a:99999/")) == 0
    assert name_of_host("", 80, "http") == "unknown"
