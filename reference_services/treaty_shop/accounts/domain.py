"""Accounts: money that a user has put in, and every movement of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class MovementKind(StrEnum):
    """Which way money went."""

    TOP_UP = "top_up"
    DEBIT = "debit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a user has; never below zero."""

    user_id: int
    balance: Decimal
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Money that came (`order_id` is None) or went for an order; `balance` is what there was afterwards."""

    id: int
    user_id: int
    kind: MovementKind
    order_id: int | None
    amount: Decimal
    balance: Decimal
    created_at: datetime
