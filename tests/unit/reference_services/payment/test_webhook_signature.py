"""Signatures of webhooks: what Stripe's own library signs is believed, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
import stripe

from treaty_shop.payment.webhook_signature import TOLERANCE_SECONDS, NotSigned, check_signature

_SECRET = "whsec_1"
_NOW = datetime(2024, 2, 29, 12, 0, tzinfo=UTC)
_BODY = b'{"id": "evt_1"}'
_TIME = int(_NOW.timestamp())


def _v1(body: bytes = _BODY, secret: str = _SECRET, time: int = _TIME) -> str:
    return stripe.WebhookSignature._compute_signature(f"{time}.{body.decode()}", secret)


def _check(header: str | None, at: datetime = _NOW) -> None:
    check_signature(header, _BODY, _SECRET, at)


def test_a_signature_is_believed_also_among_others() -> None:
    """While a secret is being replaced there are two; of another scheme none counts."""
    _check(f"t={_TIME},v1={_v1()}")
    _check(f"t={_TIME},v1={_v1(secret='whsec_old')}, v1={_v1()},v0=x")


@pytest.mark.parametrize("seconds", [-TOLERANCE_SECONDS, 0, TOLERANCE_SECONDS])
def test_it_is_believed_for_five_minutes_by_the_clock_of_the_shop(seconds: int) -> None:
    header = f"t={_TIME},v1={_v1()}"
    _check(header, _NOW + timedelta(seconds=seconds))
    with pytest.raises(NotSigned, match="too old"):
        _check(header, _NOW + timedelta(seconds=seconds + (1 if seconds >= 0 else -1) * (TOLERANCE_SECONDS + 1)))


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "t=,v1=",
        f"v1={_v1()}",
        f"t={_TIME}",
        f"t={_TIME},v0={_v1()}",
        f"t={_TIME},t={_TIME},v1={_v1()}",
        f"t=x,v1={_v1()}",
        f"t={_TIME + 1},v1={_v1()}",
        f"t={_TIME},v1={_v1(secret='whsec_2')}",
        f"t={_TIME},v1={_v1(b'{}')}",
        f"t={_TIME},v1=ü",
    ],
)
def test_what_is_not_signed_is_refused_without_telling_the_secret(header: str | None) -> None:
    with pytest.raises(NotSigned) as caught:
        _check(header)
    assert _SECRET not in str(caught.value)
    assert _v1() not in str(caught.value)
