"""Orders as a customer's client knows them: products by their ids, every answer in an envelope with an ``errno``."""

import uuid
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from treaty_shop.order.clients import Catalogue
from treaty_shop.order.domain import ItemDraft, Order, OrderDraft, OrderStatus
from treaty_shop.order.service import OrderService
from treaty_shop.platform.errors import BadRequest, Conflict, ShopError, UnknownReference
from treaty_shop.platform.fields import Fields
from treaty_shop.platform.web import body_fields, path_id

_BAD_FORM: Final = 1000
_BAD_VALUE: Final = 1001
_OTHER: Final = 1
_MOST_ITEMS: Final = 100
_MOST_PIECES: Final = 1000
_WORDS: Final = MappingProxyType(
    {OrderStatus.PROCESSING: "waiting_for_payment", OrderStatus.COMPLETED: "paid"},
)
"""What this client calls a status; the others have the same name."""


def envelope_routes(service: OrderService, catalogue: Catalogue) -> Blueprint:
    """Return the routes ``/api/customer/{customer}/orders``: views of the service's own orders.

    An error has its own status and, in the envelope, an errno that is not 0.
    """
    routes = Blueprint("orders_of_customers", __name__)

    @routes.errorhandler(ShopError)
    def failed(error: ShopError) -> Response:
        errno = _OTHER
        if isinstance(error, BadRequest):
            errno = _BAD_VALUE if error.code == "invalid_field" else _BAD_FORM
        response = _envelope(None, errno, error.message)
        response.status_code = error.status
        return response

    @routes.post("/api/customer/<customer>/orders")
    def place(customer: str) -> Response:
        user_id, fields = path_id(customer, "order"), body_fields()
        if fields.text("customer_id") != customer:
            raise BadRequest("invalid_field", "customer_id must be the one of the path")
        items = tuple(_item(catalogue, item) for item in fields.objects("items", most=_MOST_ITEMS))
        order = service.place(OrderDraft(user_id=user_id, items=items))
        query = urlencode({"customerID": customer, "orderID": order.id})
        data = {
            "order_id": str(order.id),
            "customer_id": customer,
            "redirect_url": f"{request.url_root}success?{query}",
        }
        return _envelope(data)

    @routes.get("/api/customer/<customer>/orders/<segment>")
    def read(customer: str, segment: str) -> Response:
        order = service.read_of_user(path_id(customer, "order"), path_id(segment, "order"))
        return _envelope(_wire(order))

    return routes


def _item(catalogue: Catalogue, fields: Fields) -> ItemDraft:
    id_, quantity = fields.text("id"), fields.integer("quantity", lowest=1, highest=_MOST_PIECES)
    product = catalogue.product(id_)
    if product is None:
        raise UnknownReference("invalid_product", f"there is no product {id_}")
    if product.quantity < quantity:
        raise Conflict("not_enough_stock", f"there are not so many of product {id_}")
    return ItemDraft(name=product.name, price=product.price, quantity=quantity, product_id=id_)


def _envelope(data: object, errno: int = 0, message: str = "success") -> Response:
    # The trace that the request is part of, or one of its own (W3C Trace Context section 3.2.2.3).
    parts = request.headers.get("traceparent", "").split("-")
    trace_id = parts[1] if len(parts) >= 4 and len(parts[1]) == 32 else uuid.uuid4().hex
    return jsonify({"errno": errno, "message": message, "data": data, "trace_id": trace_id})


def _wire(order: Order) -> dict[str, object]:
    return {
        "id": str(order.id),
        "customer_id": str(order.user_id),
        "items": [{"id": item.product_id, "name": item.name, "quantity": item.quantity} for item in order.items],
        "payment_link": "",
        "status": _WORDS.get(order.status, order.status),
    }
