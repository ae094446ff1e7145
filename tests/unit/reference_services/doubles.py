"""Stand-ins for what surrounds the shop's use cases."""

import io
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from treaty_shop.order.domain import Order
from treaty_shop.order.domain import PaymentType as OrderPaymentType
from treaty_shop.payment.domain import Payment
from treaty_shop.platform.background import BackgroundWork
from treaty_shop.platform.errors import ShopError
from treaty_shop.platform.mail import Mail, MailFailed
from treaty_shop.platform.pace import GatePace, Pace
from treaty_shop.platform.structured_log import StructuredLog

START = datetime(2025, 3, 9, 12, 49, 46, 831000, tzinfo=UTC)
_BOUND = 10.0


def quiet_log() -> StructuredLog:
    """Return a log that writes to memory."""
    return StructuredLog("test", io.StringIO())


def ticking_clock(step: timedelta = timedelta(seconds=1)) -> Callable[[], datetime]:
    """Return a clock that begins at START and moves on by a step each time it is asked."""
    instants = [START]

    def clock() -> datetime:
        instants.append(instants[-1] + step)
        return instants[-2]

    return clock


def gated_work(pace: Pace | None = None) -> BackgroundWork:
    """Return background work whose delayed steps are held."""
    return BackgroundWork(GatePace() if pace is None else pace, quiet_log())


def await_true(condition: Callable[[], bool]) -> None:
    """Wait, bounded, until a condition holds."""
    deadline = time.monotonic() + _BOUND
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        threading.Event().wait(0.001)


def settle(work: BackgroundWork) -> None:
    """Wait until nothing runs; held steps stay held."""
    await_true(lambda: work.state().running == 0)


def advance(work: BackgroundWork) -> str | None:
    """Let the oldest held step go and wait for it."""
    name = work.advance()
    settle(work)
    return name


@dataclass(kw_only=True)
class OrderCallsDouble:
    """Answers the order service's calls, and remembers those that change something."""

    emails: dict[int, str] = field(default_factory=lambda: {1: "ada@example.com"})
    error: ShopError | None = None
    payments: list[tuple[int, str]] = field(default_factory=list)
    notifications: list[tuple[int, str, str | None]] = field(default_factory=list)

    def email_of(self, user_id: int) -> str | None:
        if self.error is not None:
            raise self.error
        return self.emails.get(user_id)

    def start_payment(self, order: Order, payment_type: OrderPaymentType) -> int:
        if self.error is not None:
            raise self.error
        self.payments.append((order.id, payment_type))
        return 201

    def notify(self, order: Order, recipient: str | None) -> int:
        self.notifications.append((order.id, order.status, recipient))
        return 201


@dataclass(kw_only=True)
class PaymentCallsDouble:
    """Answers the payment service's calls, and remembers those that change something."""

    orders: dict[int, str] = field(default_factory=lambda: {1: "pending", 2: "pending"})
    emails: dict[int, str] = field(default_factory=lambda: {1: "ada@example.com"})
    answer: int = 200
    error: ShopError | None = None
    told: list[tuple[int, str]] = field(default_factory=list)
    notifications: list[tuple[int, str]] = field(default_factory=list)

    def order_status(self, order_id: int) -> str | None:
        return self.orders.get(order_id)

    def set_order_status(self, order_id: int, status: str) -> int:
        if self.error is not None:
            raise self.error
        self.told.append((order_id, status))
        if self.answer == 200:
            self.orders[order_id] = status
        return self.answer

    def email_of(self, user_id: int) -> str | None:
        return self.emails.get(user_id)

    def notify(self, payment: Payment, recipient: str) -> int:
        self.notifications.append((payment.id, recipient))
        return 201


@dataclass(kw_only=True)
class Outbox:
    """Takes mails over, or refuses them."""

    refuses: bool = False
    mails: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> None:
        if self.refuses:
            raise MailFailed("the mail server answered 550")
        self.mails.append(mail)
