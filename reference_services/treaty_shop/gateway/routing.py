"""Which service a path belongs to, and who may ask without a token."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from treaty_shop.platform.names import ServiceName

_OWNERS: Final = MappingProxyType(
    {
        ("api", "v1", "users"): (ServiceName.USER, 0),
        ("api", "v1", "orders"): (ServiceName.ORDER, 0),
        ("api", "v1", "payments"): (ServiceName.PAYMENT, 0),
        ("api", "v1", "notifications"): (ServiceName.NOTIFICATION, 0),
        ("api", "v1", "products"): (ServiceName.INVENTORY, 0),
        ("api", "v1", "reservations"): (ServiceName.INVENTORY, 0),
        ("api", "v1", "accounts"): (ServiceName.ACCOUNTS, 0),
        # What older clients ask for.
        ("api", "customer"): (ServiceName.ORDER, 0),
        ("orders",): (ServiceName.ORDER, 0),
        ("payments", "accounts"): (ServiceName.ACCOUNTS, 1),
    }
)
"""The services by the beginnings of paths, and how many segments are dropped on the way."""

LOGIN: Final = "/api/v1/users/login"
"""Where the user service compares passwords: the gateway's own login asks it, and nobody else does."""

_INTERNAL: Final = frozenset({LOGIN})
_OPEN: Final = frozenset({("POST", "/api/v1/users")})
"""Signing up comes before there is anybody to log in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a request goes: to a service, under a path that may be another one than the client asked for."""

    service: ServiceName
    path: str


def route(path: str) -> Route | None:
    """Return where a (decoded) path leads, or None when no service serves it.

    A path that is for the gateway alone is nobody's; so is one with empty, ``.`` or ``..`` segments, which would become
    another one on its way.
    """
    segments = tuple(path.removeprefix("/").split("/"))
    if path in _INTERNAL or any(segment in {"", ".", ".."} for segment in segments):
        return None
    for prefix, (service, dropped) in _OWNERS.items():
        if segments[: len(prefix)] == prefix:
            return Route(service=service, path="/" + "/".join(segments[dropped:]))
    return None


def is_open(method: str, path: str) -> bool:
    """Whether a request needs no token."""
    return (method, path) in _OPEN
