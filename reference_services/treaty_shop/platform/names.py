"""The names of the four services and the ports they have unless told otherwise."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class ServiceName(StrEnum):
    """A service of the shop; the value is the word used in URLs, variables and logs."""

    USER = "user"
    ORDER = "order"
    PAYMENT = "payment"
    NOTIFICATION = "notification"


DEFAULT_PORTS: Final = MappingProxyType(
    {
        ServiceName.USER: 8081,
        ServiceName.ORDER: 8082,
        ServiceName.PAYMENT: 8083,
        ServiceName.NOTIFICATION: 8084,
    }
)

DEPENDENCIES: Final = MappingProxyType(
    {
        ServiceName.USER: (),
        ServiceName.ORDER: (
            ServiceName.USER,
            ServiceName.PAYMENT,
            ServiceName.NOTIFICATION,
        ),
        ServiceName.PAYMENT: (
            ServiceName.ORDER,
            ServiceName.USER,
            ServiceName.NOTIFICATION,
        ),
        ServiceName.NOTIFICATION: (),
    }
)
"""Whom each service calls over HTTP."""
