"""Orders as an older client knows them: placed by a query, answered by a bare number, read with an ``amount``."""

from typing import Final

from flask import Blueprint, Response, jsonify, request

from treaty_shop.order.domain import ItemDraft, Order, OrderDraft
from treaty_shop.order.service import OrderService
from treaty_shop.platform.clock import to_wire
from treaty_shop.platform.errors import BadRequest
from treaty_shop.platform.fields import Fields, parse_id
from treaty_shop.platform.text_replies import say_errors_in_text, text_reply

_ITEM: Final = "order"


def text_routes(service: OrderService) -> Blueprint:
    """Return the routes ``/orders`` and ``/orders/{id}``: views of the service's own orders."""
    routes = Blueprint("orders_in_text", __name__)
    say_errors_in_text(routes)

    @routes.post("/orders", strict_slashes=False)
    def place() -> Response:
        fields = Fields(dict(request.args))
        user_id = parse_id(fields.text("user_id"))
        if not user_id:
            raise BadRequest("invalid_field", "user_id must be a positive integer")
        item = ItemDraft(name=_ITEM, price=fields.price("amount"), quantity=1)
        return text_reply(201, str(service.place(OrderDraft(user_id=user_id, items=(item,))).id))

    @routes.get("/orders", strict_slashes=False)
    def list_latest() -> Response:
        return jsonify([_wire(order) for order in service.latest()])

    @routes.get("/orders/<segment>")
    def read(segment: str) -> Response:
        id_ = parse_id(segment)
        if id_ is None:
            raise BadRequest("invalid_id", "Invalid ID")
        return jsonify(_wire(service.read(id_)))

    return routes


def _wire(order: Order) -> dict[str, object]:
    return {
        "id": order.id,
        "user_id": str(order.user_id),
        "amount": order.total_amount,
        "status": order.status,
        "created_at": to_wire(order.created_at),
    }
