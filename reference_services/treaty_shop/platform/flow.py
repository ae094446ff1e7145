"""How an order goes its way through the services, chosen by one setting."""

from enum import StrEnum


class Flow(StrEnum):
    """`REST` is the plain one; `SAGA` also sets stock aside, and gives it back when the order comes to nothing.

    With `WALLET` an order is paid from its user's wallet instead of by the payment service.
    """

    REST = "rest"
    SAGA = "saga"
    WALLET = "wallet"
