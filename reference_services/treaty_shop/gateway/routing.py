"""Which service a path belongs to, and who may ask without a token."""

from types import MappingProxyType
from typing import Final

from treaty_shop.platform.names import ServiceName

_PREFIX: Final = "/api/v1/"
_OWNERS: Final = MappingProxyType(
    {
        "users": ServiceName.USER,
        "orders": ServiceName.ORDER,
        "payments": ServiceName.PAYMENT,
        "notifications": ServiceName.NOTIFICATION,
        "products": ServiceName.INVENTORY,
        "reservations": ServiceName.INVENTORY,
        "accounts": ServiceName.ACCOUNTS,
    }
)
LOGIN: Final = "/api/v1/users/login"
"""Where the user service compares passwords: the gateway's own login asks it, and nobody else does."""

_INTERNAL: Final = frozenset({LOGIN})
_OPEN: Final = frozenset({("POST", "/api/v1/users")})
"""Signing up comes before there is anybody to log in."""


def owner_of(path: str) -> ServiceName | None:
    """Return the service that serves a (decoded) path, or None when no service does.

    A path that is for the gateway alone is nobody's; so is one with empty, ``.`` or ``..`` segments, which would become
    another one on its way.
    """
    if not path.startswith(_PREFIX):
        return None
    segments = path.removeprefix("/").split("/")
    if path in _INTERNAL or any(segment in {"", ".", ".."} for segment in segments):
        return None
    return _OWNERS.get(segments[2])


def is_open(method: str, path: str) -> bool:
    """Whether a request needs no token."""
    return (method, path) in _OPEN
