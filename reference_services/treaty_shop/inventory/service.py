"""What can be done with stock."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from treaty_shop.inventory.domain import (
    Line,
    Product,
    Reservation,
    ReservationDraft,
    ReservationStatus,
    may_become,
    merged,
)
from treaty_shop.inventory.storage import (
    NotEnough,
    OrderHasReservation,
    ProductExists,
    StockRepository,
    UnknownProduct,
)
from treaty_shop.platform.errors import Conflict, NotFound, UnknownReference
from treaty_shop.platform.structured_log import StructuredLog


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryService:
    """The use cases of the inventory service; `kept_for` is how long pieces are set aside."""

    stock: StockRepository
    log: StructuredLog
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    kept_for: timedelta

    def offer(self, product: Product) -> Product:
        """Keep a new product; raises `Conflict`."""
        try:
            self.stock.add(product)
        except ProductExists:
            raise Conflict("product_exists", "there is a product with this id") from None
        return product

    def product(self, id_: str) -> Product:
        """Return a product; raises `NotFound`."""
        self._expire()
        product = self.stock.product(id_)
        if product is None:
            raise NotFound("product_not_found", "product not found")
        return product

    def products(self) -> list[Product]:
        """Return every product, by id."""
        self._expire()
        return self.stock.products()

    def restock(self, id_: str, quantity: int, version: int) -> Product:
        """Set how many pieces are free, as of a version; raises `NotFound`, `Conflict`."""
        self.product(id_)
        if not self.stock.restock(id_, quantity, version):
            raise Conflict("stale_version", "the stock has changed since that version")
        return self.product(id_)

    def reserve(self, order_id: int, lines: Iterable[Line]) -> Reservation:
        """Set pieces aside for an order, all or none; raises `Conflict`, `UnknownReference`."""
        self._expire()
        instant = self.clock()
        draft = ReservationDraft(
            id=self.new_id(),
            order_id=order_id,
            lines=merged(lines),
            created_at=instant,
            expires_at=instant + self.kept_for,
        )
        try:
            self.stock.reserve(draft)
        except UnknownProduct as error:
            raise UnknownReference("invalid_product", f"there is no product {error.args[0]}") from None
        except NotEnough as error:
            raise Conflict("not_enough_stock", f"there are not so many of product {error.args[0]}") from None
        except OrderHasReservation:
            raise Conflict("order_already_reserved", "the order already has a reservation") from None
        return self._read(draft.id)

    def reservation(self, id_: str) -> Reservation:
        """Return a reservation as it is now; raises `NotFound`."""
        self._expire()
        return self._read(id_)

    def reservation_of(self, order_id: int) -> Reservation:
        """Return the latest reservation of an order; raises `NotFound`."""
        self._expire()
        return _known(self.stock.reservation_of(order_id))

    def confirm(self, id_: str) -> Reservation:
        """Keep the pieces for good; again is no harm. Raises `NotFound`, `Conflict`."""
        return self._move(id_, ReservationStatus.CONFIRMED)

    def release(self, id_: str) -> Reservation:
        """Give the pieces back; one that gave them back already stays as it is. Raises `NotFound`."""
        reservation = self.reservation(id_)
        if reservation.status is ReservationStatus.EXPIRED:
            return reservation
        return self._move(id_, ReservationStatus.RELEASED)

    def _move(self, id_: str, wanted: ReservationStatus) -> Reservation:
        # Whoever changes it in between, it is over after at most two steps.
        while True:
            reservation = self.reservation(id_)
            if reservation.status is wanted:
                return reservation
            if not may_become(reservation.status, wanted):
                raise Conflict("illegal_transition", f"a {reservation.status} reservation cannot become {wanted}")
            if self.stock.move(id_, reservation.status, wanted, self.clock()):
                self.log.info("reservation", reservation=id_, order=reservation.order_id, status=wanted)

    def _expire(self) -> None:
        instant = self.clock()
        for id_ in self.stock.due(instant):
            if self.stock.move(id_, ReservationStatus.RESERVED, ReservationStatus.EXPIRED, instant):
                self.log.info("reservation", reservation=id_, status=ReservationStatus.EXPIRED)

    def _read(self, id_: str) -> Reservation:
        return _known(self.stock.reservation(id_))


def _known(reservation: Reservation | None) -> Reservation:
    if reservation is None:
        raise NotFound("reservation_not_found", "reservation not found")
    return reservation
