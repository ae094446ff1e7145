"""Paying an order from its user's wallet."""

from typing import Protocol

from treaty_shop.order.domain import Order
from treaty_shop.platform.calls import Dependency

_PAID = frozenset({200, 201})
_REFUSED = frozenset({404, 409})


class Wallet(Protocol):
    """The wallets of users."""

    def pay(self, order: Order) -> bool:
        """Take what an order costs, once however often it is asked; False when there is not so much, or no wallet.

        Raises `DependencyFailed` or `DependencyTimedOut`.
        """


class HttpWallet:
    """The accounts service over HTTP."""

    def __init__(self, accounts: Dependency) -> None:
        self._accounts = accounts

    def pay(self, order: Order) -> bool:
        """POST a debit."""
        body: dict[str, object] = {"order_id": order.id, "amount": order.total_amount}
        status = self._accounts.post(f"/api/v1/accounts/{order.user_id}/debits", body).status
        if status not in _PAID | _REFUSED:
            raise self._accounts.misunderstood()
        return status in _PAID
