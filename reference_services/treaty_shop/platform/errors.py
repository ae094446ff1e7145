"""What a service answers when it cannot do what it was asked.

ShopError
├── BadRequest            400  malformed, missing or invalid
├── Unauthorised          401  nobody, or somebody else than they say
├── NotFound              404
├── Conflict              409  the state of things forbids it
├── UnknownReference      422  a dependency says that what was named does not exist
├── KeyReused             422  an Idempotency-Key came with another body before
├── TooManyRequests       429  slow down
├── InternalFault         500  only ever raised by a fault that is switched on
├── DependencyFailed      502  a dependency is unreachable or answers nonsense
├── NotAvailable          503  a dependency is known to be out of order, so it was not even asked
└── DependencyTimedOut    504
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class ShopError(Exception):
    """An answer other than success: a stable snake_case code, prose for people, and header fields."""

    status: ClassVar[int] = 500

    def __init__(self, code: str, message: str, headers: Mapping[str, str] = _NONE) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.headers = headers


class BadRequest(ShopError):
    """The request itself is wrong."""

    status = 400


class Unauthorised(ShopError):
    """The caller did not say who they are, or could not prove it."""

    status = 401


class NotFound(ShopError):
    """There is no such thing."""

    status = 404


class Conflict(ShopError):
    """The request is fine, but not in the present state."""

    status = 409


class UnknownReference(ShopError):
    """The request names something that its owner does not know."""

    status = 422


class KeyReused(ShopError):
    """One key for two different requests."""

    status = 422


class TooManyRequests(ShopError):
    """The caller asks too often."""

    status = 429


class InternalFault(ShopError):
    """The service broke (a fault that was switched on)."""

    status = 500


class DependencyFailed(ShopError):
    """Another service could not be reached, failed, or answered what nobody understands."""

    status = 502


class NotAvailable(ShopError):
    """Another service is known to be out of order, so it was not asked."""

    status = 503


class DependencyTimedOut(ShopError):
    """Another service did not answer in time."""

    status = 504
