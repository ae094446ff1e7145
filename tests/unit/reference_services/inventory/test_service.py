"""The use cases of the inventory service, on its real storage."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.unit.reference_services.doubles import START, quiet_log
from treaty_shop.inventory.domain import Line, Product, ReservationStatus
from treaty_shop.inventory.schema import SCHEMA
from treaty_shop.inventory.service import InventoryService
from treaty_shop.inventory.storage import SqlStock
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.errors import Conflict, NotFound, ShopError, UnknownReference

_MINUTE = timedelta(minutes=1)


@dataclass
class _Clock:
    instant: datetime = START

    def __call__(self) -> datetime:
        return self.instant


@pytest.fixture(name="clock")
def _clock() -> _Clock:
    return _Clock()


@pytest.fixture(name="service")
def _service(clock: _Clock) -> Iterator[InventoryService]:
    database = open_database("sqlite://", SCHEMA)
    numbers = itertools.count(1)
    service = InventoryService(
        stock=SqlStock(database),
        log=quiet_log(),
        clock=clock,
        new_id=lambda: f"r{next(numbers)}",
        kept_for=15 * _MINUTE,
    )
    for id_, price in (("pen", "1.20"), ("atlas", "33.00")):
        service.offer(Product(id=id_, name=id_, price=Decimal(price), quantity=5))
    yield service
    database.close()


def _lines(**quantities: int) -> list[Line]:
    return [Line(product_id=id_, quantity=quantity) for id_, quantity in quantities.items()]


def _free(service: InventoryService) -> dict[str, int]:
    return {product.id: product.quantity for product in service.products()}


def _code(error: pytest.ExceptionInfo[ShopError]) -> str:
    return error.value.code


def test_pieces_are_set_aside_with_their_prices(service: InventoryService) -> None:
    """For fifteen minutes; lines of the same product are one."""
    reservation = service.reserve(7, [*_lines(pen=1, atlas=2), *_lines(pen=2)])
    assert [(line.product_id, line.quantity) for line in reservation.lines] == [("atlas", 2), ("pen", 3)]
    assert (reservation.total_amount, reservation.status) == (Decimal("69.60"), "reserved")
    assert (reservation.created_at, reservation.expires_at) == (START, START + 15 * _MINUTE)
    assert _free(service) == {"atlas": 3, "pen": 2}
    assert service.reservation_of(7) == service.reservation("r1") == reservation


def test_all_lines_are_reserved_or_none(service: InventoryService) -> None:
    """What was there for one line is free again."""
    with pytest.raises(Conflict) as short:
        service.reserve(7, _lines(atlas=1, pen=6))
    assert _code(short) == "not_enough_stock"
    with pytest.raises(UnknownReference) as unknown:
        service.reserve(7, _lines(atlas=1, zebra=1))
    assert _code(unknown) == "invalid_product"
    assert _free(service) == {"atlas": 5, "pen": 5}
    with pytest.raises(NotFound):
        service.reservation_of(7)


def test_an_order_has_one_reservation_at_a_time(service: InventoryService) -> None:
    """After a release it can have another."""
    first = service.reserve(7, _lines(pen=1))
    with pytest.raises(Conflict) as second:
        service.reserve(7, _lines(pen=1))
    assert _code(second) == "order_already_reserved"
    service.release(first.id)
    assert service.reserve(7, _lines(pen=1)) == service.reservation_of(7)
    assert _free(service)["pen"] == 4


def test_a_release_gives_pieces_back_once(service: InventoryService) -> None:
    """Asked again, it says the same."""
    id_ = service.reserve(7, _lines(pen=2)).id
    assert service.release(id_) == service.release(id_)
    assert service.reservation(id_).status is ReservationStatus.RELEASED
    assert _free(service)["pen"] == 5
    with pytest.raises(Conflict):
        service.confirm(id_)


def test_what_is_not_confirmed_in_time_is_free_again(service: InventoryService, clock: _Clock) -> None:
    """At its time, not before; a release that comes late changes nothing."""
    id_ = service.reserve(7, _lines(pen=5)).id
    clock.instant += 15 * _MINUTE - timedelta(milliseconds=1)
    with pytest.raises(Conflict):
        service.reserve(8, _lines(pen=1))
    clock.instant += timedelta(milliseconds=1)
    assert service.reserve(8, _lines(pen=5)).order_id == 8
    assert service.release(id_).status is ReservationStatus.EXPIRED
    with pytest.raises(Conflict) as late:
        service.confirm(id_)
    assert _code(late) == "illegal_transition"
    assert _free(service)["pen"] == 0


def test_what_is_confirmed_stays_taken(service: InventoryService, clock: _Clock) -> None:
    """Until the goods come back."""
    id_ = service.reserve(7, _lines(pen=5)).id
    assert service.confirm(id_) == service.confirm(id_)
    clock.instant += 60 * _MINUTE
    assert _free(service)["pen"] == 0
    service.release(id_)
    assert _free(service)["pen"] == 5


def test_stock_is_changed_by_whoever_saw_it_last(service: InventoryService) -> None:
    """A reservation in between counts as a change."""
    seen = service.product("pen")
    assert service.restock("pen", 9, seen.version).quantity == 9
    service.reserve(7, _lines(pen=1))
    with pytest.raises(Conflict) as stale:
        service.restock("pen", 9, seen.version + 1)
    assert _code(stale) == "stale_version"
    with pytest.raises(NotFound):
        service.restock("zebra", 9, 1)


def test_a_product_is_offered_once(service: InventoryService) -> None:
    """Under its id."""
    with pytest.raises(Conflict) as second:
        service.offer(Product(id="pen", name="x", price=Decimal("1.00"), quantity=1))
    assert _code(second) == "product_exists"
