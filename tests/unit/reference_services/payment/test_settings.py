"""The payment service's own settings."""

import pytest

from treaty_shop.payment.settings import StripeSettings, read_stripe_settings
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import InvalidSetting, read_settings

_NEEDED = {"PAYMENT_PROVIDER": "stripe", "STRIPE_API_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"}


def _read(**variables: str) -> StripeSettings | None:
    return read_stripe_settings(read_settings(ServiceName.PAYMENT, variables))


def test_nothing_outside_is_used_unless_it_is_chosen() -> None:
    assert _read(STRIPE_API_KEY="sk_test_1") is None


def test_stripe_needs_its_secrets_and_never_shows_them() -> None:
    chosen = _read(**_NEEDED)
    assert chosen is not None
    assert (chosen.api_base, chosen.currency) == (None, "eur")
    assert "sk_test_1" not in repr(chosen)
    assert "whsec_1" not in repr(chosen)
    for name in ("STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET"):
        with pytest.raises(InvalidSetting, match=name):
            _read(**{**_NEEDED, name: ""})


def test_a_recorder_goes_before_the_address_of_the_api() -> None:
    """As with the edges inside the shop."""
    chosen = _read(**_NEEDED, STRIPE_API_BASE="https://api.stripe.test/")
    recorded = _read(**_NEEDED, STRIPE_API_BASE="https://a", TREATY_URL_PAYMENT_STRIPE="http://127.0.0.1:9")
    assert chosen is not None
    assert recorded is not None
    assert (chosen.api_base, recorded.api_base) == ("https://api.stripe.test", "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("name", "text"),
    [("PAYMENT_PROVIDER", "paypal"), ("PAYMENT_CURRENCY", "EURO"), ("STRIPE_API_BASE", "api.stripe.test")],
)
def test_what_cannot_be_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(InvalidSetting, match=name):
        _read(**{**_NEEDED, name: text})
