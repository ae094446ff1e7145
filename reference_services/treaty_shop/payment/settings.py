"""What only the payment service needs to know, read from its own variables."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from treaty_shop.platform.settings import InvalidSetting, Settings, Variables

_CURRENCY: Final = re.compile(r"[a-z]{3}")


class ProviderKind(StrEnum):
    """Who moves the money."""

    EMBEDDED = "embedded"
    STRIPE = "stripe"


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeSettings:
    """How Stripe is used.

    `api_base` is None for Stripe itself; `authority` is a file of certificates to trust in place of the library's own;
    `card` is charged for card payments, since the shop asks nobody for a card; `return_url` is where customers come
    back to.
    """

    api_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    api_base: str | None = None
    authority: str | None = None
    currency: str = "eur"
    card: str = "pm_card_visa"
    return_url: str = "https://shop.example/paid"


def read_stripe_settings(settings: Settings) -> StripeSettings | None:
    """Return how Stripe is used, None when it is not (``PAYMENT_PROVIDER``); raises `InvalidSetting`."""
    variables = Variables(settings.own)
    kind = variables.text("PAYMENT_PROVIDER", default=ProviderKind.EMBEDDED)
    if kind not in set(ProviderKind):
        raise InvalidSetting(f"PAYMENT_PROVIDER must be one of {', '.join(ProviderKind)}, not {kind!r}")
    if kind == ProviderKind.EMBEDDED:
        return None
    currency = variables.text("PAYMENT_CURRENCY", default="eur")
    if _CURRENCY.fullmatch(currency) is None:
        raise InvalidSetting("PAYMENT_CURRENCY must be three small letters, such as eur")
    return StripeSettings(
        api_key=_needed(variables, "STRIPE_API_KEY"),
        webhook_secret=_needed(variables, "STRIPE_WEBHOOK_SECRET"),
        api_base=variables.base_url("TREATY_URL_PAYMENT_STRIPE") or variables.base_url("STRIPE_API_BASE"),
        authority=variables.find("STRIPE_CA_FILE"),
        currency=currency,
        card=variables.text("STRIPE_CARD", default="pm_card_visa"),
        return_url=variables.base_url("PAYMENT_RETURN_URL") or "https://shop.example/paid",
    )


def _needed(variables: Variables, name: str) -> str:
    text = variables.find(name)
    if text is None:
        raise InvalidSetting(f"{name} must be set with PAYMENT_PROVIDER=stripe")
    return text
