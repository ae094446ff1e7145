"""Where instances are."""

from datetime import datetime, timedelta

import pytest

from tests.unit.reference_services.doubles import START, quiet_log
from treaty_shop.gateway.discovery import ConsulDiscovery, StaticDiscovery
from treaty_shop.platform.errors import NotAvailable
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.registry import ConsulAgent, RegistryFailed

ORDER = ServiceName.ORDER


class _Agent(ConsulAgent):
    def __init__(self, *answers: tuple[str, ...] | None) -> None:
        super().__init__("http://consul.test")
        self.answers = list(answers)

    def passing(self, service: ServiceName) -> tuple[str, ...]:
        assert service is ORDER
        answer = self.answers.pop(0)
        if answer is None:
            raise RegistryFailed("consul cannot be reached")
        return answer


class _Clock:
    instant = START

    def __call__(self) -> datetime:
        return self.instant


def test_what_settings_say_stays() -> None:
    """For each service."""
    assert StaticDiscovery({ORDER: ("http://a.test", "http://b.test")}).instances(ORDER) == (
        "http://a.test",
        "http://b.test",
    )


def test_the_registry_is_asked_again_after_a_second() -> None:
    """Not for every request."""
    agent, clock = _Agent(("http://a.test",), ()), _Clock()
    discovery = ConsulDiscovery(agent, quiet_log(), clock)
    assert discovery.instances(ORDER) == ("http://a.test",)
    clock.instant += timedelta(seconds=0.9)
    assert discovery.instances(ORDER) == ("http://a.test",)
    clock.instant += timedelta(seconds=0.1)
    assert discovery.instances(ORDER) == ()


def test_while_the_registry_is_down_what_was_known_last_is_good_enough() -> None:
    """Without anything known the service is not available."""
    agent, clock = _Agent(None, ("http://a.test",), None), _Clock()
    discovery = ConsulDiscovery(agent, quiet_log(), clock)
    with pytest.raises(NotAvailable, match="order_unknown"):
        discovery.instances(ORDER)
    assert discovery.instances(ORDER) == ("http://a.test",)
    clock.instant += timedelta(seconds=2)
    assert discovery.instances(ORDER) == ("http://a.test",)
