"""The order service over HTTP."""

from typing import Final

from flask import Blueprint, Flask, Response, jsonify

from treaty_shop.order.clients import Catalogue, HttpCatalogue, HttpOrderCalls
from treaty_shop.order.domain import ItemDraft, Order, OrderDraft, OrderStatus, PaymentType
from treaty_shop.order.envelope_routes import envelope_routes
from treaty_shop.order.schema import SCHEMA
from treaty_shop.order.service import OrderService
from treaty_shop.order.stock import HttpStock
from treaty_shop.order.storage import SqlOrders
from treaty_shop.order.text_routes import text_routes
from treaty_shop.order.wallet import HttpWallet
from treaty_shop.platform.calls import Dependency
from treaty_shop.platform.clock import now, to_wire
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.errors import UnknownReference
from treaty_shop.platform.fields import Fields
from treaty_shop.platform.flow import Flow
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.people import UserDirectory
from treaty_shop.platform.settings import Settings
from treaty_shop.platform.web import (
    Runtime,
    body_fields,
    idempotency_key,
    new_app,
    new_runtime,
    path_id,
)

_MOST_ITEMS: Final = 100
_MOST_PIECES: Final = 1000
_NOT_SETTABLE: Final = frozenset({OrderStatus.PENDING.value})


def create_app(settings: Settings) -> Flask:
    """Return the order service as a Flask app, with its own storage; raises `InvalidSetting`."""
    runtime = new_runtime(settings)
    orders = SqlOrders(runtime.keep(open_database(settings.database_url, SCHEMA, settings.start_id)))
    inventory = Dependency(settings, ServiceName.INVENTORY, runtime.log)
    catalogue = HttpCatalogue(inventory)
    takes_stock = settings.flow is Flow.SAGA
    service = OrderService(
        orders=orders,
        calls=_calls(runtime),
        work=runtime.work,
        log=runtime.log,
        faults=runtime.faults,
        clock=now,
        stock=HttpStock(inventory) if takes_stock else None,
        wallet=_wallet(runtime) if settings.flow is Flow.WALLET else None,
    )
    app = new_app(runtime, _routes(service, catalogue if takes_stock else None))
    app.register_blueprint(text_routes(service))
    app.register_blueprint(envelope_routes(service, catalogue))
    return app


def _wallet(runtime: Runtime) -> HttpWallet:
    return HttpWallet(Dependency(runtime.settings, ServiceName.ACCOUNTS, runtime.log))


def _calls(runtime: Runtime) -> HttpOrderCalls:
    settings, log = runtime.settings, runtime.log
    return HttpOrderCalls(
        UserDirectory(Dependency(settings, ServiceName.USER, log)),
        Dependency(settings, ServiceName.PAYMENT, log),
        Dependency(settings, ServiceName.NOTIFICATION, log),
        amount_as_string="S3-6b" in settings.faults,
    )


def _routes(service: OrderService, catalogue: Catalogue | None) -> Blueprint:
    routes = Blueprint("order", __name__)

    @routes.post("/orders")
    def create_order() -> tuple[Response, int]:
        return jsonify(_wire(service.place(_draft(body_fields(), catalogue), idempotency_key()))), 201

    @routes.get("/orders/<segment>")
    def read_order(segment: str) -> Response:
        return jsonify(_wire(service.read(path_id(segment, "order"))))

    @routes.get("/orders/user/<user>")
    def list_orders(user: str) -> Response:
        orders = service.list_of_user(path_id(user, "user"))
        return jsonify({"data": [_wire(order) for order in orders]})

    @routes.get("/orders/user/<user>/<segment>")
    def read_order_of_user(user: str, segment: str) -> Response:
        user_id, id_ = path_id(user, "user"), path_id(segment, "order")
        return jsonify(_wire(service.read_of_user(user_id, id_)))

    @routes.put("/orders/<segment>/status")
    def change_status(segment: str) -> Response:
        id_ = path_id(segment, "order")
        wanted = body_fields().choice("status", OrderStatus, without=_NOT_SETTABLE)
        service.change_status(id_, wanted)
        return jsonify({"message": "order status updated"})

    @routes.delete("/orders/<segment>")
    def cancel_order(segment: str) -> Response:
        service.cancel(path_id(segment, "order"))
        return jsonify({"message": "order cancelled"})

    return routes


def _draft(fields: Fields, catalogue: Catalogue | None) -> OrderDraft:
    user_id = fields.identifier("user_id")
    items = tuple(_item(item, catalogue) for item in fields.objects("items", most=_MOST_ITEMS))
    payment_type = PaymentType.WECHAT
    if fields.has("payment_type"):
        payment_type = fields.choice("payment_type", PaymentType)
    pay = fields.flag("pay", default=True)
    return OrderDraft(user_id=user_id, items=items, payment_type=payment_type, pay=pay)


def _item(fields: Fields, catalogue: Catalogue | None) -> ItemDraft:
    """Return what the client says of an item, or, where orders take stock, what the inventory says of its product."""
    if catalogue is None:
        return ItemDraft(
            name=fields.text("name"),
            price=fields.money("price"),
            quantity=fields.integer("quantity", lowest=1, highest=_MOST_PIECES),
        )
    id_, quantity = fields.text("product_id"), fields.integer("quantity", lowest=1, highest=_MOST_PIECES)
    offer = catalogue.product(id_)
    if offer is None:
        raise UnknownReference("invalid_product", f"there is no product {id_}")
    return ItemDraft(name=offer.name, price=offer.price, quantity=quantity, product_id=id_)


def _wire(order: Order) -> dict[str, object]:
    return {
        "id": order.id,
        "user_id": order.user_id,
        "items": [
            {
                "id": item.id,
                "order_id": item.order_id,
                "name": item.name,
                "price": item.price,
                "quantity": item.quantity,
                **({} if item.product_id is None else {"product_id": item.product_id}),
            }
            for item in order.items
        ],
        "total_amount": order.total_amount,
        "status": order.status,
        "created_at": to_wire(order.created_at),
        "updated_at": to_wire(order.updated_at),
    }
