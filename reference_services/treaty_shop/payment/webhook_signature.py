"""Whether a webhook comes from Stripe (https://docs.stripe.com/webhooks/signature): a pure function."""

import hashlib
import hmac
import re
from datetime import datetime
from typing import Final

TOLERANCE_SECONDS: Final = 300
_TIME: Final = re.compile(r"[0-9]{1,12}")


class NotSigned(Exception):
    """The header is missing or malformed, or the signature is wrong or too old; the text says which, and no more."""


def check_signature(header: str | None, body: bytes, secret: str, instant: datetime) -> None:
    """Raise `NotSigned` unless a header ``t=TIME,v1=HEX`` signs the body with the secret, at about the instant.

    The signature is the HMAC-SHA256 of the time, a dot and the bytes of the body. There may be several, one for each
    secret that is valid at the moment; of other schemes than ``v1`` nothing is believed.
    """
    if not header:
        raise NotSigned("the header Stripe-Signature is missing")
    pairs = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == "v1"]
    if len(times) != 1 or _TIME.fullmatch(times[0]) is None or not signatures:
        raise NotSigned("the header Stripe-Signature is malformed")
    wanted = hmac.new(secret.encode(), f"{times[0]}.".encode() + body, hashlib.sha256).hexdigest().encode()
    if not any(hmac.compare_digest(wanted, given.encode()) for given in signatures):
        raise NotSigned("the signature is not that of the body")
    if abs(instant.timestamp() - int(times[0])) > TOLERANCE_SECONDS:
        raise NotSigned("the signature is too old")
