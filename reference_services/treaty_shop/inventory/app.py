"""The inventory service over HTTP; prices are decimal texts."""

import secrets
import uuid
from datetime import timedelta
from typing import Final

from flask import Blueprint, Flask, Response, jsonify

from treaty_shop.inventory.domain import Line, Product, Reservation, is_product_id, is_reservation_id
from treaty_shop.inventory.schema import SCHEMA
from treaty_shop.inventory.service import InventoryService
from treaty_shop.inventory.storage import SqlStock
from treaty_shop.platform.clock import now, to_wire
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.errors import BadRequest
from treaty_shop.platform.fields import Fields
from treaty_shop.platform.settings import Settings, Variables
from treaty_shop.platform.web import body_fields, new_app, new_runtime, not_found, path_id

_KEPT_SECONDS: Final = 900
_MOST_LINES: Final = 100
_MOST_PIECES: Final = 1000
_MOST_STOCK: Final = 1_000_000_000


def create_app(settings: Settings) -> Flask:
    """Return the inventory service as a Flask app, with its own storage; raises `InvalidSetting`."""
    seconds = Variables(settings.own).positive("INVENTORY_RESERVATION_SECONDS", default=_KEPT_SECONDS)
    runtime = new_runtime(settings)
    service = InventoryService(
        stock=SqlStock(runtime.keep(open_database(settings.database_url, SCHEMA))),
        log=runtime.log,
        clock=now,
        new_id=lambda: str(uuid.uuid4()),
        kept_for=timedelta(seconds=seconds),
    )
    routes = Blueprint("inventory", __name__)
    _add_products(routes, service)
    _add_reservations(routes, service)
    return new_app(runtime, routes)


def _add_products(routes: Blueprint, service: InventoryService) -> None:
    @routes.post("/products")
    def create_product() -> tuple[Response, int]:
        return jsonify(_product_wire(service.offer(_product(body_fields())))), 201

    @routes.get("/products")
    def list_products() -> Response:
        return jsonify({"data": [_product_wire(product) for product in service.products()]})

    @routes.get("/products/<segment>")
    def read_product(segment: str) -> Response:
        return jsonify(_product_wire(service.product(_product_id(segment))))

    @routes.put("/products/<segment>/stock")
    def change_stock(segment: str) -> Response:
        id_, fields = _product_id(segment), body_fields()
        quantity = fields.integer("quantity", lowest=0, highest=_MOST_STOCK)
        version = fields.integer("version", lowest=1, highest=10**15)
        return jsonify(_product_wire(service.restock(id_, quantity, version)))


def _add_reservations(routes: Blueprint, service: InventoryService) -> None:
    @routes.post("/reservations")
    def create_reservation() -> tuple[Response, int]:
        fields = body_fields()
        order_id = fields.identifier("order_id")
        lines = [
            Line(
                product_id=item.text("product_id"),
                quantity=item.integer("quantity", lowest=1, highest=_MOST_PIECES),
            )
            for item in fields.objects("items", most=_MOST_LINES)
        ]
        return jsonify(_wire(service.reserve(order_id, lines))), 201

    @routes.get("/reservations/<segment>")
    def read_reservation(segment: str) -> Response:
        return jsonify(_wire(service.reservation(_reservation_id(segment))))

    @routes.get("/reservations/order/<order>")
    def read_reservation_of_order(order: str) -> Response:
        return jsonify(_wire(service.reservation_of(path_id(order, "reservation"))))

    @routes.post("/reservations/<segment>/confirm")
    def confirm_reservation(segment: str) -> Response:
        return jsonify(_wire(service.confirm(_reservation_id(segment))))

    @routes.delete("/reservations/<segment>")
    def release_reservation(segment: str) -> Response:
        return jsonify(_wire(service.release(_reservation_id(segment))))


def _product(fields: Fields) -> Product:
    # The form of the ids that Stripe gives its products.
    id_ = fields.text("id") if fields.has("id") else f"prod_{secrets.token_hex(7)}"
    if not is_product_id(id_):
        raise BadRequest("invalid_field", "id must have up to 64 letters, digits, _ and -")
    return Product(
        id=id_,
        name=fields.text("name"),
        price=fields.price("price"),
        quantity=fields.integer("quantity", lowest=0, highest=_MOST_STOCK),
    )


def _product_id(segment: str) -> str:
    if not is_product_id(segment):
        raise not_found("product")
    return segment


def _reservation_id(segment: str) -> str:
    if not is_reservation_id(segment):
        raise not_found("reservation")
    return segment


def _product_wire(product: Product) -> dict[str, object]:
    return {
        "id": product.id,
        "name": product.name,
        "price": str(product.price),
        "quantity": product.quantity,
        "version": product.version,
    }


def _wire(reservation: Reservation) -> dict[str, object]:
    return {
        "id": reservation.id,
        "order_id": reservation.order_id,
        "items": [
            {"product_id": line.product_id, "quantity": line.quantity, "price": str(line.price)}
            for line in reservation.lines
        ],
        "total_amount": str(reservation.total_amount),
        "status": reservation.status,
        "expires_at": to_wire(reservation.expires_at),
        "created_at": to_wire(reservation.created_at),
        "updated_at": to_wire(reservation.updated_at),
    }
