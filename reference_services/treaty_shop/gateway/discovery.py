"""Where the instances of a service are: told by settings, or asked of Consul."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from treaty_shop.platform.errors import NotAvailable
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.registry import ConsulAgent, RegistryFailed
from treaty_shop.platform.structured_log import StructuredLog

_FRESH: Final = timedelta(seconds=1)


class Discovery(Protocol):
    """Knows the instances of each service."""

    def instances(self, service: ServiceName) -> tuple[str, ...]:
        """Return the base URLs of the instances that are up, without trailing slashes.

        Raises `NotAvailable` when that cannot be found out.
        """


class StaticDiscovery:
    """The instances never change."""

    def __init__(self, instances: Mapping[ServiceName, tuple[str, ...]]) -> None:
        self._instances = instances

    def instances(self, service: ServiceName) -> tuple[str, ...]:
        """Return what the settings say."""
        return self._instances[service]


class ConsulDiscovery:
    """Asks Consul which instances pass their check, at most once a second for each service.

    While Consul does not answer, the instances last heard of are good enough.
    """

    def __init__(self, consul: ConsulAgent, log: StructuredLog, clock: Callable[[], datetime]) -> None:
        self._consul = consul
        self._log = log
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[ServiceName, tuple[datetime, tuple[str, ...]]] = {}

    def instances(self, service: ServiceName) -> tuple[str, ...]:
        """Return what Consul said within the last second, or says now."""
        instant = self._clock()
        with self._lock:
            asked, urls = self._known.get(service, (None, ()))
        if asked is not None and asked <= instant < asked + _FRESH:
            return urls
        try:
            urls = self._consul.passing(service)
        except RegistryFailed as error:
            self._log.warning("registry_failed", why=str(error))
            if asked is None:
                raise NotAvailable(
                    f"{service}_unknown", f"the registry cannot say where the {service} service is"
                ) from None
        with self._lock:
            self._known[service] = (instant, urls)
        return urls
