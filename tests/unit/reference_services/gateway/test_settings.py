"""The gateway's own settings."""

import pytest

from treaty_shop.gateway.settings import RateKey, read_gateway_settings
from treaty_shop.platform.names import CORE, ServiceName
from treaty_shop.platform.settings import InvalidSetting, read_settings


def test_without_variables_every_service_is_one_instance_where_it_usually_is() -> None:
    """Tokens are signed with a key that nobody else has."""
    settings = read_settings(ServiceName.GATEWAY, {"ORDER_URL": "http://orders.test/"})
    first, second = read_gateway_settings(settings), read_gateway_settings(settings)
    assert first.secret != second.secret
    assert first.secret not in repr(first)
    assert {service: first.instances[service] for service in CORE} == {
        ServiceName.USER: ("http://127.0.0.1:8081",),
        ServiceName.ORDER: ("http://orders.test",),
        ServiceName.PAYMENT: ("http://127.0.0.1:8083",),
        ServiceName.NOTIFICATION: ("http://127.0.0.1:8084",),
    }
    assert (first.rate_key, first.origins) == (RateKey.USER, frozenset("*"))


def test_every_variable_counts() -> None:
    """Lists are separated by commas."""
    environment = {
        "GATEWAY_JWT_SECRET": "s" * 32,
        "GATEWAY_TOKEN_SECONDS": "60",
        "GATEWAY_RATE_LIMIT": "7/hour",
        "GATEWAY_RATE_KEY": "address",
        "GATEWAY_BREAKER_FAILURES": "3",
        "GATEWAY_BREAKER_SUCCESSES": "4",
        "GATEWAY_BREAKER_SECONDS": "1.5",
        "GATEWAY_TIMEOUT": "2",
        "GATEWAY_ORIGINS": "https://a.test, https://b.test",
        "GATEWAY_ORDER_INSTANCES": "http://one.test/,http://two.test:81",
    }
    own = read_gateway_settings(read_settings(ServiceName.GATEWAY, environment))
    assert (own.secret, own.token_seconds, own.rate_key) == ("s" * 32, 60, RateKey.ADDRESS)
    assert [str(rate) for rate in own.rates] == ["7 per 1 hour"]
    assert (own.breaker_failures, own.breaker_successes, own.breaker_seconds, own.timeout) == (3, 4, 1.5, 2.0)
    assert own.origins == {"https://a.test", "https://b.test"}
    assert own.instances[ServiceName.ORDER] == ("http://one.test", "http://two.test:81")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("GATEWAY_JWT_SECRET", "short"),
        ("GATEWAY_TOKEN_SECONDS", "0"),
        ("GATEWAY_RATE_LIMIT", "often"),
        ("GATEWAY_RATE_KEY", "shoe size"),
        ("GATEWAY_BREAKER_FAILURES", "0"),
        ("GATEWAY_BREAKER_SECONDS", "0"),
        ("GATEWAY_USER_INSTANCES", "http://one.test,nowhere"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(name: str, text: str) -> None:
    """A secret is not shown."""
    with pytest.raises(InvalidSetting, match=name) as refused:
        read_gateway_settings(read_settings(ServiceName.GATEWAY, {name: text}))
    assert "short" not in str(refused.value)
