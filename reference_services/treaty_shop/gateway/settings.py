"""What only the gateway needs to know, read from its own variables."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from limits import RateLimitItem, parse_many

from treaty_shop.platform.names import DEPENDENCIES, ServiceName
from treaty_shop.platform.settings import InvalidSetting, Settings, Variables, check_base_url

_LEAST_SECRET: Final = 32
"""A key for HS256 has at least as many bytes as its digest (RFC 7518 section 3.2)."""

_RATE: Final = "60/minute;10/second"
_DAY: Final = 86_400


class RateKey(StrEnum):
    """Whose requests are counted together."""

    USER = "user"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """The gateway's own settings.

    `secret` signs tokens; `token_seconds`, `breaker_seconds` and `timeout` are in seconds; `instances` are the base
    URLs of each service behind it, without trailing slashes; `origins` may read replies in a browser, ``*`` is all.
    """

    secret: str = field(repr=False)
    token_seconds: int = _DAY
    rates: tuple[RateLimitItem, ...]
    rate_key: RateKey = RateKey.USER
    breaker_failures: int = 5
    breaker_successes: int = 2
    breaker_seconds: float = 30.0
    timeout: float = 30.0
    origins: frozenset[str] = frozenset({"*"})
    instances: Mapping[ServiceName, tuple[str, ...]]


def read_gateway_settings(settings: Settings) -> GatewaySettings:
    """Read the variables that begin with ``GATEWAY_``; raises `InvalidSetting`."""
    variables = Variables(settings.own)
    return GatewaySettings(
        secret=_secret(variables),
        token_seconds=variables.positive("GATEWAY_TOKEN_SECONDS", default=_DAY),
        rates=_rates(variables.text("GATEWAY_RATE_LIMIT", default=_RATE)),
        rate_key=_rate_key(variables.text("GATEWAY_RATE_KEY", default=RateKey.USER)),
        breaker_failures=variables.positive("GATEWAY_BREAKER_FAILURES", default=5),
        breaker_successes=variables.positive("GATEWAY_BREAKER_SUCCESSES", default=2),
        breaker_seconds=variables.number("GATEWAY_BREAKER_SECONDS", default=30.0, above_zero=True),
        timeout=variables.number("GATEWAY_TIMEOUT", default=30.0, above_zero=True),
        origins=frozenset(_list(variables.text("GATEWAY_ORIGINS", default="*"))),
        instances={
            service: _instances(variables, service, settings.dependencies[service])
            for service in DEPENDENCIES[ServiceName.GATEWAY]
        },
    )


def _secret(variables: Variables) -> str:
    """Return the key of the tokens; without a setting a new one, so tokens end with the process."""
    secret = variables.text("GATEWAY_JWT_SECRET", default=secrets.token_hex(_LEAST_SECRET))
    if len(secret.encode()) < _LEAST_SECRET:
        raise InvalidSetting(f"GATEWAY_JWT_SECRET must have at least {_LEAST_SECRET} bytes")
    return secret


def _rates(text: str) -> tuple[RateLimitItem, ...]:
    try:
        return tuple(parse_many(text))
    except ValueError:
        raise InvalidSetting(f"GATEWAY_RATE_LIMIT must be such as {_RATE}, not {text!r}") from None


def _rate_key(text: str) -> RateKey:
    if text not in set(RateKey):
        raise InvalidSetting(f"GATEWAY_RATE_KEY must be one of {', '.join(RateKey)}, not {text!r}")
    return RateKey(text)


def _instances(variables: Variables, service: ServiceName, only: str) -> tuple[str, ...]:
    name = f"GATEWAY_{service.upper()}_INSTANCES"
    urls = tuple(check_base_url(name, part) for part in _list(variables.text(name, default="")))
    return urls or (only,)


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
