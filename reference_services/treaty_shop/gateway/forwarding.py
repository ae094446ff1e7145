"""Passing a request on to one of a service's instances."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Protocol

from treaty_shop.gateway.breaker import Breaker, CircuitOpen
from treaty_shop.gateway.discovery import Discovery
from treaty_shop.gateway.upstream import Broken, NotConnected, TimedOut, UpstreamReply, UpstreamRequest
from treaty_shop.platform.errors import DependencyFailed, DependencyTimedOut, NotAvailable, ShopError
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.structured_log import StructuredLog


class Upstream(Protocol):
    """Sends a request to one instance."""

    def send(self, base_url: str, request: UpstreamRequest) -> UpstreamReply:
        """Send a request; raises `NotConnected`, `Broken` or `TimedOut`."""


class Forwarding:
    """Takes the instances in turns, around those whose circuit is open or that cannot be connected to.

    Only a request that was never sent goes to another instance: what may have been carried out is not repeated.
    """

    def __init__(
        self, discovery: Discovery, upstream: Upstream, new_breaker: Callable[[], Breaker], log: StructuredLog
    ) -> None:
        self._discovery = discovery
        self._upstream = upstream
        self._new_breaker = new_breaker
        self._log = log
        self._lock = threading.Lock()
        self._turns: dict[ServiceName, int] = {}
        self._breakers: dict[str, Breaker] = {}

    def forward(self, service: ServiceName, request: UpstreamRequest) -> UpstreamReply:
        """Return the answer of an instance.

        Raises `DependencyFailed` (no connection, or a broken one), `NotAvailable` (no instance, or none that may be
        asked; with ``Retry-After``) or `DependencyTimedOut`.
        """
        waits: list[int] = []
        connected = True
        for url in self._in_turn(service):
            breaker = self._breaker(url)
            before = breaker.state
            try:
                return breaker.call(partial(self._upstream.send, url, request))
            except CircuitOpen as error:
                waits.append(error.seconds)
            except NotConnected:
                connected = False
                self._log.warning("not_connected", to=service, instance=url)
            except (Broken, TimedOut) as error:
                self._log.warning("no_answer", to=service, instance=url, why=str(error))
                raise _unanswered(service, error) from None
            finally:
                if breaker.state != before:
                    self._log.warning("circuit", to=service, instance=url, state=breaker.state)
        if not connected:
            raise DependencyFailed(f"{service}_unavailable", f"the {service} service cannot be reached")
        headers = {"Retry-After": str(min(waits))} if waits else {}
        raise NotAvailable(f"{service}_not_available", f"the {service} service is out of order for now", headers)

    def _in_turn(self, service: ServiceName) -> list[str]:
        urls = self._discovery.instances(service)
        with self._lock:
            turn = self._turns.get(service, 0)
            self._turns[service] = turn + 1
        first = turn % len(urls) if urls else 0
        return [*urls[first:], *urls[:first]]

    def _breaker(self, url: str) -> Breaker:
        with self._lock:
            if url not in self._breakers:
                self._breakers[url] = self._new_breaker()
            return self._breakers[url]


def _unanswered(service: ServiceName, error: Broken | TimedOut) -> ShopError:
    if isinstance(error, TimedOut):
        return DependencyTimedOut(f"{service}_timeout", f"the {service} service did not answer")
    return DependencyFailed(f"{service}_unavailable", f"the {service} service did not answer as it should")
