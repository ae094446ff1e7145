"""Payments: what is paid, how, and the states a payment goes through."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class PaymentStatus(StrEnum):
    """Where a payment stands."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILED = "failed"
    REFUNDED = "refunded"


class PaymentType(StrEnum):
    """How it is paid."""

    CREDIT_CARD = "credit_card"
    ALIPAY = "alipay"
    WECHAT = "wechat"


_NEXT: Final = MappingProxyType(
    {
        PaymentStatus.PENDING: frozenset({PaymentStatus.SUCCESS, PaymentStatus.FAILED}),
        PaymentStatus.SUCCESS: frozenset({PaymentStatus.REFUNDED}),
    }
)


def may_become(present: PaymentStatus, wanted: PaymentStatus) -> bool:
    """Whether the state machine allows the step."""
    return wanted in _NEXT.get(present, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDraft:
    """What a payment is asked for."""

    order_id: int
    user_id: int
    amount: Decimal
    payment_type: PaymentType


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment; `paid_at` and `trade_no` are None until it is paid."""

    id: int
    order_id: int
    user_id: int
    amount: Decimal
    status: PaymentStatus
    payment_type: PaymentType
    trade_no: str | None
    paid_at: datetime | None
    created_at: datetime
    updated_at: datetime


def as_started(payment: Payment) -> Payment:
    """Return a payment as it was when it was started, whatever became of it."""
    started = payment.created_at
    return replace(payment, status=PaymentStatus.PENDING, trade_no=None, paid_at=None, updated_at=started)


def trade_number(payment_id: int, paid_at: datetime) -> str:
    """``T``, the id and the unix seconds of the payment."""
    return f"T{payment_id}{int(paid_at.timestamp())}"
