"""What can be done with accounts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from treaty_shop.accounts.domain import Account, Movement
from treaty_shop.accounts.storage import (
    AccountExists,
    AccountRepository,
    OrderIsDebited,
    TooLittle,
    TooMuch,
    UnknownAccount,
)
from treaty_shop.platform.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsService:
    """The use cases of the accounts service."""

    accounts: AccountRepository
    clock: Callable[[], datetime]

    def open(self, user_id: int) -> Account:
        """Open an account without money; raises `Conflict`."""
        try:
            return self.accounts.open(user_id, self.clock())
        except AccountExists:
            raise Conflict("account_exists", "the user has an account") from None

    def read(self, user_id: int) -> Account:
        """Return the account of a user; raises `NotFound`."""
        account = self.accounts.get(user_id)
        if account is None:
            raise _not_found()
        return account

    def top_up(self, user_id: int, amount: Decimal) -> Account:
        """Put money in and return the account; raises `NotFound`, `Conflict`."""
        try:
            self.accounts.top_up(user_id, amount, self.clock())
        except UnknownAccount:
            raise _not_found() from None
        except TooMuch:
            raise Conflict("balance_too_high", "the account holds no more") from None
        return self.read(user_id)

    def debit(self, user_id: int, order_id: int, amount: Decimal) -> tuple[Movement, bool]:
        """Take money for an order: the movement, and whether it is new.

        Asked the same again, the movement of before is the answer. Raises `NotFound`, `Conflict`.
        """
        try:
            return self.accounts.debit(user_id, order_id, amount, self.clock()), True
        except UnknownAccount:
            raise _not_found() from None
        except TooLittle:
            raise Conflict("insufficient_funds", "the account holds less than that") from None
        except OrderIsDebited as error:
            before = error.movement
            if (before.user_id, before.amount) != (user_id, amount):
                raise Conflict("order_already_debited", "the order was debited otherwise") from None
            return before, False

    def movements(self, user_id: int) -> list[Movement]:
        """Return the movements of an account, oldest first; raises `NotFound`."""
        self.read(user_id)
        return self.accounts.movements(user_id)


def _not_found() -> NotFound:
    return NotFound("account_not_found", "account not found")
