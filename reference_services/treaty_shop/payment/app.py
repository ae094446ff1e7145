"""The payment service over HTTP."""

from flask import Blueprint, Flask, Response, jsonify

from treaty_shop.payment.charges import ChargeRepository, SqlCharges
from treaty_shop.payment.clients import HttpPaymentCalls
from treaty_shop.payment.domain import Payment, PaymentDraft, PaymentType
from treaty_shop.payment.providers import EmbeddedProvider, PaymentProvider
from treaty_shop.payment.schema import SCHEMA
from treaty_shop.payment.service import PaymentService
from treaty_shop.payment.settings import StripeSettings, read_stripe_settings
from treaty_shop.payment.storage import SqlPayments
from treaty_shop.payment.webhooks import StripeWebhooks, webhook_routes
from treaty_shop.platform.calls import Dependency
from treaty_shop.platform.clock import now, optional_to_wire, to_wire
from treaty_shop.platform.database import Database
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.fields import Fields
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.people import UserDirectory
from treaty_shop.platform.settings import InvalidSetting, Settings
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
    chosen = read_stripe_settings(settings)
    database = runtime.keep(open_database(settings.database_url, SCHEMA, settings.start_id))
    if chosen is None:
        service = _service(runtime, database, EmbeddedProvider())
        return new_app(runtime, _routes(service, negative="S4-8" in runtime.faults))
    return _app_with_stripe(runtime, database, chosen)


def _service(runtime: Runtime, database: Database, provider: PaymentProvider) -> PaymentService:
    return PaymentService(
        payments=SqlPayments(database),
        calls=_calls(runtime),
        work=runtime.work,
        log=runtime.log,
        faults=runtime.faults,
        clock=now,
        provider=provider,
    )


def _app_with_stripe(runtime: Runtime, database: Database, chosen: StripeSettings) -> Flask:
    try:
        from treaty_shop.payment.stripe_provider import StripeProvider  # noqa: PLC0415 (loading it takes long)
    except ImportError:
        raise InvalidSetting("PAYMENT_PROVIDER=stripe needs pip install 'treaty[outside]'") from None
    charges = SqlCharges(database)
    provider = StripeProvider(
        chosen, charges, timeout=runtime.settings.timeout, log=runtime.log, faults=runtime.faults, clock=now
    )
    service = _service(runtime, database, provider)
    webhooks = StripeWebhooks(
        charges=charges,
        service=service,
        secret=chosen.webhook_secret,
        log=runtime.log,
        faults=runtime.faults,
        clock=now,
    )
    app = new_app(runtime, _routes(service, negative="S4-8" in runtime.faults, links=charges))
    app.register_blueprint(webhook_routes(webhooks, doubled="S3-2" in runtime.faults))
    for payment_id in charges.waiting():
        service.paid(payment_id)
    return app


def _calls(runtime: Runtime) -> HttpPaymentCalls:
    settings, log = runtime.settings, runtime.log
    return HttpPaymentCalls(
        Dependency(settings, ServiceName.ORDER, log),
        UserDirectory(Dependency(settings, ServiceName.USER, log)),
        Dependency(settings, ServiceName.NOTIFICATION, log),
    )


def _routes(service: PaymentService, *, negative: bool, links: ChargeRepository | None = None) -> Blueprint:
    routes = Blueprint("payment", __name__)

    def shown(payment: Payment) -> dict[str, object]:
        if links is None:
            return _wire(payment)
        charge = links.get(payment.id)
        return {**_wire(payment), "payment_link": None if charge is None else charge.link}

    @routes.post("/payments")
    def create_payment() -> tuple[Response, int]:
        draft = _draft(body_fields(), negative=negative)
        return jsonify(shown(service.start(draft, idempotency_key()))), 201

    @routes.get("/payments/<segment>")
    def read_payment(segment: str) -> Response:
        return jsonify(shown(service.read(path_id(segment, "payment"))))

    @routes.get("/payments/order/<order>")
    def read_payment_of_order(order: str) -> Response:
        return jsonify(shown(service.read_of_order(path_id(order, "payment"))))

    @routes.get("/payments/user/<user>")
    def list_payments(user: str) -> Response:
        payments = service.list_of_user(path_id(user, "user"))
        return jsonify({"data": [shown(payment) for payment in payments]})

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
