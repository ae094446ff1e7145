"""What a service answers when it cannot do what it was asked.

ShopError
├── BadRequest            400  malformed, missing or invalid
├── NotFound              404
├── Conflict              409  the state of things forbids it
├── UnknownReference      422  a dependency says that what was named does not exist
├── InternalFault         500  only ever raised by a fault that is switched on
├── DependencyFailed      502  a dependency is unreachable or answers nonsense
└── DependencyTimedOut    504
"""

from typing import ClassVar


class ShopError(Exception):
    """An answer other than success: a stable snake_case code and prose for people."""

    status: ClassVar[int] = 500

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


class BadRequest(ShopError):
    """The request itself is wrong."""

    status = 400


class NotFound(ShopError):
    """There is no such thing."""

    status = 404


class Conflict(ShopError):
    """The request is fine, but not in the present state."""

    status = 409


class UnknownReference(ShopError):
    """The request names something that its owner does not know."""

    status = 422


class InternalFault(ShopError):
    """The service broke (a fault that was switched on)."""

    status = 500


class DependencyFailed(ShopError):
    """Another service could not be reached, failed, or answered what nobody understands."""

    status = 502


class DependencyTimedOut(ShopError):
    """Another service did not answer in time."""

    status = 504
