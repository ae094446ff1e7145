"""The use cases of the payment service, on its real storage."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.unit.reference_services.doubles import (
    PaymentCallsDouble,
    advance,
    quiet_log,
    ticking_clock,
)
from treaty_shop.payment.domain import Payment, PaymentDraft, PaymentStatus, PaymentType
from treaty_shop.payment.schema import SCHEMA
from treaty_shop.payment.service import PaymentService
from treaty_shop.payment.storage import SqlPayments
from treaty_shop.platform.background import BackgroundWork
from treaty_shop.platform.database import Database
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.errors import Conflict, DependencyFailed, KeyReused, NotFound, UnknownReference
from treaty_shop.platform.faults import Faults
from treaty_shop.platform.idempotency import RequestKey


def _draft(order_id: int = 1) -> PaymentDraft:
    return PaymentDraft(order_id=order_id, user_id=1, amount=Decimal("12.50"), payment_type=PaymentType.ALIPAY)


@pytest.fixture(name="database")
def _database() -> Iterator[Database]:
    database = open_database("sqlite://", SCHEMA)
    yield database
    database.close()


def _service(database: Database, work: BackgroundWork, calls: PaymentCallsDouble, *faults: str) -> PaymentService:
    return PaymentService(
        payments=SqlPayments(database),
        calls=calls,
        work=work,
        log=quiet_log(),
        faults=Faults(faults),
        clock=ticking_clock(),
    )


@pytest.fixture(name="calls")
def _calls() -> PaymentCallsDouble:
    return PaymentCallsDouble()


@pytest.fixture(name="service")
def _plain_service(database: Database, work: BackgroundWork, calls: PaymentCallsDouble) -> PaymentService:
    return _service(database, work, calls)


def _pay(service: PaymentService, work: BackgroundWork, order_id: int = 1) -> int:
    payment = service.start(_draft(order_id))
    for step in ("payment.process", "payment.complete", "payment.receipt"):
        assert advance(work) == step
    return payment.id


def test_a_payment_goes_its_way_step_by_step(
    service: PaymentService, work: BackgroundWork, calls: PaymentCallsDouble
) -> None:
    """The order is told twice, then the payment succeeds, then the user is told."""
    payment = service.start(_draft())
    assert (payment.status, payment.paid_at, payment.trade_no) == (PaymentStatus.PENDING, None, None)
    advance(work)
    assert calls.told == [(1, "processing")]
    assert service.read(payment.id) == payment
    advance(work)
    assert calls.told == [(1, "processing"), (1, "completed")]
    paid = service.read(payment.id)
    assert paid.status is PaymentStatus.SUCCESS
    assert paid.paid_at is not None
    assert paid.trade_no == f"T1{int(paid.paid_at.timestamp())}"
    assert calls.notifications == []
    advance(work)
    assert calls.notifications == [(1, "ada@example.com")]


def test_an_order_can_be_paid_only_once(service: PaymentService, work: BackgroundWork) -> None:
    """Neither while the payment is pending nor afterwards."""
    service.start(_draft())
    with pytest.raises(Conflict) as pending:
        service.start(_draft())
    for _ in range(3):
        advance(work)
    with pytest.raises(Conflict) as paid:
        service.start(_draft())
    assert pending.value.code == paid.value.code == "order_already_paid"


@pytest.mark.parametrize("status", ["cancelled", "processing", "failed"])
def test_only_a_pending_order_can_be_paid(service: PaymentService, calls: PaymentCallsDouble, status: str) -> None:
    """A cancelled one cannot."""
    calls.orders[1] = status
    with pytest.raises(Conflict) as caught:
        service.start(_draft())
    assert caught.value.code == "order_not_payable"


def test_an_unknown_order_cannot_be_paid(service: PaymentService) -> None:
    """The order service does not know it."""
    with pytest.raises(UnknownReference) as caught:
        service.start(_draft(9))
    assert caught.value.code == "invalid_order"


@pytest.mark.parametrize("step", [0, 1])
def test_a_payment_fails_when_the_order_refuses(
    service: PaymentService, work: BackgroundWork, calls: PaymentCallsDouble, step: int
) -> None:
    """At either step; then nothing else follows and the order may be paid again."""
    payment = service.start(_draft())
    for _ in range(step):
        advance(work)
    calls.answer = 409
    advance(work)
    assert service.read(payment.id).status is PaymentStatus.FAILED
    assert work.state().held == ()
    calls.orders[1] = "pending"
    assert service.start(_draft()).id == payment.id + 1


def test_a_payment_fails_when_the_order_service_cannot_be_reached(
    service: PaymentService, work: BackgroundWork, calls: PaymentCallsDouble
) -> None:
    """Nobody would know that it was paid."""
    payment = service.start(_draft())
    calls.error = DependencyFailed("order_unavailable", "the order service cannot be reached")
    advance(work)
    assert service.read(payment.id).status is PaymentStatus.FAILED


def test_a_refund_is_told_to_the_order(
    service: PaymentService, work: BackgroundWork, calls: PaymentCallsDouble
) -> None:
    """Afterwards, in the background."""
    id_ = _pay(service, work)
    service.refund(id_)
    assert service.read(id_).status is PaymentStatus.REFUNDED
    assert calls.told[-1] == (1, "completed")
    assert advance(work) == "payment.refund"
    assert calls.told[-1] == (1, "refunded")


def test_only_successful_payments_can_be_refunded(service: PaymentService, work: BackgroundWork) -> None:
    """Not pending ones, and not twice."""
    pending = service.start(_draft(2))
    with pytest.raises(Conflict):
        service.refund(pending.id)
    for _ in range(3):
        advance(work)
    service.refund(pending.id)
    with pytest.raises(Conflict) as caught:
        service.refund(pending.id)
    assert caught.value.code == "payment_not_refundable"


def test_payments_are_found_by_order_and_user(
    service: PaymentService, work: BackgroundWork, calls: PaymentCallsDouble
) -> None:
    """Of several payments of an order the latest is shown."""
    calls.answer = 409
    failed = service.start(_draft())
    advance(work)
    second = service.start(_draft())
    assert service.read_of_order(1) == second
    assert [payment.id for payment in service.list_of_user(1)] == [failed.id, second.id]
    assert service.list_of_user(7) == []
    for attempt in (lambda: service.read(9), lambda: service.read_of_order(9), lambda: service.refund(9)):
        with pytest.raises(NotFound):
            attempt()


@pytest.mark.parametrize(("faults", "expected"), [((), []), (("S0-3",), [(1, "")])])
def test_a_deleted_user_is_told_nothing_but_under_a_fault(
    database: Database,
    work: BackgroundWork,
    calls: PaymentCallsDouble,
    faults: tuple[str, ...],
    expected: list[tuple[int, str]],
) -> None:
    """The fault sends to an empty address."""
    calls.emails.clear()
    _pay(_service(database, work, calls, *faults), work)
    assert calls.notifications == expected


def test_a_fault_lets_an_order_be_paid_twice(
    database: Database, work: BackgroundWork, calls: PaymentCallsDouble
) -> None:
    """Both payments are kept."""
    service = _service(database, work, calls, "S0-7")
    assert service.start(_draft()).id != service.start(_draft()).id


_KEY = RequestKey(text="k", fingerprint="f")


def test_a_key_starts_one_payment(database: Database, work: BackgroundWork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked again, also at the same time, the answer is that payment as it was started."""
    calls = PaymentCallsDouble()
    service = _service(database, work, calls)
    faster: list[Payment] = []

    def order_status(_order_id: int) -> str:
        monkeypatch.undo()
        faster.append(service.start(_draft(), _KEY))
        return "pending"

    monkeypatch.setattr(calls, "order_status", order_status)
    assert [service.start(_draft(), _KEY)] == faster
    advance(work)
    advance(work)
    assert service.read(1).status is PaymentStatus.SUCCESS
    assert service.start(_draft(), _KEY) == faster[0]
    assert len(service.list_of_user(1)) == 1
    with pytest.raises(KeyReused):
        service.start(_draft(2), RequestKey(text="k", fingerprint="g"))
