"""What can be done with payments, and how one goes its way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from treaty_shop.payment.clients import PaymentCalls
from treaty_shop.payment.domain import Payment, PaymentDraft, PaymentStatus, as_started, may_become
from treaty_shop.payment.providers import Declined, EmbeddedProvider, PaymentProvider
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

COLLECT_ATTEMPTS: Final = 3
COLLECT_AGAIN_SECONDS: Final = 1.0
"""Before the second attempt, twice that before the third; before scaling."""

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
    provider: PaymentProvider = field(default_factory=EmbeddedProvider)

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
        if not self._waits_for_customer(payment):
            self._later("payment.process", PROCESS_SECONDS, self._process, payment)
        return payment

    def paid(self, id_: int) -> None:
        """Go on with a payment that its customer has paid; the money of one that has failed since goes back."""
        payment = self.read(id_)
        if payment.status is PaymentStatus.PENDING:
            self._later("payment.process", PROCESS_SECONDS, self._process, payment)
        else:
            self._later("payment.give_back", 0.0, self._give_back, payment)

    def paid_late(self, id_: int, keep: Callable[[], None]) -> bool:
        """Keep that money was taken, and give it back where the payment has failed since: whether that is known."""
        payment = self.payments.get(id_)
        if payment is None:
            return False
        keep()
        if payment.status is PaymentStatus.FAILED:
            self._later("payment.give_back", 0.0, self._give_back, payment)
        return True

    def not_paid(self, id_: int) -> bool:
        """Fail a payment whose customer did not pay in time: whether it was waiting for that."""
        return self._move(self.read(id_), PaymentStatus.FAILED)

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

        Blocks for its delay. Raises `NotFound`, `Conflict`, `DependencyFailed`, `DependencyTimedOut`.
        """
        payment = self.read(id_)
        if not may_become(payment.status, PaymentStatus.REFUNDED):
            raise _not_refundable()
        self.work.pause(REFUND_SECONDS)
        self.provider.give_back(payment)
        # Somebody else may have been faster meanwhile.
        if not self._move(payment, PaymentStatus.REFUNDED):
            raise _not_refundable()
        self._later("payment.refund", 0.0, self._tell_refund, payment)

    def _waits_for_customer(self, payment: Payment) -> bool:
        try:
            return self.provider.open(payment)
        except ShopError:
            self._move(payment, PaymentStatus.FAILED)
            raise

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
            self._fail(payment)

    def _complete(self, payment: Payment, attempt: int = 1) -> None:
        try:
            self.provider.collect(payment)
        except Declined as error:
            self._not_collected(payment, error)
            return
        except ShopError as error:
            # Whether the money was taken is not known; the next attempt is the same call and tells.
            if attempt < COLLECT_ATTEMPTS:
                again = partial(self._complete, attempt=attempt + 1)
                self._later("payment.complete", attempt * COLLECT_AGAIN_SECONDS, again, payment)
            else:
                self._not_collected(payment, error)
            return
        if not self._tell_order(payment, "completed"):
            self._fail(payment)
            return
        self._move(payment, PaymentStatus.SUCCESS)
        # A step of its own, so that under a gate the order's own mail comes first, always.
        self._later("payment.receipt", 0.0, self._notify, payment)

    def _not_collected(self, payment: Payment, error: ShopError) -> None:
        self.log.warning("not_collected", payment=payment.id, why=error.code)
        self._move(payment, PaymentStatus.FAILED)
        self._tell_order(payment, "failed")

    def _fail(self, payment: Payment) -> None:
        """Fail a payment that its order will not have; what the customer has paid goes back."""
        self._move(payment, PaymentStatus.FAILED)
        self._give_back(payment)

    def _give_back(self, payment: Payment) -> None:
        try:
            self.provider.give_back(payment)
        except ShopError as error:
            self.log.warning("not_given_back", payment=payment.id, why=error.code)

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
