"""Which instance gets a request, and what the client is told when none answers."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
import time_machine

from tests.unit.reference_services.doubles import quiet_log
from treaty_shop.gateway.breaker import Breaker
from treaty_shop.gateway.discovery import StaticDiscovery
from treaty_shop.gateway.forwarding import Forwarding
from treaty_shop.gateway.upstream import Broken, NotConnected, TimedOut, UpstreamError, UpstreamReply, UpstreamRequest
from treaty_shop.platform.errors import ShopError
from treaty_shop.platform.names import ServiceName

A, B = "http://a.test", "http://b.test"
ORDER = ServiceName.ORDER
_REQUEST = UpstreamRequest(method="POST", target="/api/v1/orders", headers={}, body=b"")


@dataclass
class _Upstream:
    errors: dict[str, UpstreamError] = field(default_factory=dict)
    status: int = 200
    asked: list[str] = field(default_factory=list)

    def send(self, base_url: str, request: UpstreamRequest) -> UpstreamReply:
        assert request is _REQUEST
        self.asked.append(base_url)
        if base_url in self.errors:
            raise self.errors[base_url]
        return UpstreamReply(status=self.status, headers={}, body=base_url.encode())


@pytest.fixture(name="upstream")
def _upstream_double() -> _Upstream:
    return _Upstream()


def _forwarding(upstream: _Upstream, *urls: str) -> Forwarding:
    def new_breaker() -> Breaker:
        return Breaker(failures=2, successes=1, seconds=3600)

    return Forwarding(StaticDiscovery({ORDER: urls}), upstream, new_breaker, quiet_log())


def _refused(forwarding: Forwarding) -> tuple[int, str]:
    with pytest.raises(ShopError) as error:
        forwarding.forward(ORDER, _REQUEST)
    return error.value.status, error.value.code


def test_instances_take_turns(upstream: _Upstream) -> None:
    """Each gets as many as the others."""
    forwarding = _forwarding(upstream, A, B)
    replies = [forwarding.forward(ORDER, _REQUEST).body.decode() for _ in range(4)]
    assert replies == [A, B, A, B]


def test_a_dead_instance_costs_no_client_anything(upstream: _Upstream) -> None:
    """Others take its turns, and soon it is not even tried any more."""
    upstream.errors[A] = NotConnected()
    forwarding = _forwarding(upstream, A, B)
    assert {forwarding.forward(ORDER, _REQUEST).body.decode() for _ in range(8)} == {B}
    assert upstream.asked.count(A) == 2


@pytest.mark.parametrize(
    ("error", "told"),
    [(TimedOut(), (504, "order_timeout")), (Broken(), (502, "order_unavailable"))],
)
def test_what_may_have_been_carried_out_is_not_repeated(
    upstream: _Upstream, error: UpstreamError, told: tuple[int, str]
) -> None:
    """The client is told which it was."""
    upstream.errors[A] = error
    assert _refused(_forwarding(upstream, A, B)) == told
    assert upstream.asked == [A]


def test_down_and_left_alone_are_told_apart(upstream: _Upstream) -> None:
    """502 as long as it is tried, then 503 with the time after which it will be."""
    upstream.errors[A] = NotConnected()
    forwarding = _forwarding(upstream, A)
    with time_machine.travel(datetime(2025, 3, 9, 12, tzinfo=UTC), tick=False):
        assert [_refused(forwarding) for _ in range(3)] == [
            (502, "order_unavailable"),
            (502, "order_unavailable"),
            (503, "order_not_available"),
        ]
        with pytest.raises(ShopError) as error:
            forwarding.forward(ORDER, _REQUEST)
    assert error.value.headers == {"Retry-After": "3600"}


def test_a_service_without_instances_is_not_available(upstream: _Upstream) -> None:
    """Nobody knows for how long."""
    assert _refused(_forwarding(upstream)) == (503, "order_not_available")


def test_the_failures_of_a_service_reach_the_client_until_they_are_too_many(upstream: _Upstream) -> None:
    """With the service's own status."""
    upstream.status = 500
    forwarding = _forwarding(upstream, A)
    assert [forwarding.forward(ORDER, _REQUEST).status for _ in range(2)] == [500, 500]
    assert _refused(forwarding) == (503, "order_not_available")
