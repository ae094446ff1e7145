"""Signed requests."""

from __future__ import annotations

import pytest

from tests.unit.harness.verify.tales import document, interaction
from treaty.contract.model import HttpInteraction
from treaty.errors import NeedsSigner
from treaty.session.exchange import Headers
from treaty.verify.calls import Answer, Call
from treaty.verify.signing import check_signature, signature_of


def call(*headers: tuple[str, str], target: str = "/hooks") -> Call:
    return Call(method="POST", target=target, headers=headers)


def promised() -> HttpInteraction:
    contract = document([interaction("POST", "/hooks")]).contract.interactions[0]
    assert isinstance(contract, HttpInteraction)
    return contract


@pytest.mark.parametrize(
    ("headers", "target", "name"),
    [
        ((("Authorization", "AWS4-HMAC-SHA256 Credential=a/b, Signature=0"),), "/x", "Authorization"),
        ((("Authorization", 'OAuth oauth_nonce="1", oauth_signature="x"'),), "/x", "Authorization"),
        ((("X-Hub-Signature-256", "sha256=0"),), "/x", "X-Hub-Signature-256"),
        ((("Stripe-Signature", "t=1,v1=0"),), "/x", "Stripe-Signature"),
        ((("X-Shopify-Hmac-Sha256", "0"),), "/x", "X-Shopify-Hmac-Sha256"),
        ((("Signature", "sig1=:0:"),), "/x", "Signature"),
        ((), "/x?X-Amz-Signature=0", "X-Amz-Signature"),
        ((("Authorization", "Bearer signature"), ("X-Design", "y")), "/x?design=1", ""),
    ],
)
def test_signatures_are_known_by_their_places(headers: Headers, target: str, name: str) -> None:
    assert signature_of(call(*headers, target=target)) == name


@pytest.mark.parametrize("answer", [Answer(status=401), Answer(status=400, body=b'{"code": "SignatureDoesNotMatch"}')])
def test_a_refusal_of_a_recorded_signature_says_nothing(answer: Answer) -> None:
    with pytest.raises(NeedsSigner, match="signed anew"):
        check_signature(promised(), call(("X-Signature", "0")), answer)


def test_a_bad_request_that_speaks_of_something_else_is_judged() -> None:
    check_signature(promised(), call(("X-Signature", "0")), Answer(status=400, body=b'{"code": "TableInUse"}'))


@pytest.mark.parametrize(
    ("status", "added"), [(200, ()), (500, ()), (401, ("x-signature",))], ids=["accepted", "failed", "signed anew"]
)
def test_other_answers_are_judged(status: int, added: tuple[str, ...]) -> None:
    check_signature(promised(), call(("X-Signature", "0")), Answer(status=status, added=added))


def test_a_refusal_of_what_is_not_signed_is_judged() -> None:
    check_signature(promised(), call(("X-Key", "0")), Answer(status=401))
