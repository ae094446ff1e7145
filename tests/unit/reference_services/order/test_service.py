"""The use cases of the order service, on its real storage."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.unit.reference_services.doubles import START, OrderCallsDouble, quiet_log, settle, ticking_clock
from treaty_shop.order.domain import ItemDraft, Order, OrderDraft, OrderStatus, PaymentType
from treaty_shop.order.schema import SCHEMA
from treaty_shop.order.service import OrderService
from treaty_shop.order.storage import SqlOrders
from treaty_shop.platform.background import BackgroundWork
from treaty_shop.platform.database import Database
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.errors import (
    Conflict,
    DependencyTimedOut,
    InternalFault,
    KeyReused,
    NotFound,
    ShopError,
    UnknownReference,
)
from treaty_shop.platform.faults import Faults
from treaty_shop.platform.idempotency import RequestKey

_PEN = ItemDraft(name="pen", price=Decimal("19.99"), quantity=2)
_DRAFT = OrderDraft(user_id=1, items=(_PEN,))
_UNPAID = OrderDraft(user_id=1, items=(_PEN,), pay=False)


@pytest.fixture(name="database")
def _database() -> Iterator[Database]:
    database = open_database("sqlite://", SCHEMA)
    yield database
    database.close()


def _service(database: Database, work: BackgroundWork, calls: OrderCallsDouble, *faults: str) -> OrderService:
    return OrderService(
        orders=SqlOrders(database),
        calls=calls,
        work=work,
        log=quiet_log(),
        faults=Faults(faults),
        clock=ticking_clock(),
    )


@pytest.fixture(name="calls")
def _calls() -> OrderCallsDouble:
    return OrderCallsDouble()


@pytest.fixture(name="service")
def _plain_service(database: Database, work: BackgroundWork, calls: OrderCallsDouble) -> OrderService:
    return _service(database, work, calls)


def test_a_placed_order_is_pending_and_gets_paid(
    service: OrderService, work: BackgroundWork, calls: OrderCallsDouble
) -> None:
    """With the way of payment that was asked for, or the usual one."""
    order = service.place(_DRAFT)
    service.place(OrderDraft(user_id=1, items=(_PEN,), payment_type=PaymentType.ALIPAY))
    settle(work)
    assert (order.status, order.total_amount) == (OrderStatus.PENDING, Decimal("39.98"))
    assert order.created_at == order.updated_at == START
    assert [item.order_id for item in order.items] == [order.id]
    assert calls.payments == [(1, "wechat"), (2, "alipay")]
    assert calls.notifications == []
    assert service.read(order.id) == order


def test_an_order_can_be_left_unpaid(service: OrderService, work: BackgroundWork, calls: OrderCallsDouble) -> None:
    """The client pays it itself."""
    service.place(_UNPAID)
    settle(work)
    assert calls.payments == []


def test_an_order_of_nobody_is_refused(service: OrderService) -> None:
    """And nothing is kept."""
    with pytest.raises(UnknownReference) as caught:
        service.place(OrderDraft(user_id=2, items=(_PEN,)))
    assert caught.value.code == "invalid_user"
    assert service.list_of_user(2) == []


def test_without_the_user_service_no_order_is_placed(service: OrderService, calls: OrderCallsDouble) -> None:
    """The error of the call reaches the client."""
    calls.error = DependencyTimedOut("user_timeout", "the user service did not answer")
    with pytest.raises(DependencyTimedOut):
        service.place(_DRAFT)
    assert service.list_of_user(1) == []


def test_an_order_stays_although_payment_cannot_be_reached(
    service: OrderService, work: BackgroundWork, calls: OrderCallsDouble
) -> None:
    """The payment was asked for in the background."""
    with work.until_reply() as batch:
        order = service.place(_DRAFT)
    calls.error = DependencyTimedOut("payment_timeout", "the payment service did not answer")
    batch.start()
    settle(work)
    assert service.read(order.id).status is OrderStatus.PENDING
    assert calls.payments == []


def test_each_change_of_status_is_told_to_the_user(
    service: OrderService, work: BackgroundWork, calls: OrderCallsDouble
) -> None:
    """In order, with the email, and the time of change moves on."""
    order = service.place(_UNPAID)
    for status in (OrderStatus.PROCESSING, OrderStatus.COMPLETED, OrderStatus.REFUNDED):
        service.change_status(order.id, status)
    settle(work)
    assert calls.notifications == [(1, status, "ada@example.com") for status in ("processing", "completed", "refunded")]
    assert service.read(order.id).updated_at > order.updated_at


def test_nobody_is_told_when_the_user_is_gone(
    service: OrderService, work: BackgroundWork, calls: OrderCallsDouble
) -> None:
    """There is no address to send to."""
    order = service.place(_UNPAID)
    calls.emails.clear()
    service.cancel(order.id)
    settle(work)
    assert calls.notifications == []
    assert service.read(order.id).status is OrderStatus.CANCELLED


def test_an_illegal_step_is_a_conflict(service: OrderService) -> None:
    """And changes nothing."""
    order = service.place(_UNPAID)
    with pytest.raises(Conflict) as caught:
        service.change_status(order.id, OrderStatus.COMPLETED)
    assert caught.value.code == "illegal_transition"
    assert service.read(order.id) == order


def test_only_pending_orders_can_be_cancelled(service: OrderService) -> None:
    """Also not twice."""
    order = service.place(_UNPAID)
    service.cancel(order.id)
    with pytest.raises(Conflict) as caught:
        service.cancel(order.id)
    assert caught.value.code == "order_not_pending"


def test_an_unknown_order_is_not_found(service: OrderService) -> None:
    """By any use case."""
    for attempt in (
        lambda: service.read(9),
        lambda: service.cancel(9),
        lambda: service.change_status(9, OrderStatus.PROCESSING),
        lambda: service.read_of_user(1, 9),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_orders_are_listed_oldest_first_and_only_to_their_user(service: OrderService) -> None:
    """Another user's order does not exist for this one."""
    first, second = service.place(_UNPAID), service.place(_UNPAID)
    assert service.list_of_user(1) == [first, second]
    assert service.read_of_user(1, first.id) == first
    with pytest.raises(NotFound):
        service.read_of_user(2, first.id)


def test_a_change_is_refused_when_the_order_has_moved_on(database: Database) -> None:
    """Compare and set: of two who saw the same state one wins."""
    orders = SqlOrders(database)
    order = orders.add(_UNPAID, Decimal("1.00"), START)
    assert orders.move(order.id, OrderStatus.PENDING, OrderStatus.CANCELLED, START)
    assert not orders.move(order.id, OrderStatus.PENDING, OrderStatus.PROCESSING, START)


def test_faults_of_the_use_cases(database: Database, work: BackgroundWork, calls: OrderCallsDouble) -> None:
    """A cent is lost, the recipient is forgotten, foreign orders are shown, a refund breaks."""
    service = _service(database, work, calls, "S0-1", "S0-2", "S2-8", "S3-15")
    order = service.place(_UNPAID)
    assert order.total_amount == Decimal("39.96")
    assert service.read_of_user(2, order.id) == order
    service.change_status(order.id, OrderStatus.PROCESSING)
    service.change_status(order.id, OrderStatus.COMPLETED)
    settle(work)
    assert calls.notifications == [(1, "processing", None), (1, "completed", None)]
    with pytest.raises(InternalFault):
        service.change_status(order.id, OrderStatus.REFUNDED)


_KEY = RequestKey(text="k", fingerprint="f")


def test_a_key_places_one_order(service: OrderService, work: BackgroundWork, calls: OrderCallsDouble) -> None:
    """Asked again, the order is as it was placed; another body is refused, other keys are other orders."""
    placed = service.place(_UNPAID, _KEY)
    service.change_status(placed.id, OrderStatus.PROCESSING)
    assert service.place(_UNPAID, _KEY) == placed
    with pytest.raises(KeyReused):
        service.place(_DRAFT, RequestKey(text="k", fingerprint="g"))
    assert service.place(_UNPAID, RequestKey(text="l", fingerprint="f")).id != placed.id
    settle(work)
    assert (len(service.list_of_user(1)), calls.payments) == (2, [])


def test_of_two_requests_with_a_key_at_once_one_places_the_order(
    service: OrderService, work: BackgroundWork, calls: OrderCallsDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are answered with it, and it is paid once."""
    faster: list[Order] = []

    def email_of(_user_id: int) -> str:
        if not faster:
            monkeypatch.undo()
            faster.append(service.place(_DRAFT, _KEY))
        return "ada@example.com"

    monkeypatch.setattr(calls, "email_of", email_of)
    assert [service.place(_DRAFT, _KEY)] == faster
    settle(work)
    assert len(service.list_of_user(1)) == len(calls.payments) == 1


class _StockDouble:
    def __init__(self) -> None:
        self.error: ShopError | None = None
        self.reserved: list[int] = []
        self.followed: list[tuple[int, str]] = []

    def reserve(self, order: Order) -> None:
        if self.error is not None:
            raise self.error
        self.reserved.append(order.id)

    def follow(self, order: Order) -> str | None:
        self.followed.append((order.id, order.status))
        if self.error is not None:
            raise self.error
        return "released"


def test_an_order_that_takes_stock_has_it_before_it_is_paid(
    service: OrderService, work: BackgroundWork, calls: OrderCallsDouble
) -> None:
    """And the inventory learns what became of it, also when it does not answer as it should."""
    stock = _StockDouble()
    service = replace(service, stock=stock)
    first, second = service.place(_DRAFT), service.place(_UNPAID)
    assert stock.reserved == [first.id, second.id]
    service.cancel(first.id)
    settle(work)
    stock.error = DependencyTimedOut("inventory_timeout", "no answer")
    service.change_status(second.id, OrderStatus.PROCESSING)
    settle(work)
    assert stock.followed == [(first.id, "cancelled"), (second.id, "processing")]
    assert [id_ for id_, _, _ in calls.notifications] == [first.id, second.id]


def test_an_order_without_stock_is_cancelled_and_nothing_follows(
    service: OrderService, work: BackgroundWork, calls: OrderCallsDouble
) -> None:
    """Neither payment nor mail; its key may be used again."""
    stock = _StockDouble()
    stock.error = Conflict("not_enough_stock", "none left")
    service = replace(service, stock=stock)
    with pytest.raises(Conflict):
        service.place(_DRAFT, _KEY)
    settle(work)
    assert service.read(1).status is OrderStatus.CANCELLED
    assert (calls.payments, calls.notifications, stock.followed) == ([], [], [])
    stock.error = None
    assert service.place(_DRAFT, _KEY).id == 2


class _WalletDouble:
    def __init__(self, *, pays: bool = True) -> None:
        self.pays = pays
        self.error: ShopError | None = None
        self.asked: list[int] = []

    def pay(self, order: Order) -> bool:
        self.asked.append(order.id)
        if self.error is not None:
            raise self.error
        return self.pays


@pytest.mark.parametrize(("pays", "status"), [(True, "completed"), (False, "failed")])
def test_an_order_is_paid_from_a_wallet(
    service: OrderService, work: BackgroundWork, calls: OrderCallsDouble, *, pays: bool, status: str
) -> None:
    """Or fails when there is not enough; its user learns of each step, and the payment service of none."""
    wallet = _WalletDouble(pays=pays)
    service = replace(service, wallet=wallet)
    order = service.place(_DRAFT)
    service.place(_UNPAID)
    settle(work)
    assert (service.read(order.id).status, wallet.asked, calls.payments) == (status, [order.id], [])
    assert [said for _, said, _ in calls.notifications] == ["processing", status]


def test_what_a_wallet_did_not_answer_stays_under_way(service: OrderService, work: BackgroundWork) -> None:
    """Nobody knows whether it was paid; an order that was cancelled before is not even asked for."""
    wallet = _WalletDouble()
    wallet.error = DependencyTimedOut("accounts_timeout", "no answer")
    service = replace(service, wallet=wallet)
    order = service.place(_DRAFT)
    settle(work)
    assert service.read(order.id).status is OrderStatus.PROCESSING
    with work.until_reply() as batch:
        cancelled = service.place(_DRAFT)
        service.cancel(cancelled.id)
    batch.start()
    settle(work)
    assert (service.read(cancelled.id).status, wallet.asked) == (OrderStatus.CANCELLED, [order.id])
