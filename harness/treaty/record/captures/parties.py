"""Who called whom: what a capture does not say about the ends of its calls, and what people add by flags."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult

from treaty.record.targets import one_loopback
from treaty.session.exchange import Headers

DEFAULT_CONSUMER: Final = "client"
_PORTS: Final = {"http": 80, "https": 443}
_UNFIT: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAddress:
    """Where a named provider is: calls to this host and port, at this path or below, are its.

    Attributes:
        name: of the provider.
        host: in lower case, loopback names as ``localhost``.
        port: of the URL, or that of its scheme.
        path: without a final slash; empty when the whole host is the provider's.

    """

    name: str
    host: str
    port: int
    path: str = ""

    def covers(self, path: str) -> bool:
        """Tell whether a raw path lies at ours or below it."""
        return path == self.path or path.startswith(f"{self.path}/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A consumer that is known by its User-Agent, which holds `agent`."""

    name: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """The names of consumers and providers.

    Attributes:
        services: providers with a name.
        callers: consumers that are known by their User-Agent; the first that fits counts.
        consumer: the consumer of every other call; empty for `DEFAULT_CONSUMER`, or what the capture suggests.
        only_named: whether calls to providers without a name are left out.

    """

    services: tuple[ServiceAddress, ...] = ()
    callers: tuple[Caller, ...] = ()
    consumer: str = ""
    only_named: bool = False

    def named_provider(self, host: str, port: int, path: str) -> str:
        """Give the provider that was named for an address, the longest path first; empty when there is none."""
        here = (one_loopback(host), port)
        return _nearest([each for each in self.services if (each.host, each.port) == here], path)

    def provider_of_path(self, path: str) -> str:
        """Give the provider whose URL has a path above this one, whatever its host; empty when there is none."""
        return _nearest([each for each in self.services if each.path], path)

    def provider(self, address: SplitResult) -> str | None:
        """Give the provider of a URL: as it was named, else by host and port; None for one that should be left out."""
        host = address.hostname or ""
        port = port_of(address)
        named = self.named_provider(host, port, address.path or "/")
        if named or self.only_named:
            return named or None
        return name_of_host(host, port, address.scheme)

    def consumer_of(self, headers: Headers) -> str:
        """Give the consumer of a request: by its User-Agent, else the one consumer of all."""
        agent = next((value for name, value in headers if name.lower() == "user-agent"), "").lower()
        known = next((caller.name for caller in self.callers if caller.agent.lower() in agent), "")
        return known or self.consumer or DEFAULT_CONSUMER


def port_of(address: SplitResult) -> int:
    """Give the port of a URL, or that of its scheme; 0 when it is malformed."""
    try:
        return address.port or _PORTS.get(address.scheme, 80)
    except ValueError:
        return 0


def name_of_host(host: str, port: int, scheme: str) -> str:
    """Name a provider by its address: ``api.example.com``, or ``127.0.0.1-8081`` with a port of its own."""
    name = _UNFIT.sub("-", host.lower().strip("[]")).strip("-") or "unknown"
    return name if port == _PORTS.get(scheme, 80) else f"{name}-{port}"


def _nearest(services: list[ServiceAddress], path: str) -> str:
    fitting = [each for each in services if each.covers(path)]
    return max(fitting, key=lambda each: len(each.path)).name if fitting else ""
