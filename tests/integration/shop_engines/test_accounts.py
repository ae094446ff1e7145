"""The accounts of the accounts service, on every SQL engine."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from treaty_shop.accounts.domain import Account, MovementKind
from treaty_shop.accounts.schema import SCHEMA
from treaty_shop.accounts.storage import (
    AccountExists,
    OrderIsDebited,
    SqlAccounts,
    TooLittle,
    TooMuch,
    UnknownAccount,
)
from treaty_shop.platform.database_url import open_database

NOW = datetime(2024, 2, 29, 23, 59, 58, 999000, tzinfo=UTC)


@pytest.fixture(name="accounts")
def _accounts(sql_url: str) -> Iterator[SqlAccounts]:
    database = open_database(sql_url, SCHEMA, start_id=500)
    accounts = SqlAccounts(database)
    accounts.open(7, NOW)
    accounts.top_up(7, Decimal("10.00"), NOW)
    yield accounts
    database.close()


def _balance(accounts: SqlAccounts) -> Decimal:
    account = accounts.get(7)
    assert account is not None
    return account.balance


def test_what_is_kept_is_what_is_read(accounts: SqlAccounts) -> None:
    """Amounts and times are exact; movements are in their order, and their ids begin where they are told."""
    assert accounts.get(7) == Account(user_id=7, balance=Decimal("10.00"), created_at=NOW, updated_at=NOW)
    assert accounts.get(8) is None
    with pytest.raises(AccountExists):
        accounts.open(7, NOW)
    debit = accounts.debit(7, 3, Decimal("0.01"), NOW)
    first, second = accounts.movements(7)
    assert (first.id, first.kind, first.order_id) == (500, MovementKind.TOP_UP, None)
    assert second == debit
    assert (debit.balance, debit.created_at) == (Decimal("9.99"), NOW)


def test_what_is_refused_changes_nothing(accounts: SqlAccounts) -> None:
    """Too little, too much, nobody, and an order that was debited before."""
    with pytest.raises(TooLittle):
        accounts.debit(7, 3, Decimal("10.01"), NOW)
    with pytest.raises(TooMuch):
        accounts.top_up(7, Decimal("999999990.00"), NOW)
    with pytest.raises(UnknownAccount):
        accounts.debit(8, 3, Decimal("1.00"), NOW)
    with pytest.raises(UnknownAccount):
        accounts.top_up(8, Decimal("1.00"), NOW)
    assert _balance(accounts) == Decimal("10.00")
    debit = accounts.debit(7, 3, Decimal("1.00"), NOW)
    with pytest.raises(OrderIsDebited) as again:
        accounts.debit(7, 3, Decimal("2.00"), NOW)
    assert again.value.movement == debit
    assert (_balance(accounts), len(accounts.movements(7))) == (Decimal("9.00"), 2)


def test_of_ten_debits_for_half_of_which_there_is_money_half_succeed(accounts: SqlAccounts) -> None:
    """All at once; the balance ends at nothing and never below."""

    def debit(order_id: int) -> bool:
        try:
            accounts.debit(7, order_id, Decimal("2.00"), NOW)
        except TooLittle:
            return False
        return True

    with ThreadPoolExecutor(10) as buyers:
        debited = list(buyers.map(debit, range(1, 11)))
    assert debited.count(True) == 5
    assert _balance(accounts) == Decimal("0.00")
    assert sorted(movement.balance for movement in accounts.movements(7)) == [Decimal(n) for n in (0, 2, 4, 6, 8, 10)]


def test_an_order_that_ten_debit_at_once_is_debited_once(accounts: SqlAccounts) -> None:
    """The others learn of that one debit."""

    def debit(_number: int) -> int:
        try:
            return accounts.debit(7, 3, Decimal("1.00"), NOW).id
        except OrderIsDebited as error:
            return error.movement.id

    with ThreadPoolExecutor(10) as buyers:
        ids = set(buyers.map(debit, range(10)))
    assert len(ids) == 1
    assert _balance(accounts) == Decimal("9.00")
