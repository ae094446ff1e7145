"""What can be done with orders, and what follows from it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from treaty_shop.order.clients import OrderCalls
from treaty_shop.order.domain import (
    Order,
    OrderDraft,
    OrderStatus,
    PaymentType,
    as_placed,
    may_become,
    total,
    total_cut,
)
from treaty_shop.order.stock import Stock
from treaty_shop.order.storage import KeyTaken, OrderRepository
from treaty_shop.order.wallet import Wallet
from treaty_shop.platform.background import BackgroundWork
from treaty_shop.platform.errors import (
    BadRequest,
    Conflict,
    InternalFault,
    NotFound,
    ShopError,
    UnknownReference,
)
from treaty_shop.platform.faults import Faults
from treaty_shop.platform.idempotency import RequestKey, made_with
from treaty_shop.platform.money import LIMIT
from treaty_shop.platform.structured_log import StructuredLog

_LATEST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderService:
    """The use cases of the order service."""

    orders: OrderRepository
    calls: OrderCalls
    work: BackgroundWork
    log: StructuredLog
    faults: Faults
    clock: Callable[[], datetime]
    stock: Stock | None = None
    """Set in the flow in which orders take stock."""
    wallet: Wallet | None = None
    """Set in the flow in which orders are paid from wallets."""

    def place(self, draft: OrderDraft, key: RequestKey | None = None) -> Order:
        """Keep a new order of a known user and start its payment in the background.

        With a key that has placed an order before, return that one as it was placed, and start nothing. Raises
        `BadRequest`, `UnknownReference`, `Conflict`, `KeyReused`, `DependencyFailed`, `DependencyTimedOut`.
        """
        if total(draft.items) >= LIMIT:
            raise BadRequest("invalid_field", f"items must cost less than {LIMIT} together")
        if key is not None and (placed := self._placed_with(key)) is not None:
            return placed
        if self.calls.email_of(draft.user_id) is None:
            raise UnknownReference("invalid_user", "the user does not exist")
        sum_up = total_cut if "S3-15" in self.faults else total
        try:
            order = self.orders.add(draft, sum_up(draft.items), self.clock(), key)
        except KeyTaken:
            # The same request was faster by a little.
            assert key is not None
            placed = self._placed_with(key)
            assert placed is not None
            return placed
        if self.stock is not None:
            self._reserve(self.stock, order, key)
        if draft.pay:
            self.work.submit("order.pay", lambda: self._pay(order, draft.payment_type))
        return order

    def read(self, id_: int) -> Order:
        """Return an order; raises `NotFound`."""
        order = self.orders.get(id_)
        if order is None:
            raise _not_found()
        return order

    def read_of_user(self, user_id: int, id_: int) -> Order:
        """Return an order of that user; raises `NotFound` also when it is another user's."""
        order = self.read(id_)
        if order.user_id != user_id and "S2-8" not in self.faults:
            raise _not_found()
        return order

    def list_of_user(self, user_id: int) -> list[Order]:
        """Return the orders of a user, oldest first; an unknown user has none."""
        return self.orders.of_user(user_id)

    def latest(self) -> list[Order]:
        """Return the latest orders of all users, oldest first, at most a hundred."""
        return self.orders.latest(_LATEST)

    def change_status(self, id_: int, wanted: OrderStatus) -> None:
        """Take an order one step further; raises `NotFound`, `Conflict`."""
        order = self.read(id_)
        if "S0-2" in self.faults and wanted is OrderStatus.REFUNDED:
            raise InternalFault("internal_error", "invalid status transition")
        if not may_become(order.status, wanted):
            raise Conflict("illegal_transition", f"a {order.status} order cannot become {wanted}")
        self._move(order, wanted)

    def cancel(self, id_: int) -> None:
        """Cancel a pending order; raises `NotFound`, `Conflict`."""
        order = self.read(id_)
        if order.status is not OrderStatus.PENDING:
            raise Conflict("order_not_pending", "only pending orders can be cancelled")
        self._move(order, OrderStatus.CANCELLED)

    def _placed_with(self, key: RequestKey) -> Order | None:
        id_ = made_with(key, self.orders.of_key(key))
        return None if id_ is None else as_placed(self.read(id_))

    def _reserve(self, stock: Stock, order: Order, key: RequestKey | None) -> None:
        """Set stock aside; an order for which there is none is cancelled, and nothing follows from it."""
        try:
            stock.reserve(order)
        except ShopError:
            # Pieces that were set aside all the same, without an answer, become free by themselves.
            self.orders.move(order.id, order.status, OrderStatus.CANCELLED, self.clock())
            if key is not None:
                self.orders.forget_key(key)
            raise

    def _follow(self, stock: Stock, order: Order) -> None:
        try:
            done = stock.follow(order)
        except ShopError as error:
            self.log.warning("stock_not_told", order=order.id, status=order.status, why=error.code)
            return
        self.log.info("stock_told", order=order.id, status=order.status, done=done)

    def _move(self, order: Order, wanted: OrderStatus) -> None:
        if not self.orders.move(order.id, order.status, wanted, self.clock()):
            raise Conflict("illegal_transition", "the order has just changed")
        changed = self.read(order.id)
        stock = self.stock
        if stock is not None:
            self.work.submit("order.stock", lambda: self._follow(stock, changed))
        self.work.submit("order.notify", lambda: self._notify(changed))

    def _pay(self, order: Order, payment_type: PaymentType) -> None:
        if self.wallet is not None:
            self._pay_from(self.wallet, order)
            return
        try:
            status = self.calls.start_payment(order, payment_type)
        except ShopError as error:
            self.log.warning("payment_not_started", order=order.id, why=error.code)
            return
        self.log.info("payment_asked", order=order.id, status=status)

    def _pay_from(self, wallet: Wallet, order: Order) -> None:
        try:
            # First, so that nobody cancels what is being paid.
            self.change_status(order.id, OrderStatus.PROCESSING)
            paid = wallet.pay(order)
            self.change_status(order.id, OrderStatus.COMPLETED if paid else OrderStatus.FAILED)
        except ShopError as error:
            self.log.warning("not_paid", order=order.id, why=error.code)

    def _notify(self, order: Order) -> None:
        try:
            recipient = self.calls.email_of(order.user_id)
            if recipient is None:
                self.log.warning("not_notified", order=order.id, why="the user does not exist")
                return
            status = self.calls.notify(order, None if "S0-1" in self.faults else recipient)
        except ShopError as error:
            self.log.warning("not_notified", order=order.id, why=error.code)
            return
        self.log.info("notified", order=order.id, status=status)


def _not_found() -> NotFound:
    return NotFound("order_not_found", "order not found")
