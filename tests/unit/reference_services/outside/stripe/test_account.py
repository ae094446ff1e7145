"""Calls of an account, without a network: keys, errors, idempotency, and what is told."""

import itertools
from typing import Any
from urllib.parse import urlencode

import pytest

from treaty_shop.outside.stripe import catalogue, errors, idempotency, intents, parameters, sessions
from treaty_shop.outside.stripe.account import Account, ApiCall
from treaty_shop.outside.stripe.objects import Object, Objects

_KEY = "sk_test_1"


class Caller:
    """Calls an account whose clock stands and whose ids count."""

    def __init__(self) -> None:
        self.told: list[Object] = []
        self.repeated: list[bool] = []
        counter = itertools.count(1)
        self.account = Account(
            key=_KEY,
            base_url="https://api.stripe.test",
            objects=Objects(lambda: 1_700_000_000, lambda prefix: f"{prefix}_{next(counter)}"),
            request_id=lambda: "req_1",
            tell=self.told.append,
        )

    def __call__(
        self,
        path: str,
        form: dict[str, object] | None = None,
        *,
        method: str = "POST",
        again: str | None = None,
        key: str | None = _KEY,
    ) -> tuple[int, Any]:
        call = ApiCall(method=method, path=path, form=urlencode(form or {}).encode(), key=key, idempotency_key=again)
        outcome, repeated = self.account.call(call)
        self.repeated.append(repeated)
        return outcome.status, outcome.body


@pytest.fixture(name="call")
def _call() -> Caller:
    return Caller()


_INTENT: dict[str, object] = {"amount": 1999, "currency": "eur", "payment_method": "pm_card_visa", "confirm": "true"}
_SESSION: dict[str, object] = {
    "mode": "payment",
    "success_url": "https://shop.example/ok",
    "line_items[0][price_data][currency]": "eur",
    "line_items[0][price_data][unit_amount]": 1250,
    "line_items[0][price_data][product_data][name]": "Order 7",
    "line_items[0][quantity]": 2,
    "metadata[payment_id]": 7,
}


def _error(answer: tuple[int, Any]) -> tuple[int, str | None, str | None]:
    status, body = answer
    return status, body["error"].get("code"), body["error"].get("param")


def test_an_intent_that_is_confirmed_has_succeeded(call: Caller) -> None:
    status, intent = call("payment_intents", {**_INTENT, "metadata[payment_id]": 7})
    assert (status, intent["status"], intent["amount_received"]) == (200, "succeeded", 1999)
    assert intent["metadata"] == {"payment_id": "7"}
    assert call(f"payment_intents/{intent['id']}", method="GET") == (200, intent)
    assert [(event["type"], event["data"]["object"]) for event in call.told] == [("payment_intent.succeeded", intent)]


@pytest.mark.parametrize("card", ["pm_card_visa_chargeDeclined", "pm_card_visa_chargeDeclinedInsufficientFunds"])
def test_a_declined_card_is_a_card_error_and_can_be_replaced(call: Caller, card: str) -> None:
    status, body = call("payment_intents", {**_INTENT, "payment_method": card})
    error = body["error"]
    assert (status, error["type"], error["code"]) == (402, "card_error", "card_declined")
    assert error["payment_intent"]["status"] == "requires_payment_method"
    id_ = error["payment_intent"]["id"]
    assert call(f"payment_intents/{id_}/confirm", {"payment_method": "pm_card_visa"})[1]["status"] == "succeeded"
    assert [event["type"] for event in call.told] == ["payment_intent.payment_failed", "payment_intent.succeeded"]
    again = call(f"payment_intents/{id_}/confirm", {"payment_method": "pm_card_visa"})
    assert _error(again) == (400, "payment_intent_unexpected_state", None)


def test_an_intent_can_be_given_up_until_it_is_paid(call: Caller) -> None:
    id_ = call("payment_intents", {"amount": 5, "currency": "eur"})[1]["id"]
    assert call(f"payment_intents/{id_}/cancel")[1]["status"] == "canceled"
    assert _error(call(f"payment_intents/{id_}/cancel"))[:2] == (400, "payment_intent_unexpected_state")


def test_money_goes_back_in_parts_but_never_more_than_came(call: Caller) -> None:
    intent = call("payment_intents", _INTENT)[1]["id"]
    refunded = [call("refunds", {"payment_intent": intent, **part})[1]["amount"] for part in ({"amount": 999}, {})]
    assert refunded == [999, 1000]
    assert _error(call("refunds", {"payment_intent": intent})) == (400, "charge_already_refunded", None)
    other = call("payment_intents", _INTENT)[1]["id"]
    assert _error(call("refunds", {"payment_intent": other, "amount": 2000})) == (400, None, "amount")
    unpaid = call("payment_intents", {"amount": 5, "currency": "eur"})[1]["id"]
    assert _error(call("refunds", {"payment_intent": unpaid}))[0] == 400


def test_a_session_is_paid_on_its_page_once(call: Caller) -> None:
    status, session = call("checkout/sessions", _SESSION)
    assert (status, session["amount_total"], session["payment_status"]) == (200, 2500, "unpaid")
    assert session["url"] == f"https://api.stripe.test/c/pay/{session['id']}"
    paid = call.account.pay(session["id"])
    assert (paid["status"], paid["payment_status"]) == ("complete", "paid")
    assert [event["type"] for event in call.told] == ["payment_intent.succeeded", "checkout.session.completed"]
    assert call.told[1]["data"]["object"] == paid
    with pytest.raises(errors.StripeError, match="complete"):
        call.account.pay(session["id"])
    assert _error(call(f"checkout/sessions/{session['id']}/expire"))[0] == 400


def test_a_session_that_expires_cannot_be_paid(call: Caller) -> None:
    id_ = call("checkout/sessions", _SESSION)[1]["id"]
    assert call(f"checkout/sessions/{id_}/expire")[1]["status"] == "expired"
    assert call.told[0]["type"] == "checkout.session.expired"
    with pytest.raises(errors.StripeError, match="expired"):
        call.account.pay(id_)


def test_products_have_prices_that_sessions_sell(call: Caller) -> None:
    made = {"name": "Atlas", "default_price_data[currency]": "eur", "default_price_data[unit_amount]": 3300}
    product = call("products", made)[1]
    line = {"line_items[0][price]": product["default_price"], "line_items[0][quantity]": 3}
    session = call("checkout/sessions", {"mode": "payment", "success_url": "https://shop.example/ok", **line})[1]
    assert session["amount_total"] == 9900
    second = call("prices", {"product": product["id"], "currency": "usd", "unit_amount": 0})[1]
    assert second["product"] == product["id"]
    call("products", {"name": "Globe"})
    listed = call("products", {"limit": 1}, method="GET")[1]
    assert ([each["name"] for each in listed["data"]], listed["has_more"]) == (["Globe"], True)


@pytest.mark.parametrize(
    ("path", "form", "expected"),
    [
        ("payment_intents", {"currency": "eur"}, (400, "parameter_missing", "amount")),
        ("payment_intents", {**_INTENT, "amount": "19.99"}, (400, "parameter_invalid_integer", "amount")),
        ("payment_intents", {**_INTENT, "amount": 0}, (400, "parameter_invalid_integer", "amount")),
        ("payment_intents", {**_INTENT, "currency": "xyz"}, (400, None, "currency")),
        ("payment_intents", {**_INTENT, "confirm": "yes"}, (400, None, "confirm")),
        ("payment_intents", {**_INTENT, "payment_method": "pm_no"}, (404, "resource_missing", "payment_method")),
        ("payment_intents", {**_INTENT, "amuont": 1}, (400, "parameter_unknown", "amuont")),
        ("payment_intents", {**_INTENT, "metadata": "x"}, (400, None, "metadata")),
        ("checkout/sessions", {"mode": "payment"}, (400, "parameter_missing", "line_items")),
        ("checkout/sessions", {**_SESSION, "mode": "setup"}, (400, None, "mode")),
        (
            "checkout/sessions",
            {**_SESSION, "line_items[1][quantity]": 1},
            (400, "parameter_missing", "line_items[1][price]"),
        ),
        (
            "checkout/sessions",
            {**_SESSION, "allowed_payment_method_types[0]": "cash"},
            (400, None, "allowed_payment_method_types"),
        ),
        ("refunds", {}, (400, "parameter_missing", "payment_intent")),
        ("refunds", {"payment_intent": "pi_no"}, (404, "resource_missing", "payment_intent")),
        ("products", {"name[0]": "x"}, (400, None, "name")),
        ("products", {"name[": "x"}, (400, None, None)),
        ("customers", {}, (404, None, None)),
    ],
)
def test_what_is_wrong_is_named_as_stripe_names_it(
    call: Caller, path: str, form: dict[str, object], expected: tuple[int, str | None, str | None]
) -> None:
    assert _error(call(path, form)) == expected


def test_without_the_key_nothing_is_done(call: Caller) -> None:
    """And the error shows hardly anything of a wrong one."""
    assert call("products", {"name": "x"}, key=None)[0] == 401
    status, body = call("products", {"name": "x"}, key="sk_live_verysecret")
    assert status == 401
    assert "verysecret" not in str(body)
    assert call("products", method="GET")[1]["data"] == []


def test_a_call_again_with_its_key_gets_the_first_answer(call: Caller) -> None:
    """Also a refusal of the card; another call with the key is refused."""
    first = call("payment_intents", _INTENT, again="k")
    assert call("payment_intents", _INTENT, again="k") == first
    assert call.repeated == [False, True]
    status, body = call("payment_intents", {**_INTENT, "amount": 1}, again="k")
    assert (status, body["error"]["type"]) == (400, "idempotency_error")
    declined = {**_INTENT, "payment_method": "pm_card_visa_chargeDeclined"}
    assert call("payment_intents", declined, again="d") == call("payment_intents", declined, again="d")
    assert len(call.told) == 2


def test_a_call_that_was_malformed_can_be_put_right_under_its_key(call: Caller) -> None:
    assert call("payment_intents", {**_INTENT, "amount": "x"}, again="k")[0] == 400
    assert call("payment_intents", _INTENT, again="k")[0] == 200


def test_an_event_can_be_told_again_as_it_was(call: Caller) -> None:
    intent = call("payment_intents", _INTENT)[1]["id"]
    call("refunds", {"payment_intent": intent})
    assert call.account.tell_again(call.told[0]["id"])
    assert call.told[2] == call.told[0]
    assert not call.account.tell_again("evt_no")


def test_the_parts_are_those_of_one_account() -> None:
    """What the calls above are made of."""
    kept = Objects(lambda: 0)
    product = catalogue.create_product(kept, parameters.Parameters({"name": "Atlas"}))
    assert kept.get("product", product["id"]) is product
    assert intents.add_intent(kept, amount=1, currency="eur", metadata={}, types=["card"])["status"].startswith("req")
    assert idempotency.IdempotentCalls().find("k", "POST", "products", b"") is None
    with pytest.raises(errors.StripeError):
        sessions.pay(kept, "cs_no")
