"""What Stripe tells the payment service, applied once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, Response, jsonify, request

from treaty_shop.payment.charges import ChargeRepository
from treaty_shop.payment.service import PaymentService
from treaty_shop.payment.webhook_signature import NotSigned, check_signature
from treaty_shop.platform.errors import BadRequest
from treaty_shop.platform.faults import Faults
from treaty_shop.platform.fields import parse_id
from treaty_shop.platform.json_text import Json, NotJson, read_json
from treaty_shop.platform.structured_log import StructuredLog

LARGEST_BODY: Final = 65_536
"""Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeWebhooks:
    """Receives what Stripe tells."""

    charges: ChargeRepository
    service: PaymentService
    secret: str
    log: StructuredLog
    faults: Faults
    clock: Callable[[], datetime]

    def receive(self, header: str | None, body: bytes) -> None:
        """Apply an event, once; raises `BadRequest` for what Stripe has not sent."""
        instant = self.clock()
        try:
            if "S3-5" not in self.faults:
                check_signature(header, body, self.secret, instant)
        except NotSigned as error:
            self.log.warning("webhook_refused", why=str(error))
            raise BadRequest("invalid_signature", str(error)) from None
        event = _event(body)
        applied = self._apply(event, instant)
        self.log.info("webhook", event_id=event.id, type=event.type, applied=applied)

    def _apply(self, event: "_Event", instant: datetime) -> bool:
        subject = event.subject
        session, intent = subject.get("id"), subject.get("payment_intent")
        if event.type == "checkout.session.completed" and subject.get("payment_status") == "paid":
            if not isinstance(session, str) or not isinstance(intent, str):
                raise _not_understood()
            return self._paid(event, session, intent, instant)
        if event.type == "checkout.session.expired" and isinstance(session, str):
            charge = self.charges.of_session(session)
            return (
                charge is not None
                and self.charges.first_told(event.id, instant)
                and self.service.not_paid(charge.payment_id)
            )
        if event.type == "payment_intent.succeeded" and isinstance(session, str):
            # Of a charge whose answer never came: the payment has been given up since.
            payment_id = _payment_id(subject)
            return (
                payment_id is not None
                and self.charges.first_told(event.id, instant)
                and self.service.paid_late(payment_id, lambda: self.charges.collect(payment_id, session, instant))
            )
        return False

    def _paid(self, event: "_Event", session: str, intent: str, instant: datetime) -> bool:
        payment_id = self.charges.paid(event.id, session, intent, instant, keep_link="S2-2" not in self.faults)
        if payment_id is None and "S2-3" in self.faults:
            charge = self.charges.of_session(session)
            payment_id = None if charge is None else charge.payment_id
        if payment_id is None:
            return False
        self.service.paid(payment_id)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    id: str
    type: str
    subject: dict[str, Json]


def _event(body: bytes) -> _Event:
    try:
        event = read_json(body)
    except NotJson:
        raise BadRequest("malformed_json", "the request body is not JSON") from None
    data = event.get("data") if isinstance(event, dict) else None
    subject = data.get("object") if isinstance(data, dict) else None
    if not isinstance(event, dict) or not isinstance(subject, dict):
        raise _not_understood()
    id_, type_ = event.get("id"), event.get("type")
    if not isinstance(id_, str) or not isinstance(type_, str):
        raise _not_understood()
    return _Event(id=id_, type=type_, subject=subject)


def _payment_id(subject: dict[str, Json]) -> int | None:
    metadata = subject.get("metadata")
    text = metadata.get("payment_id") if isinstance(metadata, dict) else None
    return parse_id(text) if isinstance(text, str) else None


def _not_understood() -> BadRequest:
    return BadRequest("invalid_event", "the request body is no event")


def webhook_routes(webhooks: StripeWebhooks, *, doubled: bool) -> Blueprint:
    """Return the route that Stripe calls; `doubled` is the fault S3-2."""
    routes = Blueprint("webhooks", __name__, url_prefix="/webhooks/webhooks" if doubled else "/webhooks")

    @routes.post("/stripe")
    def stripe_webhook() -> Response:
        request.max_content_length = LARGEST_BODY
        webhooks.receive(request.headers.get("Stripe-Signature"), request.get_data())
        return jsonify({"received": True})

    return routes
