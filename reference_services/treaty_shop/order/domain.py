"""Orders: what is bought, what it costs, and the states an order goes through."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class OrderStatus(StrEnum):
    """Where an order stands."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class PaymentType(StrEnum):
    """How an order is paid."""

    CREDIT_CARD = "credit_card"
    ALIPAY = "alipay"
    WECHAT = "wechat"


_NEXT: Final = MappingProxyType(
    {
        OrderStatus.PENDING: frozenset({OrderStatus.PROCESSING, OrderStatus.CANCELLED}),
        OrderStatus.PROCESSING: frozenset({OrderStatus.COMPLETED, OrderStatus.FAILED}),
        OrderStatus.COMPLETED: frozenset({OrderStatus.REFUNDED}),
    }
)


def may_become(present: OrderStatus, wanted: OrderStatus) -> bool:
    """Whether the state machine allows the step."""
    return wanted in _NEXT.get(present, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """One line of an order before it has an id; the product is the inventory's, where the client named one."""

    name: str
    price: Decimal
    quantity: int
    product_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """What a client asks for; `pay` starts the payment by itself."""

    user_id: int
    items: tuple[ItemDraft, ...]
    payment_type: PaymentType = PaymentType.WECHAT
    pay: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderItem:
    """One line of an order."""

    id: int
    order_id: int
    name: str
    price: Decimal
    quantity: int
    product_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the inventory says of a product: its price, and how many pieces are free."""

    name: str
    price: Decimal
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order with its lines."""

    id: int
    user_id: int
    items: tuple[OrderItem, ...]
    total_amount: Decimal
    status: OrderStatus
    created_at: datetime
    updated_at: datetime


def as_placed(order: Order) -> Order:
    """Return an order as it was when it was placed, whatever became of it."""
    return replace(order, status=OrderStatus.PENDING, updated_at=order.created_at)


def total(items: tuple[ItemDraft, ...]) -> Decimal:
    """Return what the lines cost together."""
    return sum((item.price * item.quantity for item in items), Decimal("0.00"))


def total_cut(items: tuple[ItemDraft, ...]) -> Decimal:
    """Return the total as the fault S3-15 computes it: binary fractions, cut to cents."""
    cents = sum(int(float(item.price) * 100.0) * item.quantity for item in items)
    return Decimal(cents).scaleb(-2).quantize(Decimal("0.01"))
