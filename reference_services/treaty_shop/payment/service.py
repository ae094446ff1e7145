"""What can be done with payments, and how one goes its way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from treaty_shop.payment.clients import PaymentCalls
from treaty_shop.payment.domain import Payment, PaymentDraft, PaymentStatus, as_started, may_become
from treaty_shop.payment.storage import OrderHasPayment, PaymentRepository
from treaty_shop.platform.background import BackgroundWork
from treaty_shop.platform.errors import Conflict, NotFound, ShopError, UnknownReference
from treaty_shop.platform.faults import Faults
from treaty_shop.platform.idempotency import RequestKey, made_with
from treaty_shop.platform.structured_log import StructuredLog

PROCESS_SECONDS: Final = 2.0
COMPLETE_SECONDS: Final = 2.0
REFUND_SECONDS: Final = 2.0
"""The delays before scaling."""

_OK = 200
_PAYABLE: Final = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentService:
    """The use cases of the payment service."""

    payments: PaymentRepository
    calls: PaymentCalls
    work: BackgroundWork
    log: StructuredLog
    faults: Faults
    clock: Callable[[], datetime]

    def start(self, draft: PaymentDraft, key: RequestKey | None = None) -> Payment:
        """Keep a new payment of a pending order and process it in the background.

        With a key that has started a payment before, return that one as it was started, and start nothing. Raises
        `UnknownReference`, `Conflict`, `KeyReused`, `DependencyFailed`, `DependencyTimedOut`.
        """
        started = self._started_with(key)
        if started is not None:
            return started
        try:
            return self._start(draft, key)
        except Conflict:
            # The same request may have been faster by a little.
            started = self._started_with(key)
            if started is not None:
                return started
            raise

    def _started_with(self, key: RequestKey | None) -> Payment | None:
        id_ = None if key is None else made_with(key, self.payments.of_key(key))
        return None if id_ is None else as_started(self.read(id_))

    def _start(self, draft: PaymentDraft, key: RequestKey | None) -> Payment:
        status = self.calls.order_status(draft.order_id)
        if status is None:
            raise UnknownReference("invalid_order", "the order does not exist")
        allow_second = "S0-7" in self.faults
        if self._has_payment(draft.order_id) and not allow_second:
            raise _has_payment()
        if status != _PAYABLE and not allow_second:
            raise Conflict("order_not_payable", f"a {status} order cannot be paid")
        try:
            payment = self.payments.add(draft, self.clock(), allow_second=allow_second, key=key)
        except OrderHasPayment:
            raise _has_payment() from None
        self._later("payment.process", PROCESS_SECONDS, self._process, payment)
        return payment

    def read(self, id_: int) -> Payment:
        """Return a payment; raises `NotFound`."""
        return _known(self.payments.get(id_))

    def read_of_order(self, order_id: int) -> Payment:
        """Return the latest payment of an order; raises `NotFound`."""
        return _known(self.payments.of_order(order_id))

    def list_of_user(self, user_id: int) -> list[Payment]:
        """Return the payments of a user, oldest first; an unknown user has none."""
        return self.payments.of_user(user_id)

    def refund(self, id_: int) -> None:
        """Pay back a successful payment; the order follows in the background.

        Blocks for its delay. Raises `NotFound`, `Conflict`.
        """
        payment = self.read(id_)
        if not may_become(payment.status, PaymentStatus.REFUNDED):
            raise _not_refundable()
        self.work.pause(REFUND_SECONDS)
        # Somebody else may have been faster meanwhile.
        if not self._move(payment, PaymentStatus.REFUNDED):
            raise _not_refundable()
        self._later("payment.refund", 0.0, self._tell_refund, payment)

    def _has_payment(self, order_id: int) -> bool:
        payment = self.payments.of_order(order_id)
        return payment is not None and payment.status is not PaymentStatus.FAILED

    def _move(self, payment: Payment, wanted: PaymentStatus) -> bool:
        return may_become(payment.status, wanted) and self.payments.move(
            payment.id, payment.status, wanted, self.clock()
        )

    def _later(self, name: str, delay: float, step: Callable[[Payment], None], payment: Payment) -> None:
        self.work.submit(name, lambda: step(payment), delay=delay)

    def _process(self, payment: Payment) -> None:
        if self._tell_order(payment, "processing"):
            self._later("payment.complete", COMPLETE_SECONDS, self._complete, payment)
        else:
            self._move(payment, PaymentStatus.FAILED)

    def _complete(self, payment: Payment) -> None:
        if not self._tell_order(payment, "completed"):
            self._move(payment, PaymentStatus.FAILED)
            return
        self._move(payment, PaymentStatus.SUCCESS)
        # A step of its own, so that under a gate the order's own mail comes first, always.
        self._later("payment.receipt", 0.0, self._notify, payment)

    def _tell_refund(self, payment: Payment) -> None:
        self._tell_order(payment, "refunded")

    def _tell_order(self, payment: Payment, status: str) -> bool:
        try:
            answered = self.calls.set_order_status(payment.order_id, status)
        except ShopError as error:
            self.log.warning("order_not_told", payment=payment.id, why=error.code)
            return False
        self.log.info("order_told", payment=payment.id, status=answered)
        return answered == _OK

    def _notify(self, payment: Payment) -> None:
        try:
            recipient = self.calls.email_of(payment.user_id)
            if recipient is None and "S0-3" in self.faults:
                recipient = ""
            if recipient is None:
                self.log.warning("not_notified", payment=payment.id, why="the user does not exist")
                return
            status = self.calls.notify(payment, recipient)
        except ShopError as error:
            self.log.warning("not_notified", payment=payment.id, why=error.code)
            return
        self.log.info("notified", payment=payment.id, status=status)


def _known(payment: Payment | None) -> Payment:
    if payment is None:
        raise NotFound("payment_not_found", "payment not found")
    return payment


def _has_payment() -> Conflict:
    return Conflict("order_already_paid", "the order already has a payment")


def _not_refundable() -> Conflict:
    return Conflict("payment_not_refundable", "only successful payments can be refunded")
