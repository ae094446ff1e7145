"""Who moves the money: the port, and the provider that is built in and moves none."""

from typing import Protocol

from treaty_shop.payment.domain import Payment
from treaty_shop.platform.errors import ShopError


class Declined(ShopError):
    """The provider will not take the money, however often it is asked."""

    status = 402


class PaymentProvider(Protocol):
    """Takes money and gives it back; every call may be made again and happens once.

    Each raises `DependencyFailed` or `DependencyTimedOut` when nobody can say what has happened.
    """

    def open(self, payment: Payment) -> bool:
        """Begin: whether the customer has to pay somewhere first, whereupon the payment waits to be told so."""

    def collect(self, payment: Payment) -> None:
        """Take the money, unless the customer has paid already; raises `Declined`."""

    def give_back(self, payment: Payment) -> None:
        """Give back what was taken, which may be nothing."""


class EmbeddedProvider:
    """Believes every payment."""

    def open(self, payment: Payment) -> bool:  # noqa: ARG002 (there is nothing to open)
        """No customer has to go anywhere."""
        return False

    def collect(self, payment: Payment) -> None:
        """Take nothing."""

    def give_back(self, payment: Payment) -> None:
        """Give nothing back."""
