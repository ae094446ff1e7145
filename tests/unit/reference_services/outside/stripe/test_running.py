"""The stand-in on a socket over TLS, called by the official library."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import stripe

from treaty_shop.outside.certificates import AUTHORITY, server_context
from treaty_shop.outside.stripe.running import running_stripe
from treaty_shop.platform.serving import listen

_KEY = "sk_test_1"


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stripe")


@pytest.fixture(name="url", scope="module")
def _url(folder: Path) -> Iterator[str]:
    with listen("127.0.0.1", 0) as listener, running_stripe(listener, server_context(folder), key=_KEY) as url:
        yield url


@pytest.fixture(name="client")
def _client(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> stripe.StripeClient:
    monkeypatch.setattr(stripe, "ca_bundle_path", str(folder / AUTHORITY))
    monkeypatch.setattr(stripe, "enable_telemetry", False)
    http = stripe.RequestsClient(timeout=10.0)
    return stripe.StripeClient(_KEY, base_addresses={"api": url}, http_client=http, max_network_retries=0)


def test_the_official_library_sells_charges_and_refunds(client: stripe.StripeClient) -> None:
    """Nested parameters become forms, and its types are filled."""
    product = client.v1.products.create(
        {"name": "Atlas", "default_price_data": {"currency": "eur", "unit_amount": 3300}}
    )
    assert client.v1.products.retrieve(product.id).name == "Atlas"
    assert isinstance(product.default_price, str)
    session = client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [{"price": product.default_price, "quantity": 2}],
            "success_url": "https://shop.example/ok",
            "metadata": {"order": "7"},
        }
    )
    assert session.metadata is not None
    assert (session.amount_total, session.metadata["order"]) == (6600, "7")
    intent = client.v1.payment_intents.create(
        {"amount": 1999, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True},
        {"idempotency_key": "one"},
    )
    assert intent.status == "succeeded"
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    assert (refund.amount, refund.status) == (1999, "succeeded")


def test_errors_are_the_classes_of_the_official_library(client: stripe.StripeClient, url: str) -> None:
    with pytest.raises(stripe.CardError) as declined:
        client.v1.payment_intents.create(
            {"amount": 5, "currency": "eur", "payment_method": "pm_card_visa_chargeDeclined", "confirm": True}
        )
    assert (declined.value.code, declined.value.http_status) == ("card_declined", 402)
    with pytest.raises(stripe.InvalidRequestError, match="No such product"):
        client.v1.products.retrieve("prod_no")
    with pytest.raises(stripe.AuthenticationError):
        stripe.StripeClient("sk_test_2", base_addresses={"api": url}).v1.products.list()


def test_a_customer_pays_on_the_page(client: stripe.StripeClient, folder: Path) -> None:
    """It shows the amount, and sends on to the shop."""
    session = client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [{"price_data": {"currency": "eur", "unit_amount": 1905, "product_data": {"name": "Order"}}}],
            "success_url": "https://shop.example/ok",
        }
    )
    assert session.url is not None
    trust = str(folder / AUTHORITY)
    assert "19.05 EUR" in requests.get(session.url, verify=trust, timeout=10).text
    paid = requests.post(session.url, verify=trust, timeout=10, allow_redirects=False)
    assert (paid.status_code, paid.headers["Location"]) == (303, "https://shop.example/ok")
    assert requests.post(session.url, verify=trust, timeout=10).status_code == 400
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
