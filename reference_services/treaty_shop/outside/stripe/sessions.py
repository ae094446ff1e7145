"""Checkout sessions: a page where a customer pays (https://docs.stripe.com/api/checkout/sessions)."""

from typing import Final

from treaty_shop.outside.stripe.catalogue import price_of_item
from treaty_shop.outside.stripe.errors import StripeError, missing, unexpected_state
from treaty_shop.outside.stripe.intents import add_intent, collect
from treaty_shop.outside.stripe.objects import Object, Objects
from treaty_shop.outside.stripe.parameters import Parameters

_DAY: Final = 86_400
_MOST_PIECES: Final = 10_000
_METHODS: Final = frozenset({"alipay", "card", "wechat_pay"})


def create_session(objects: Objects, parameters: Parameters, base_url: str) -> Object:
    """Open a page below the base URL that asks for what the lines cost together."""
    parameters.only(
        *("mode", "line_items", "success_url", "cancel_url", "client_reference_id", "metadata"),
        *("customer_email", "allowed_payment_method_types"),
    )
    if parameters.choice("mode", "payment") is None:
        raise missing("mode")
    total, currency = _total(objects, parameters.each("line_items"))
    session = objects.add(
        "cs_test",
        "checkout.session",
        amount_subtotal=total,
        amount_total=total,
        cancel_url=parameters.find("cancel_url"),
        client_reference_id=parameters.find("client_reference_id"),
        currency=currency,
        customer_email=parameters.find("customer_email"),
        expires_at=objects.clock() + _DAY,
        metadata=parameters.metadata(),
        mode="payment",
        payment_intent=None,
        payment_method_types=_methods(parameters),
        payment_status="unpaid",
        status="open",
        success_url=parameters.text("success_url"),
    )
    session["url"] = f"{base_url}/c/pay/{session['id']}"
    return session


def _methods(parameters: Parameters) -> list[str]:
    methods = parameters.texts("allowed_payment_method_types") or ["card"]
    for method in methods:
        if method not in _METHODS:
            raise StripeError(
                400, f"Invalid allowed_payment_method_types: {method}", param="allowed_payment_method_types"
            )
    return methods


def _total(objects: Objects, items: list[Parameters]) -> tuple[int, str]:
    total, currencies = 0, set()
    for item in items:
        item.only("price", "price_data", "quantity")
        quantity = item.integer("quantity", default=1, least=1, most=_MOST_PIECES)
        price = price_of_item(objects, item)
        total += price["unit_amount"] * quantity
        currencies.add(price["currency"])
    if len(currencies) != 1:
        raise StripeError(400, "All line items must have the same currency.", param="line_items")
    return total, currencies.pop()


def pay(objects: Objects, id_: str) -> Object:
    """Pay a session's page: the money is there."""
    session = _open(objects, id_)
    intent = add_intent(
        objects,
        amount=session["amount_total"],
        currency=session["currency"],
        metadata={},
        types=session["payment_method_types"],
    )
    collect(objects, intent)
    session.update(payment_intent=intent["id"], payment_status="paid", status="complete", url=None)
    return session


def expire(objects: Objects, id_: str) -> Object:
    """Close a session's page that nobody has paid."""
    session = _open(objects, id_)
    session.update(status="expired", url=None)
    return session


def _open(objects: Objects, id_: str) -> Object:
    session = objects.get("checkout.session", id_, "session")
    if session["status"] != "open":
        message = f'Only Checkout Sessions with a status in ["open"] can be used; this one is {session["status"]}.'
        raise unexpected_state(message, "checkout_session_unexpected_state")
    return session
