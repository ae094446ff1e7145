"""The names of the services and the ports they have unless told otherwise."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class ServiceName(StrEnum):
    """A service of the shop; the value is the word used in URLs, variables and logs."""

    USER = "user"
    ORDER = "order"
    PAYMENT = "payment"
    NOTIFICATION = "notification"
    GATEWAY = "gateway"
    INVENTORY = "inventory"
    ACCOUNTS = "accounts"


CORE: Final = (ServiceName.USER, ServiceName.ORDER, ServiceName.PAYMENT, ServiceName.NOTIFICATION)
"""The services that are enough for one day of a client: what `up` starts and `drive` calls."""

DEFAULT_PORTS: Final = MappingProxyType(
    {
        ServiceName.USER: 8081,
        ServiceName.ORDER: 8082,
        ServiceName.PAYMENT: 8083,
        ServiceName.NOTIFICATION: 8084,
        ServiceName.GATEWAY: 8080,
        ServiceName.INVENTORY: 8085,
        ServiceName.ACCOUNTS: 8086,
    }
)

DEPENDENCIES: Final = MappingProxyType(
    {
        ServiceName.USER: (),
        ServiceName.ORDER: (
            ServiceName.USER,
            ServiceName.PAYMENT,
            ServiceName.NOTIFICATION,
            ServiceName.INVENTORY,
            ServiceName.ACCOUNTS,
        ),
        ServiceName.PAYMENT: (
            ServiceName.ORDER,
            ServiceName.USER,
            ServiceName.NOTIFICATION,
        ),
        ServiceName.NOTIFICATION: (),
        ServiceName.GATEWAY: (*CORE, ServiceName.INVENTORY, ServiceName.ACCOUNTS),
        ServiceName.INVENTORY: (),
        ServiceName.ACCOUNTS: (),
    }
)
"""Whom each service calls over HTTP."""

OUTSIDE: Final = MappingProxyType({ServiceName.PAYMENT: ("STRIPE_",)})
"""How the variables about what a service uses outside the shop begin, beside its own name."""
