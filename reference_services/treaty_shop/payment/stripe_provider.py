"""Payments through Stripe's API, by its official library.

Card payments are charged by a payment intent. The others are paid by the customer on a page of Stripe's: a checkout
session, which a webhook tells of. Loading the library takes as long as starting a service, so only who chose Stripe
imports this module.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, Literal

import requests
import stripe

from treaty_shop.payment.charges import ChargeRepository
from treaty_shop.payment.domain import Payment, PaymentType
from treaty_shop.payment.providers import Declined
from treaty_shop.payment.settings import StripeSettings
from treaty_shop.platform.errors import DependencyFailed, DependencyTimedOut
from treaty_shop.platform.faults import Faults
from treaty_shop.platform.money import to_cents
from treaty_shop.platform.settings import InvalidSetting
from treaty_shop.platform.structured_log import StructuredLog

_METHODS: Final[dict[PaymentType, Literal["alipay", "wechat_pay"]]] = {
    PaymentType.ALIPAY: "alipay",
    PaymentType.WECHAT: "wechat_pay",
}


class StripeProvider:
    """Takes money by Stripe."""

    def __init__(
        self,
        settings: StripeSettings,
        charges: ChargeRepository,
        *,
        timeout: float,
        log: StructuredLog,
        faults: Faults,
        clock: Callable[[], datetime],
    ) -> None:
        """Use one account; `timeout` is in seconds and bounds each call. Raises `InvalidSetting`."""
        self._settings = settings
        self._charges = charges
        self._log = log
        self._faults = faults
        self._clock = clock
        self._client = _client(settings, timeout)

    def open(self, payment: Payment) -> bool:
        """Open a page for all but cards."""
        method = _METHODS.get(payment.payment_type)
        if method is None:
            return False
        with self._called("checkout.sessions.create", payment):
            session = self._client.v1.checkout.sessions.create(
                {
                    "mode": "payment",
                    "allowed_payment_method_types": [method],
                    "line_items": [
                        {
                            "price_data": {
                                "currency": self._settings.currency,
                                "product_data": {"name": f"Order {payment.order_id}"},
                                "unit_amount": self._minor_units(payment),
                            },
                            "quantity": 1,
                        }
                    ],
                    "client_reference_id": str(payment.id),
                    "metadata": _metadata(payment),
                    "success_url": self._settings.return_url,
                },
                _once("open", payment),
            )
        if session.url is None:
            raise DependencyFailed("stripe_unavailable", "stripe answered with something unexpected")
        self._charges.open(payment.id, session.id, session.url)
        return True

    def collect(self, payment: Payment) -> None:
        """Charge the card, or see that the page was paid: a webhook says so, and Stripe itself has to."""
        charge = self._charges.get(payment.id)
        if charge is not None and charge.session is not None:
            self._see_paid(payment, charge.session)
            return
        if charge is not None and charge.collected_at is not None:
            return
        with self._called("payment_intents.create", payment):
            intent = self._client.v1.payment_intents.create(
                {
                    "amount": self._minor_units(payment),
                    "confirm": True,
                    "currency": self._settings.currency,
                    "description": f"Order {payment.order_id}",
                    "metadata": _metadata(payment),
                    "payment_method": self._settings.card,
                    "allowed_payment_method_types": ["card"],
                },
                _once("collect", payment),
            )
        if intent.status != "succeeded":
            raise Declined("payment_declined", f"the payment ended as {intent.status}")
        self._charges.collect(payment.id, intent.id, self._clock())

    def _see_paid(self, payment: Payment, session_id: str) -> None:
        with self._called("checkout.sessions.retrieve", payment):
            session = self._client.v1.checkout.sessions.retrieve(session_id)
        if session.payment_status != "paid":
            raise Declined("payment_declined", f"the page is {session.payment_status}")

    def give_back(self, payment: Payment) -> None:
        """Refund what was taken."""
        charge = self._charges.get(payment.id)
        if charge is None or charge.intent is None:
            return
        with self._called("refunds.create", payment):
            self._client.v1.refunds.create(
                {
                    "metadata": _metadata(payment),
                    "payment_intent": charge.intent,
                    "reason": "requested_by_customer",
                },
                _once("give-back", payment),
            )

    def _minor_units(self, payment: Payment) -> int:
        if "S3-15b" in self._faults:
            return int(float(payment.amount) * 100.0)
        return to_cents(payment.amount)

    @contextmanager
    def _called(self, call: str, payment: Payment) -> Iterator[None]:
        """Say how a call ended in the log, and raise what the port promises; neither repeats what Stripe says."""
        try:
            yield
        except stripe.CardError as error:
            self._log.warning("declined", call=call, payment=payment.id, code=error.code)
            raise Declined("payment_declined", "the card was declined") from None
        except stripe.APIConnectionError as error:
            timed_out = isinstance(error.__cause__ or error.__context__, requests.Timeout)
            self._log.warning("call_timed_out" if timed_out else "call_failed", call=call, payment=payment.id)
            if timed_out:
                raise DependencyTimedOut("stripe_timeout", "stripe did not answer") from None
            raise DependencyFailed("stripe_unavailable", "stripe cannot be reached") from None
        except stripe.StripeError as error:
            self._log.warning("call_failed", call=call, payment=payment.id, status=error.http_status, code=error.code)
            raise DependencyFailed("stripe_unavailable", f"stripe answered {error.http_status}") from None
        self._log.info("called", call=call, payment=payment.id)


def _client(settings: StripeSettings, timeout: float) -> stripe.StripeClient:
    # Of the library's own settings these are for the whole process, and this is its only user.
    stripe.enable_telemetry = False
    if settings.authority is not None:
        stripe.ca_bundle_path = settings.authority
    try:
        return stripe.StripeClient(
            settings.api_key,
            base_addresses={} if settings.api_base is None else {"api": settings.api_base},
            http_client=stripe.RequestsClient(timeout=timeout),
            # The service itself asks again, where it can tell what has happened meanwhile.
            max_network_retries=0,
        )
    except stripe.StripeError:
        raise InvalidSetting("STRIPE_API_KEY is not a key") from None


def _metadata(payment: Payment) -> dict[str, str]:
    return {"order_id": str(payment.order_id), "payment_id": str(payment.id)}


def _once(what: str, payment: Payment) -> stripe.RequestOptions:
    """Name a call, so that it happens once however often it is made; ids alone begin anew with each database."""
    return {"idempotency_key": f"{what}-{payment.id}-{int(payment.created_at.timestamp() * 1000)}"}
