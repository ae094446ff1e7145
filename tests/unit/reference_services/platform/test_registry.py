"""What is said to Consul, and what is understood."""

import json
from typing import Any

import pytest
import requests

from tests.unit.reference_services.doubles import quiet_log
from tests.unit.reference_services.platform.answers import PreparedNetwork
from treaty_shop.platform import registry
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.registry import ConsulAgent, Registration, RegistryFailed

_ENTRIES = [
    {"Node": {"Address": "10.0.0.9"}, "Service": {"Address": "", "Port": 8082}},
    {"Node": {"Address": "10.0.0.9"}, "Service": {"Address": "10.0.0.1", "Port": 8082}},
    {"Service": {"Address": "::1", "Port": 8082}},
]


@pytest.fixture(autouse=True)
def _no_beat_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_BEAT_SECONDS", 3600.0)


def _network(monkeypatch: pytest.MonkeyPatch, *answers: tuple[int, bytes]) -> PreparedNetwork:
    network = PreparedNetwork(answers=answers)
    monkeypatch.setattr(requests, "request", network)
    return network


def _said(network: PreparedNetwork) -> list[tuple[str, str, Any]]:
    return [
        (method, url.removeprefix("http://consul.test"), options["data"] and json.loads(options["data"]))
        for method, url, options in network.calls
    ]


def test_instances_that_pass_are_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service without an address has its node's."""
    network = _network(monkeypatch, (200, json.dumps(_ENTRIES).encode()))
    urls = ConsulAgent("http://consul.test").passing(ServiceName.ORDER)
    assert urls == ("http://10.0.0.1:8082", "http://10.0.0.9:8082", "http://[::1]:8082")
    assert _said(network) == [("GET", "/v1/health/service/order?passing=true", None)]


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (500, b"[]"),
        (200, b"no"),
        (200, b"{}"),
        (200, b'[{"Service": {"Port": "1"}}]'),
        (200, b'[{"Service": {"Port": 1}}]'),
    ],
)
def test_what_is_no_list_of_instances_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, status: int, content: bytes
) -> None:
    """Like an agent that is down."""
    _network(monkeypatch, (status, content))
    with pytest.raises(RegistryFailed):
        ConsulAgent("http://consul.test").passing(ServiceName.ORDER)


def test_a_service_enters_itself_stays_alive_and_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that the agent forgot enters itself again."""
    network = _network(monkeypatch, *[(200, b"")] * 2, (404, b""), *[(200, b"")] * 3)
    registration = Registration(ConsulAgent("http://consul.test"), ServiceName.USER, "127.0.0.1", 8081, quiet_log())
    with registration:
        assert registration.beat()
    entry = {
        "ID": "user-127.0.0.1-8081",
        "Name": "user",
        "Address": "127.0.0.1",
        "Port": 8081,
        "Check": {"TTL": "5s", "DeregisterCriticalServiceAfter": "10s"},
    }
    alive = ("PUT", "/v1/agent/check/update/service%3Auser-127.0.0.1-8081", {"Status": "passing"})
    assert _said(network) == [
        ("PUT", "/v1/agent/service/register", entry),
        alive,
        alive,
        ("PUT", "/v1/agent/service/register", entry),
        alive,
        ("PUT", "/v1/agent/service/deregister/user-127.0.0.1-8081", None),
    ]


def test_a_registry_that_is_down_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service serves without being found."""
    monkeypatch.setattr(requests, "request", PreparedNetwork(error=requests.ConnectionError()))
    registration = Registration(ConsulAgent("http://consul.test"), ServiceName.USER, "127.0.0.1", 8081, quiet_log())
    with registration:
        assert not registration.beat()
