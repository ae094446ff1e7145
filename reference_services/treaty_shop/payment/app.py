"""The payment service over HTTP."""

from flask import Blueprint, Flask, Response, jsonify

from treaty_shop.payment.clients import HttpPaymentCalls
from treaty_shop.payment.domain import Payment, PaymentDraft, PaymentType
from treaty_shop.payment.schema import SCHEMA
from treaty_shop.payment.service import PaymentService
from treaty_shop.payment.storage import SqlPayments
from treaty_shop.platform.calls import Dependency
from treaty_shop.platform.clock import now, optional_to_wire, to_wire
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.fields import Fields
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


def create_app(settings: Settings) -> Flask:
    """Return the payment service as a Flask app, with its own storage; raises `InvalidSetting`."""
    runtime = new_runtime(settings)
    payments = SqlPayments(runtime.keep(open_database(settings.database_url, SCHEMA, settings.start_id)))
    service = PaymentService(
        payments=payments,
        calls=_calls(runtime),
        work=runtime.work,
        log=runtime.log,
        faults=runtime.faults,
        clock=now,
    )
    return new_app(runtime, _routes(service, negative="S4-8" in runtime.faults))


def _calls(runtime: Runtime) -> HttpPaymentCalls:
    settings, log = runtime.settings, runtime.log
    return HttpPaymentCalls(
        Dependency(settings, ServiceName.ORDER, log),
        UserDirectory(Dependency(settings, ServiceName.USER, log)),
        Dependency(settings, ServiceName.NOTIFICATION, log),
    )


def _routes(service: PaymentService, *, negative: bool) -> Blueprint:
    routes = Blueprint("payment", __name__)

    @routes.post("/payments")
    def create_payment() -> tuple[Response, int]:
        draft = _draft(body_fields(), negative=negative)
        return jsonify(_wire(service.start(draft, idempotency_key()))), 201

    @routes.get("/payments/<segment>")
    def read_payment(segment: str) -> Response:
        return jsonify(_wire(service.read(path_id(segment, "payment"))))

    @routes.get("/payments/order/<order>")
    def read_payment_of_order(order: str) -> Response:
        return jsonify(_wire(service.read_of_order(path_id(order, "payment"))))

    @routes.get("/payments/user/<user>")
    def list_payments(user: str) -> Response:
        payments = service.list_of_user(path_id(user, "user"))
        return jsonify({"data": [_wire(payment) for payment in payments]})

    @routes.post("/payments/<segment>/refund")
    def refund_payment(segment: str) -> Response:
        id_ = path_id(segment, "payment")
        body_fields().text("reason")
        service.refund(id_)
        return jsonify({"message": "refund processed"})

    return routes


def _draft(fields: Fields, *, negative: bool) -> PaymentDraft:
    return PaymentDraft(
        order_id=fields.identifier("order_id"),
        user_id=fields.identifier("user_id"),
        amount=fields.money("amount", negative=negative),
        payment_type=fields.choice("payment_type", PaymentType),
    )


def _wire(payment: Payment) -> dict[str, object]:
    return {
        "id": payment.id,
        "order_id": payment.order_id,
        "user_id": payment.user_id,
        "amount": payment.amount,
        "status": payment.status,
        "payment_type": payment.payment_type,
        "trade_no": payment.trade_no,
        "paid_at": optional_to_wire(payment.paid_at),
        "created_at": to_wire(payment.created_at),
        "updated_at": to_wire(payment.updated_at),
    }
