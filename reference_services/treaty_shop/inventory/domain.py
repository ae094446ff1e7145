"""Products, how many of them there are, and what is set aside for orders."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

_PRODUCT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


class ReservationStatus(StrEnum):
    """Where a reservation stands."""

    RESERVED = "reserved"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    EXPIRED = "expired"


_NEXT: Final = MappingProxyType(
    {
        ReservationStatus.RESERVED: frozenset(
            {ReservationStatus.CONFIRMED, ReservationStatus.RELEASED, ReservationStatus.EXPIRED}
        ),
        # Goods that come back after they were sold.
        ReservationStatus.CONFIRMED: frozenset({ReservationStatus.RELEASED}),
    }
)


def may_become(present: ReservationStatus, wanted: ReservationStatus) -> bool:
    """Whether the state machine allows the step."""
    return wanted in _NEXT.get(present, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Something that is sold; `quantity` pieces are free to reserve, `version` counts every change of that."""

    id: str
    name: str
    price: Decimal
    quantity: int
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """So many pieces of a product."""

    product_id: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservedLine:
    """A line with the price it had when it was reserved."""

    product_id: str
    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationDraft:
    """What is to be set aside for an order, until when; `lines` as `merged` gives them."""

    id: str
    order_id: int
    lines: tuple[Line, ...]
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """Pieces that are set aside for an order; once they are confirmed, time takes them no more."""

    id: str
    order_id: int
    lines: tuple[ReservedLine, ...]
    status: ReservationStatus
    expires_at: datetime
    created_at: datetime
    updated_at: datetime

    @property
    def total_amount(self) -> Decimal:
        """What the lines cost together."""
        return sum((line.price * line.quantity for line in self.lines), Decimal("0.00"))


def merged(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return one line for each product, in the order of their ids: whoever reserves locks in the same order."""
    quantities: dict[str, int] = {}
    for line in lines:
        quantities[line.product_id] = quantities.get(line.product_id, 0) + line.quantity
    return tuple(Line(product_id=id_, quantity=quantities[id_]) for id_ in sorted(quantities))


def is_product_id(text: str) -> bool:
    """Whether the text has the form of a product's id: letters, digits, ``_`` and ``-``."""
    return _PRODUCT_ID.fullmatch(text) is not None


def is_reservation_id(text: str) -> bool:
    """Whether the text is a UUID as it is usually written."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
