"""Where stock and reservations are kept: the port, and its adapter for every SQL engine."""

from datetime import datetime
from typing import Protocol

from treaty_shop.inventory.domain import (
    Product,
    Reservation,
    ReservationDraft,
    ReservationStatus,
    ReservedLine,
)
from treaty_shop.platform.database import Database, Duplicate, Row, Transaction, Value


class ProductExists(Exception):
    """The id of a new product is taken."""


class UnknownProduct(Exception):
    """A line names a product that there is not; its id is the argument."""


class NotEnough(Exception):
    """There are not so many pieces of a product; its id is the argument."""


class OrderHasReservation(Exception):
    """The order has a reservation that neither expired nor was released."""


class StockRepository(Protocol):
    """Keeps products and reservations; pieces are neither made nor lost between the two."""

    def add(self, product: Product) -> None:
        """Keep a new product; raises `ProductExists`."""

    def product(self, id_: str) -> Product | None:
        """Return the product, or None."""

    def products(self) -> list[Product]:
        """Return every product, by id."""

    def restock(self, id_: str, quantity: int, version: int) -> bool:
        """Set how many pieces are free, if the product still has that version; False when it does not."""

    def reserve(self, draft: ReservationDraft) -> None:
        """Set all lines of a draft aside, or none.

        Raises `UnknownProduct`, `NotEnough`, `OrderHasReservation`.
        """

    def reservation(self, id_: str) -> Reservation | None:
        """Return the reservation, or None."""

    def reservation_of(self, order_id: int) -> Reservation | None:
        """Return the latest reservation of an order, or None."""

    def due(self, instant: datetime) -> list[str]:
        """Return the ids of reservations that are neither confirmed nor over though their time is, oldest first."""

    def move(self, id_: str, before: ReservationStatus, after: ReservationStatus, instant: datetime) -> bool:
        """Change the status if it still is `before`; False when it is not.

        One that is released or expires gives its pieces back.
        """


_GIVES_BACK = frozenset({ReservationStatus.RELEASED, ReservationStatus.EXPIRED})


class SqlStock:
    """Stock in a SQL database.

    Pieces are taken by an UPDATE that only meets a row with enough of them, so the row's own lock decides between
    buyers; a constraint of the table stands behind that. Whoever changes a reservation meets its row (or, for a new
    one, the unique key of its order) first and then its products by id: nobody waits for each other.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, product: Product) -> None:
        """Insert a product."""
        values: dict[str, Value] = {
            "id": product.id,
            "name": product.name,
            "price": product.price,
            "quantity": product.quantity,
            "version": product.version,
        }
        try:
            with self._database.transaction() as transaction:
                transaction.put("products", values)
        except Duplicate:
            raise ProductExists(product.id) from None

    def product(self, id_: str) -> Product | None:
        """Select a product."""
        with self._database.transaction() as transaction:
            row = transaction.row("SELECT * FROM products WHERE id = :id", id=id_)
        return None if row is None else _product(row)

    def products(self) -> list[Product]:
        """Select all products."""
        with self._database.transaction() as transaction:
            return [_product(row) for row in transaction.rows("SELECT * FROM products ORDER BY id")]

    def restock(self, id_: str, quantity: int, version: int) -> bool:
        """Update the quantity, comparing the version first."""
        with self._database.transaction() as transaction:
            changed = transaction.execute(
                "UPDATE products SET quantity = :quantity, version = version + 1 WHERE id = :id AND version = :version",
                id=id_,
                quantity=quantity,
                version=version,
            )
        return changed == 1

    def reserve(self, draft: ReservationDraft) -> None:
        """Insert a reservation and take its pieces in one transaction."""
        values: dict[str, Value] = {
            "id": draft.id,
            "order_id": draft.order_id,
            "claimed_order_id": draft.order_id,
            "status": ReservationStatus.RESERVED,
            "expires_at": draft.expires_at,
            "created_at": draft.created_at,
            "updated_at": draft.created_at,
        }
        try:
            with self._database.transaction() as transaction:
                transaction.put("reservations", values)
                for line in draft.lines:
                    product = _take(transaction, line.product_id, line.quantity)
                    reserved: dict[str, Value] = {
                        "reservation_id": draft.id,
                        "product_id": line.product_id,
                        "quantity": line.quantity,
                        "price": product.price,
                    }
                    transaction.put("reservation_lines", reserved)
        except Duplicate:
            raise OrderHasReservation(draft.order_id) from None

    def reservation(self, id_: str) -> Reservation | None:
        """Select a reservation with its lines."""
        with self._database.transaction() as transaction:
            row = transaction.row("SELECT * FROM reservations WHERE id = :id", id=id_)
            return None if row is None else _reservation(row, transaction)

    def reservation_of(self, order_id: int) -> Reservation | None:
        """Select the latest reservation of an order with its lines."""
        with self._database.transaction() as transaction:
            row = transaction.row(
                "SELECT * FROM reservations WHERE order_id = :order_id ORDER BY position DESC", order_id=order_id
            )
            return None if row is None else _reservation(row, transaction)

    def due(self, instant: datetime) -> list[str]:
        """Select by status and time."""
        with self._database.transaction() as transaction:
            rows = transaction.rows(
                "SELECT id FROM reservations WHERE status = :status AND expires_at <= :instant ORDER BY position",
                status=ReservationStatus.RESERVED,
                instant=instant,
            )
        return [row.text("id") for row in rows]

    def move(self, id_: str, before: ReservationStatus, after: ReservationStatus, instant: datetime) -> bool:
        """Update the status, comparing it first, and the stock in the same transaction."""
        with self._database.transaction() as transaction:
            moved = transaction.execute(
                "UPDATE reservations SET status = :after, updated_at = :instant WHERE id = :id AND status = :before",
                id=id_,
                before=before,
                after=after,
                instant=instant,
            )
            if moved and after in _GIVES_BACK:
                transaction.execute("UPDATE reservations SET claimed_order_id = NULL WHERE id = :id", id=id_)
                for row in _lines(transaction, id_):
                    transaction.execute(
                        "UPDATE products SET quantity = quantity + :quantity, version = version + 1 WHERE id = :id",
                        id=row.text("product_id"),
                        quantity=row.integer("quantity"),
                    )
        return moved == 1


def _take(transaction: Transaction, product_id: str, quantity: int) -> Product:
    taken = transaction.execute(
        "UPDATE products SET quantity = quantity - :quantity, version = version + 1 "
        "WHERE id = :id AND quantity >= :quantity",
        id=product_id,
        quantity=quantity,
    )
    row = transaction.row("SELECT * FROM products WHERE id = :id", id=product_id)
    if row is None:
        raise UnknownProduct(product_id)
    if not taken:
        raise NotEnough(product_id)
    return _product(row)


def _lines(transaction: Transaction, reservation_id: str) -> list[Row]:
    return transaction.rows(
        "SELECT * FROM reservation_lines WHERE reservation_id = :id ORDER BY product_id", id=reservation_id
    )


def _product(row: Row) -> Product:
    return Product(
        id=row.text("id"),
        name=row.text("name"),
        price=row.money("price"),
        quantity=row.integer("quantity"),
        version=row.integer("version"),
    )


def _reservation(row: Row, transaction: Transaction) -> Reservation:
    lines = tuple(
        ReservedLine(product_id=line.text("product_id"), quantity=line.integer("quantity"), price=line.money("price"))
        for line in _lines(transaction, row.text("id"))
    )
    return Reservation(
        id=row.text("id"),
        order_id=row.integer("order_id"),
        lines=lines,
        status=ReservationStatus(row.text("status")),
        expires_at=row.instant("expires_at"),
        created_at=row.instant("created_at"),
        updated_at=row.instant("updated_at"),
    )
