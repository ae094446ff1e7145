"""The use cases of the accounts service, on its real storage."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.unit.reference_services.doubles import START, ticking_clock
from treaty_shop.accounts.domain import Account, MovementKind
from treaty_shop.accounts.schema import SCHEMA
from treaty_shop.accounts.service import AccountsService
from treaty_shop.accounts.storage import SqlAccounts
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.errors import Conflict, NotFound


@pytest.fixture(name="service")
def _service() -> Iterator[AccountsService]:
    database = open_database("sqlite://", SCHEMA)
    yield AccountsService(accounts=SqlAccounts(database), clock=ticking_clock())
    database.close()


def _conflict(error: pytest.ExceptionInfo[Conflict]) -> str:
    return error.value.code


def test_an_account_begins_empty_and_there_is_one_for_each_user(service: AccountsService) -> None:
    """A second one is a conflict."""
    assert service.open(7) == Account(user_id=7, balance=Decimal("0.00"), created_at=START, updated_at=START)
    with pytest.raises(Conflict) as second:
        service.open(7)
    assert _conflict(second) == "account_exists"


def test_every_movement_is_written_down(service: AccountsService) -> None:
    """With the balance after it."""
    service.open(7)
    assert service.top_up(7, Decimal("10.00")).balance == Decimal("10.00")
    movement, new = service.debit(7, 3, Decimal("2.50"))
    assert (movement.balance, new) == (Decimal("7.50"), True)
    assert service.read(7).balance == Decimal("7.50")
    assert [(one.kind, one.order_id, one.amount, one.balance) for one in service.movements(7)] == [
        (MovementKind.TOP_UP, None, Decimal("10.00"), Decimal("10.00")),
        (MovementKind.DEBIT, 3, Decimal("2.50"), Decimal("7.50")),
    ]


def test_nobody_spends_what_they_do_not_have(service: AccountsService) -> None:
    """The last cent can be spent, and a refused debit leaves the order free to be debited."""
    service.open(7)
    service.top_up(7, Decimal("10.00"))
    with pytest.raises(Conflict) as refused:
        service.debit(7, 3, Decimal("10.01"))
    assert _conflict(refused) == "insufficient_funds"
    service.debit(7, 3, Decimal("10.00"))
    assert service.read(7).balance == Decimal("0.00")


def test_an_order_is_debited_once(service: AccountsService) -> None:
    """Asked the same again the answer is the same; asked otherwise it is a conflict."""
    for user in (7, 8):
        service.open(user)
        service.top_up(user, Decimal("10.00"))
    first, _ = service.debit(7, 3, Decimal("6.00"))
    assert service.debit(7, 3, Decimal("6.00")) == (first, False)
    for user, amount in ((7, Decimal("5.00")), (8, Decimal("6.00"))):
        with pytest.raises(Conflict) as other:
            service.debit(user, 3, amount)
        assert _conflict(other) == "order_already_debited"
    assert [service.read(user).balance for user in (7, 8)] == [Decimal("4.00"), Decimal("10.00")]


def test_an_account_holds_less_than_a_thousand_million(service: AccountsService) -> None:
    """What would not fit is refused."""
    service.open(7)
    service.top_up(7, Decimal("999999999.99"))
    with pytest.raises(Conflict) as full:
        service.top_up(7, Decimal("0.01"))
    assert _conflict(full) == "balance_too_high"


def test_who_has_no_account_is_not_found(service: AccountsService) -> None:
    """Whatever is asked."""
    for ask in (
        lambda: service.read(9),
        lambda: service.top_up(9, Decimal("1.00")),
        lambda: service.debit(9, 1, Decimal("1.00")),
        lambda: service.movements(9),
    ):
        with pytest.raises(NotFound):
            ask()
