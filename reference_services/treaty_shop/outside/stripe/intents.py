"""Payment intents, their charges, and refunds (https://docs.stripe.com/api/payment_intents, /refunds)."""

from typing import Final

from treaty_shop.outside.stripe.errors import StripeError, missing, no_such, unexpected_state
from treaty_shop.outside.stripe.objects import Object, Objects
from treaty_shop.outside.stripe.parameters import Parameters

_GOOD: Final = frozenset({"pm_card_visa", "pm_card_mastercard"})
_DECLINED: Final = {
    "pm_card_visa_chargeDeclined": ("card_declined", "generic_decline", "Your card was declined."),
    "pm_card_visa_chargeDeclinedInsufficientFunds": (
        "card_declined",
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
}
"""The test cards of https://docs.stripe.com/testing that are known here."""

_REASONS: Final = ("duplicate", "fraudulent", "requested_by_customer")


def create_intent(objects: Objects, parameters: Parameters) -> Object:
    """Add an intent, and confirm it where that is asked for."""
    parameters.only(
        *("amount", "currency", "confirm", "description", "metadata", "payment_method", "allowed_payment_method_types"),
    )
    types = parameters.texts("allowed_payment_method_types") or ["card"]
    method = parameters.find("payment_method")
    confirm = parameters.flag("confirm")
    if method is not None:
        _check_method(method)
    elif confirm:
        raise missing("payment_method")
    intent = add_intent(
        objects,
        amount=parameters.amount("amount"),
        currency=parameters.currency("currency"),
        metadata=parameters.metadata(),
        types=types,
    )
    intent["description"] = parameters.find("description")
    if method is not None:
        intent.update(payment_method=method, status="requires_confirmation")
    return _charge(objects, intent) if confirm else intent


def add_intent(objects: Objects, *, amount: int, currency: str, metadata: dict[str, str], types: list[str]) -> Object:
    """Add an intent that nobody has paid yet."""
    intent = objects.add(
        "pi",
        "payment_intent",
        amount=amount,
        amount_capturable=0,
        amount_received=0,
        canceled_at=None,
        cancellation_reason=None,
        capture_method="automatic",
        confirmation_method="automatic",
        currency=currency,
        description=None,
        last_payment_error=None,
        latest_charge=None,
        metadata=metadata,
        next_action=None,
        payment_method=None,
        payment_method_types=types,
        status="requires_payment_method",
    )
    intent["client_secret"] = objects.secret(intent["id"])
    return intent


def confirm_intent(objects: Objects, id_: str, parameters: Parameters) -> Object:
    """Pay an intent; raises `StripeError` (402) when the card is declined."""
    parameters.only("payment_method")
    intent = objects.get("payment_intent", id_, "intent")
    _expect(intent, "confirm", "requires_payment_method", "requires_confirmation")
    method = parameters.find("payment_method") or intent["payment_method"]
    if method is None:
        raise missing("payment_method")
    _check_method(method)
    intent["payment_method"] = method
    return _charge(objects, intent)


def cancel_intent(objects: Objects, id_: str, parameters: Parameters) -> Object:
    """Give an intent up that is not paid."""
    parameters.only("cancellation_reason")
    intent = objects.get("payment_intent", id_, "intent")
    _expect(intent, "cancel", "requires_payment_method", "requires_confirmation")
    reason = parameters.choice("cancellation_reason", "abandoned", "duplicate", "requested_by_customer")
    intent.update(status="canceled", canceled_at=objects.clock(), cancellation_reason=reason)
    return intent


def collect(objects: Objects, intent: Object) -> Object:
    """Take the money of an intent: it has succeeded."""
    charge = objects.add(
        "ch",
        "charge",
        amount=intent["amount"],
        amount_refunded=0,
        currency=intent["currency"],
        metadata=intent["metadata"],
        paid=True,
        payment_intent=intent["id"],
        refunded=False,
        status="succeeded",
    )
    intent.update(amount_received=intent["amount"], latest_charge=charge["id"], status="succeeded")
    return intent


def create_refund(objects: Objects, parameters: Parameters) -> Object:
    """Pay an intent's money back, all of what is left or a part of it."""
    parameters.only("payment_intent", "charge", "amount", "reason", "metadata")
    charge = _charge_to_refund(objects, parameters)
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise unexpected_state(message, "charge_already_refunded")
    amount = left if parameters.find("amount") is None else parameters.amount("amount")
    if amount > left:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise StripeError(400, message, param="amount")
    reason = parameters.choice("reason", *_REASONS)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    return objects.add(
        "re",
        "refund",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        metadata=parameters.metadata(),
        payment_intent=charge["payment_intent"],
        reason=reason,
        status="succeeded",
    )


def _charge_to_refund(objects: Objects, parameters: Parameters) -> Object:
    id_ = parameters.find("charge")
    if id_ is None:
        intent_id = parameters.find("payment_intent")
        if intent_id is None:
            raise missing("payment_intent")
        intent = objects.get("payment_intent", intent_id, "payment_intent")
        if intent["latest_charge"] is None:
            message = f"This PaymentIntent ({intent_id}) does not have a successful charge to refund."
            raise unexpected_state(message, "payment_intent_unexpected_state", param="payment_intent")
        id_ = str(intent["latest_charge"])
    return objects.get("charge", id_, "charge")


def _check_method(method: str) -> None:
    if method not in _GOOD and method not in _DECLINED:
        raise no_such("PaymentMethod", method, "payment_method")


def _expect(intent: Object, what: str, *statuses: str) -> None:
    if intent["status"] not in statuses:
        message = f"You cannot {what} this PaymentIntent because it has a status of {intent['status']}."
        raise unexpected_state(message, "payment_intent_unexpected_state", payment_intent=intent)


def _charge(objects: Objects, intent: Object) -> Object:
    refusal = _DECLINED.get(intent["payment_method"])
    if refusal is None:
        return collect(objects, intent)
    code, decline_code, message = refusal
    error = StripeError(402, message, kind="card_error", code=code, decline_code=decline_code)
    intent.update(payment_method=None, status="requires_payment_method", last_payment_error=error.body["error"])
    raise StripeError(402, message, kind="card_error", code=code, decline_code=decline_code, payment_intent=intent)
