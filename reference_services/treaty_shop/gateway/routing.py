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
_OPEN: Final = frozenset({("POST", "/api/v1/users")})
"""Signing up comes before there is anybody to log in."""


def owner_of(path: str) -> ServiceName | None:
    """Return the service that serves a (decoded) path, or None when no service does.

    A path with empty, ``.`` or ``..`` segments is nobody's: on its way it would become another one.
    """
    if not path.startswith(_PREFIX):
        return None
    segments = path.removeprefix("/").split("/")
    if any(segment in {"", ".", ".."} for segment in segments):
        return None
    return _OWNERS.get(segments[2])


def is_open(method: str, path: str) -> bool:
    """Whether a request needs no token."""
    return (method, path) in _OPEN
