"""Where accounts are kept: the port, and its adapter for every SQL engine."""

from datetime import datetime
from decimal import Decimal
from typing import Protocol

from treaty_shop.accounts.domain import Account, Movement, MovementKind
from treaty_shop.platform.database import Database, Duplicate, Row, Transaction
from treaty_shop.platform.money import LIMIT


class AccountExists(Exception):
    """The user has an account."""


class UnknownAccount(Exception):
    """The user has no account."""


class TooMuch(Exception):
    """The balance would reach what no amount of the shop reaches."""


class TooLittle(Exception):
    """The balance would fall below zero."""


class OrderIsDebited(Exception):
    """The order was debited before; the argument is that movement."""

    def __init__(self, movement: Movement) -> None:
        super().__init__(movement)
        self.movement = movement


class AccountRepository(Protocol):
    """Keeps accounts; a balance is always the sum of its account's movements."""

    def open(self, user_id: int, instant: datetime) -> Account:
        """Keep a new account without money; raises `AccountExists`."""

    def get(self, user_id: int) -> Account | None:
        """Return the account of a user, or None."""

    def top_up(self, user_id: int, amount: Decimal, instant: datetime) -> Movement:
        """Add an amount; raises `UnknownAccount`, `TooMuch`."""

    def debit(self, user_id: int, order_id: int, amount: Decimal, instant: datetime) -> Movement:
        """Take an amount for an order, once; raises `UnknownAccount`, `TooLittle`, `OrderIsDebited`."""

    def movements(self, user_id: int) -> list[Movement]:
        """Return the movements of a user's account, oldest first."""


class SqlAccounts:
    """Accounts in a SQL database.

    Money is taken by an UPDATE that only meets an account with enough of it, so the row's own lock decides between
    two debits; a constraint of the table stands behind that, and a unique key lets an order be debited once.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, user_id: int, instant: datetime) -> Account:
        """Insert an account."""
        balance = Decimal("0.00")
        try:
            with self._database.transaction() as transaction:
                transaction.put(
                    "accounts",
                    {"user_id": user_id, "balance": balance, "created_at": instant, "updated_at": instant},
                )
        except Duplicate:
            raise AccountExists(user_id) from None
        return Account(user_id=user_id, balance=balance, created_at=instant, updated_at=instant)

    def get(self, user_id: int) -> Account | None:
        """Select an account."""
        with self._database.transaction() as transaction:
            row = transaction.row("SELECT * FROM accounts WHERE user_id = :user_id", user_id=user_id)
        return None if row is None else _account(row)

    def top_up(self, user_id: int, amount: Decimal, instant: datetime) -> Movement:
        """Update the balance where there is room, and write the movement down."""
        with self._database.transaction() as transaction:
            met = transaction.execute(
                "UPDATE accounts SET balance = balance + :amount, updated_at = :instant "
                "WHERE user_id = :user_id AND balance < :most",
                user_id=user_id,
                amount=amount,
                instant=instant,
                most=LIMIT - amount,
            )
            account = _known(transaction, user_id)
            if not met:
                raise TooMuch(user_id)
            return _write_down(transaction, account, MovementKind.TOP_UP, amount, instant)

    def debit(self, user_id: int, order_id: int, amount: Decimal, instant: datetime) -> Movement:
        """Update the balance where there is enough, and write the movement down, under the order's key."""
        try:
            with self._database.transaction() as transaction:
                _refuse_second(transaction, order_id)
                met = transaction.execute(
                    "UPDATE accounts SET balance = balance - :amount, updated_at = :instant "
                    "WHERE user_id = :user_id AND balance >= :amount",
                    user_id=user_id,
                    amount=amount,
                    instant=instant,
                )
                account = _known(transaction, user_id)
                if not met:
                    raise TooLittle(user_id)
                return _write_down(transaction, account, MovementKind.DEBIT, amount, instant, order_id)
        except Duplicate:
            # Somebody else was faster, and is done: the key is theirs.
            with self._database.transaction() as transaction:
                _refuse_second(transaction, order_id)
            raise

    def movements(self, user_id: int) -> list[Movement]:
        """Select a user's movements."""
        with self._database.transaction() as transaction:
            rows = transaction.rows("SELECT * FROM movements WHERE user_id = :user_id ORDER BY id", user_id=user_id)
        return [_movement(row) for row in rows]


def _refuse_second(transaction: Transaction, order_id: int) -> None:
    row = transaction.row("SELECT * FROM movements WHERE order_id = :order_id", order_id=order_id)
    if row is not None:
        raise OrderIsDebited(_movement(row))


def _known(transaction: Transaction, user_id: int) -> Account:
    row = transaction.row("SELECT * FROM accounts WHERE user_id = :user_id", user_id=user_id)
    if row is None:
        raise UnknownAccount(user_id)
    return _account(row)


def _write_down(
    transaction: Transaction,
    account: Account,
    kind: MovementKind,
    amount: Decimal,
    instant: datetime,
    order_id: int | None = None,
) -> Movement:
    id_ = transaction.insert(
        "movements",
        {
            "user_id": account.user_id,
            "kind": kind,
            "order_id": order_id,
            "amount": amount,
            "balance": account.balance,
            "created_at": instant,
        },
    )
    return Movement(
        id=id_,
        user_id=account.user_id,
        kind=kind,
        order_id=order_id,
        amount=amount,
        balance=account.balance,
        created_at=instant,
    )


def _account(row: Row) -> Account:
    return Account(
        user_id=row.integer("user_id"),
        balance=row.money("balance"),
        created_at=row.instant("created_at"),
        updated_at=row.instant("updated_at"),
    )


def _movement(row: Row) -> Movement:
    order_id = row.optional_text("order_id")
    return Movement(
        id=row.integer("id"),
        user_id=row.integer("user_id"),
        kind=MovementKind(row.text("kind")),
        order_id=None if order_id is None else int(order_id),
        amount=row.money("amount"),
        balance=row.money("balance"),
        created_at=row.instant("created_at"),
    )
