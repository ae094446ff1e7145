"""Payments through Stripe: the service, its provider and its webhooks, with the stand-in over TLS in this process."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from tests.unit.reference_services.doubles import (
    START,
    PaymentCallsDouble,
    advance,
    gated_work,
    quiet_log,
    ticking_clock,
)
from treaty_shop.outside.certificates import AUTHORITY, server_context
from treaty_shop.outside.stripe.running import running_stripe
from treaty_shop.outside.stripe.webhooks import signature
from treaty_shop.payment.charges import SqlCharges
from treaty_shop.payment.domain import Payment, PaymentDraft, PaymentStatus, PaymentType
from treaty_shop.payment.providers import Declined, EmbeddedProvider
from treaty_shop.payment.schema import SCHEMA
from treaty_shop.payment.service import PaymentService
from treaty_shop.payment.settings import StripeSettings
from treaty_shop.payment.storage import SqlPayments
from treaty_shop.payment.stripe_provider import StripeProvider
from treaty_shop.payment.webhooks import LARGEST_BODY, StripeWebhooks, webhook_routes
from treaty_shop.platform.background import BackgroundWork
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.errors import BadRequest, DependencyFailed, DependencyTimedOut, ShopError
from treaty_shop.platform.faults import Faults
from treaty_shop.platform.serving import listen

_KEY = "sk_test_1"
_SECRET = "whsec_1"
_FIRST_IDS = itertools.count(1000, 1000)
_DECLINED = "pm_card_visa_chargeDeclined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The running stand-in."""

    url: str
    authority: str

    def get(self, path: str) -> dict[str, Any]:
        answer = requests.get(f"{self.url}/v1/{path}", auth=(_KEY, ""), verify=self.authority, timeout=10)
        body: dict[str, Any] = answer.json()
        return body

    def pay(self, link: str) -> None:
        paid = requests.post(link, verify=self.authority, timeout=10, allow_redirects=False)
        assert paid.status_code == 303


@pytest.fixture(name="outside", scope="module")
def _outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    folder = tmp_path_factory.mktemp("stripe")
    with listen("127.0.0.1", 0) as listener, running_stripe(listener, server_context(folder), key=_KEY) as url:
        yield Outside(url=url, authority=str(folder / AUTHORITY))


class Bench:
    """A payment service with everything in view."""

    def __init__(self, outside: Outside, *faults: str, **settings: str) -> None:
        self.outside = outside
        # Ids of its own, as the shops of one account must have: calls are told apart by them.
        self.database = open_database("sqlite://", SCHEMA, next(_FIRST_IDS))
        self.charges = SqlCharges(self.database)
        self.calls = PaymentCallsDouble()
        self.work: BackgroundWork = gated_work()
        clock, self.faults = ticking_clock(), Faults(faults)
        chosen = StripeSettings(
            **{
                "api_key": _KEY,
                "webhook_secret": _SECRET,
                "api_base": outside.url,
                "authority": outside.authority,
                **settings,
            }
        )
        self.provider = StripeProvider(
            chosen, self.charges, timeout=10.0, log=quiet_log(), faults=self.faults, clock=clock
        )
        self.service = PaymentService(
            payments=SqlPayments(self.database),
            calls=self.calls,
            work=self.work,
            log=quiet_log(),
            faults=self.faults,
            clock=clock,
            provider=self.provider,
        )
        self.webhooks = StripeWebhooks(
            charges=self.charges,
            service=self.service,
            secret=_SECRET,
            log=quiet_log(),
            faults=self.faults,
            clock=lambda: START,
        )

    def start(self, type_: PaymentType = PaymentType.CREDIT_CARD, amount: str = "19.99", order_id: int = 1) -> Payment:
        draft = PaymentDraft(order_id=order_id, user_id=1, amount=Decimal(amount), payment_type=type_)
        return self.service.start(draft)

    def advance(self, *steps: str) -> None:
        assert [advance(self.work) for _ in steps] == list(steps)

    def status(self, payment: Payment) -> PaymentStatus:
        return self.service.read(payment.id).status

    def session(self, payment: Payment) -> str:
        charge = self.charges.get(payment.id)
        assert charge is not None
        assert charge.session is not None
        return charge.session

    def link(self, payment: Payment) -> str | None:
        charge = self.charges.get(payment.id)
        return None if charge is None else charge.link

    def tell(self, type_: str, subject: dict[str, Any], event: str = "evt_1") -> None:
        body = json.dumps({"id": event, "object": "event", "type": type_, "data": {"object": subject}}).encode()
        self.webhooks.receive(signature(body, _SECRET, int(START.timestamp())), body)

    def tell_paid(self, payment: Payment, event: str = "evt_1") -> None:
        session = self.outside.get(f"checkout/sessions/{self.session(payment)}")
        self.tell("checkout.session.completed", session, event)

    def close(self) -> None:
        self.work.close(5.0)
        self.database.close()


@pytest.fixture(name="benches")
def _benches() -> Iterator[list[Bench]]:
    benches: list[Bench] = []
    yield benches
    for bench in benches:
        bench.close()


@pytest.fixture(name="bench")
def _bench(outside: Outside, benches: list[Bench]) -> Bench:
    benches.append(Bench(outside))
    return benches[-1]


def test_a_card_is_charged_between_the_two_calls_to_the_order(bench: Bench) -> None:
    """To the cent, with the payment and the order noted."""
    payment = bench.start()
    assert bench.charges.get(payment.id) is None
    bench.advance("payment.process", "payment.complete", "payment.receipt")
    assert bench.status(payment) is PaymentStatus.SUCCESS
    assert bench.calls.told == [(1, "processing"), (1, "completed")]
    charge = bench.charges.get(payment.id)
    assert charge is not None
    intent = bench.outside.get(f"payment_intents/{charge.intent}")
    assert (intent["amount_received"], intent["currency"], intent["status"]) == (1999, "eur", "succeeded")
    assert intent["metadata"] == {"order_id": "1", "payment_id": str(payment.id)}


def test_a_declined_card_fails_payment_and_order(outside: Outside, benches: list[Bench]) -> None:
    bench = Bench(outside, card=_DECLINED)
    benches.append(bench)
    payment = bench.start()
    bench.advance("payment.process", "payment.complete")
    assert bench.status(payment) is PaymentStatus.FAILED
    assert bench.calls.told == [(1, "processing"), (1, "failed")]
    assert bench.work.state().held == ()
    with pytest.raises(Declined):
        bench.provider.collect(payment)


def test_a_page_is_opened_at_once_and_the_payment_waits_for_its_customer(bench: Bench) -> None:
    payment = bench.start(PaymentType.WECHAT)
    assert bench.work.state().held == ()
    session = bench.outside.get(f"checkout/sessions/{bench.session(payment)}")
    assert (session["amount_total"], session["payment_method_types"]) == (1999, ["wechat_pay"])
    assert session["url"] == bench.link(payment)
    bench.outside.pay(session["url"])
    bench.tell_paid(payment)
    bench.advance("payment.process", "payment.complete", "payment.receipt")
    assert bench.status(payment) is PaymentStatus.SUCCESS
    assert bench.link(payment) == session["url"]


def test_what_a_webhook_says_is_believed_when_stripe_says_so_too(bench: Bench) -> None:
    """Whoever stole the secret of the webhooks still pays nothing."""
    payment = bench.start(PaymentType.ALIPAY)
    told = {"id": bench.session(payment), "payment_intent": "pi_forged", "payment_status": "paid"}
    bench.tell("checkout.session.completed", told)
    bench.advance("payment.process", "payment.complete")
    assert bench.status(payment) is PaymentStatus.FAILED
    assert bench.calls.told == [(1, "processing"), (1, "failed")]


def test_what_is_told_twice_happens_once(bench: Bench) -> None:
    """The same event, another event about the same money, and one about nothing we know."""
    payment = bench.start(PaymentType.ALIPAY)
    bench.outside.pay(bench.link(payment) or "")
    bench.tell_paid(payment)
    bench.tell_paid(payment)
    bench.tell_paid(payment, "evt_2")
    bench.tell(
        "checkout.session.completed", {"id": "cs_no", "payment_intent": "pi_no", "payment_status": "paid"}, "evt_3"
    )
    bench.tell("invoice.paid", {"id": "in_1"}, "evt_4")
    assert bench.work.state().held == ("payment.process",)


def test_a_page_that_expires_fails_the_payment_and_the_order_can_be_paid_again(bench: Bench) -> None:
    payment = bench.start(PaymentType.ALIPAY)
    session = {"id": bench.session(payment)}
    bench.tell("checkout.session.expired", session)
    bench.tell("checkout.session.expired", session)
    assert bench.status(payment) is PaymentStatus.FAILED
    assert bench.start(PaymentType.ALIPAY).id != payment.id


def test_what_was_paid_goes_back_when_the_order_will_not_have_it(bench: Bench) -> None:
    """It was cancelled while the customer paid."""
    payment = bench.start(PaymentType.ALIPAY)
    bench.outside.pay(bench.link(payment) or "")
    bench.calls.answer = 409
    bench.tell_paid(payment)
    bench.advance("payment.process")
    assert bench.status(payment) is PaymentStatus.FAILED
    charge = bench.charges.get(payment.id)
    assert charge is not None
    refunds = [each for each in bench.outside.get("refunds")["data"] if each["payment_intent"] == charge.intent]
    assert [each["amount"] for each in refunds] == [1999]


def test_a_refund_gives_the_money_back_once(bench: Bench) -> None:
    payment = bench.start()
    bench.advance("payment.process", "payment.complete", "payment.receipt")
    bench.service.refund(payment.id)
    bench.provider.give_back(bench.service.read(payment.id))
    charge = bench.charges.get(payment.id)
    assert charge is not None
    refunds = [each for each in bench.outside.get("refunds")["data"] if each["payment_intent"] == charge.intent]
    assert [(each["amount"], each["reason"]) for each in refunds] == [(1999, "requested_by_customer")]


def test_without_stripe_no_page_is_promised(outside: Outside, benches: list[Bench]) -> None:
    """The payment has failed, so the order may be paid again; nothing of the key is told."""
    with listen("127.0.0.1", 0) as listener:
        nobody = f"https://127.0.0.1:{listener.getsockname()[1]}"
    bench = Bench(outside, api_base=nobody)
    benches.append(bench)
    with pytest.raises(DependencyFailed) as caught:
        bench.start(PaymentType.ALIPAY)
    assert _KEY not in str(caught.value)
    assert bench.service.read_of_order(1).status is PaymentStatus.FAILED


def test_a_charge_without_an_answer_is_tried_three_times(outside: Outside, benches: list[Bench]) -> None:
    """Then the payment has failed; and if the money was taken after all, it goes back."""
    bench = Bench(outside, api_base=outside.url.replace("https://", "http://"))
    benches.append(bench)
    payment = bench.start()
    bench.advance("payment.process", "payment.complete", "payment.complete", "payment.complete")
    assert bench.status(payment) is PaymentStatus.FAILED
    assert bench.calls.told == [(1, "processing"), (1, "failed")]
    bench.tell("payment_intent.succeeded", {"id": "pi_late", "metadata": {"payment_id": str(payment.id)}})
    assert bench.work.state().held == ("payment.give_back",)
    charge = bench.charges.get(payment.id)
    assert charge is not None
    assert charge.intent == "pi_late"
    bench.tell("payment_intent.succeeded", {"id": "pi_other", "metadata": {"payment_id": "77"}}, "evt_2")
    assert bench.charges.get(77) is None


def test_the_same_charge_again_is_one_charge(bench: Bench) -> None:
    """A new process that has lost what the first answer said asks with the same key."""
    payment = bench.start()
    bench.provider.collect(payment)
    first = bench.charges.get(payment.id)
    with bench.database.transaction() as transaction:
        transaction.execute("DELETE FROM charges WHERE payment_id = :id", id=payment.id)
    bench.provider.collect(payment)
    second = bench.charges.get(payment.id)
    assert first is not None
    assert second is not None
    assert first.intent == second.intent


def test_what_was_told_before_a_crash_is_found_again(bench: Bench) -> None:
    """The money is there, and the payment still pending."""
    waiting = bench.start(PaymentType.ALIPAY)
    bench.outside.pay(bench.link(waiting) or "")
    bench.start(PaymentType.ALIPAY, order_id=2)
    bench.tell_paid(waiting)
    assert bench.charges.waiting() == [waiting.id]


def test_a_wrong_key_is_a_failure_of_ours(outside: Outside, benches: list[Bench]) -> None:
    bench = Bench(outside, api_key="sk_test_2")
    benches.append(bench)
    with pytest.raises(DependencyFailed, match="401"):
        bench.start(PaymentType.ALIPAY)


def test_a_silent_stripe_is_waited_for_as_long_as_is_set(outside: Outside) -> None:
    with listen("127.0.0.1", 0) as listener:
        silent = StripeSettings(
            api_key=_KEY, webhook_secret=_SECRET, api_base=f"http://127.0.0.1:{listener.getsockname()[1]}"
        )
        bench = Bench(outside)
        provider = StripeProvider(
            silent, bench.charges, timeout=0.1, log=quiet_log(), faults=Faults(), clock=lambda: START
        )
        payment = bench.start()
        with pytest.raises(DependencyTimedOut):
            provider.collect(payment)
        bench.close()


@pytest.mark.parametrize(
    "body", [b"no json", b"[]", b"{}", b'{"id": 1, "type": "x", "data": {"object": {}}}', b'{"data": {"object": []}}']
)
def test_what_is_no_event_is_refused(bench: Bench, body: bytes) -> None:
    with pytest.raises(BadRequest):
        bench.webhooks.receive(signature(body, _SECRET, int(START.timestamp())), body)


def _client(bench: Bench, *, doubled: bool = False) -> FlaskClient:
    app = Flask("payment")
    app.register_blueprint(webhook_routes(bench.webhooks, doubled=doubled))

    @app.errorhandler(ShopError)
    def shop_error(error: ShopError) -> tuple[str, int]:
        return error.code, error.status

    return app.test_client()


def test_the_route_wants_a_signature_and_a_body_of_bounded_size(bench: Bench) -> None:
    body = json.dumps({"id": "evt_1", "type": "x", "data": {"object": {}}}).encode().ljust(LARGEST_BODY)
    client = _client(bench)
    for content, expected in ((body, 200), (body + b" ", 413)):
        header = {"Stripe-Signature": signature(content, _SECRET, int(START.timestamp()))}
        assert client.post("/webhooks/stripe", data=content, headers=header).status_code == expected
    assert client.post("/webhooks/stripe", data=body).status_code == 400
    stale = {"Stripe-Signature": signature(body, _SECRET, int(START.timestamp()) - 301)}
    refused = client.post("/webhooks/stripe", data=body, headers=stale)
    assert (refused.status_code, refused.text) == (400, "invalid_signature")


def test_faults_believe_any_signature_and_answer_elsewhere(outside: Outside, benches: list[Bench]) -> None:
    bench = Bench(outside, "S3-5")
    benches.append(bench)
    body = json.dumps({"id": "evt_1", "type": "x", "data": {"object": {}}})
    header = {"Stripe-Signature": "t=1,v1=00"}
    assert _client(bench).post("/webhooks/stripe", data=body, headers=header).status_code == 200
    doubled = _client(bench, doubled=True)
    assert doubled.post("/webhooks/stripe", data=body, headers=header).status_code == 404
    assert doubled.post("/webhooks/webhooks/stripe", data=body, headers=header).status_code == 200


def test_a_fault_cuts_the_amount(outside: Outside, benches: list[Bench]) -> None:
    """19.99 times 100.0 is 1998.9999999999998."""
    bench = Bench(outside, "S3-15b")
    benches.append(bench)
    payment = bench.start(PaymentType.ALIPAY)
    assert bench.outside.get(f"checkout/sessions/{bench.session(payment)}")["amount_total"] == 1998


def test_a_fault_erases_the_link(outside: Outside, benches: list[Bench]) -> None:
    bench = Bench(outside, "S2-2")
    benches.append(bench)
    payment = bench.start(PaymentType.ALIPAY)
    bench.outside.pay(bench.link(payment) or "")
    bench.tell_paid(payment)
    assert bench.link(payment) is None


def test_a_fault_applies_an_event_twice(outside: Outside, benches: list[Bench]) -> None:
    """The order is told twice that it is being processed."""
    bench = Bench(outside, "S2-3")
    benches.append(bench)
    payment = bench.start(PaymentType.ALIPAY)
    bench.outside.pay(bench.link(payment) or "")
    bench.tell_paid(payment)
    bench.tell_paid(payment)
    bench.advance("payment.process", "payment.process")
    assert bench.calls.told == [(1, "processing"), (1, "processing")]


def test_the_built_in_provider_moves_nothing() -> None:
    """It needs no customer, no charge and no refund."""
    provider, payment = EmbeddedProvider(), _payment()
    assert not provider.open(payment)
    provider.collect(payment)
    provider.give_back(payment)


def _payment() -> Payment:
    return Payment(
        id=1,
        order_id=1,
        user_id=1,
        amount=Decimal("1.00"),
        status=PaymentStatus.PENDING,
        payment_type=PaymentType.ALIPAY,
        trade_no=None,
        paid_at=None,
        created_at=START,
        updated_at=START,
    )
