"""Requests that are signed: whoever checks the signature refuses the recorded one (DESIGN 4.4, "needs-signer").

A signature covers the time, the body or a nonce, and was made with a key that is in no pact. It is sent as recorded,
since not every provider looks. When the provider then refuses, nobody knows what it would say to a right one.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl

from treaty.contract.model import HttpInteraction
from treaty.errors import NeedsSigner
from treaty.verify.calls import Answer, Call

_REFUSALS: Final = frozenset({401, 403})
_BAD_REQUEST: Final = 400
_SPEAKS_OF_IT: Final = re.compile(rb"(?i)signature|credential|not authorized|unauthori[sz]ed|expired|hmac")
_SIGNED_SCHEME: Final = re.compile(r"(?i)(aws4-|hmac|signature\b|oauth .*oauth_signature|.*\bsignature=)")
_HEADER: Final = re.compile(r"(?i)(x-)?([a-z0-9]+-)*(signature|hmac)(-(sha)?\d+)?|dpop")
_PARAMETER: Final = re.compile(r"(?i)(x-(amz|goog)-)?signature|oauth_signature|sig")


def signature_of(call: Call) -> str:
    """Give the header or the parameter that holds the signature of a request; empty when it has none."""
    for name, value in call.headers:
        if _HEADER.fullmatch(name) or (name.lower() == "authorization" and _SIGNED_SCHEME.match(value)):
            return name
    query = call.target.partition("?")[2]
    return next((name for name, _ in parse_qsl(query) if _PARAMETER.fullmatch(name)), "")


def check_signature(contract: HttpInteraction, call: Call, answer: Answer) -> None:
    """Make nothing of a refusal that a recorded signature may have caused.

    Args:
        contract: what was promised.
        call: what was sent.
        answer: what came.

    Raises:
        NeedsSigner: when the provider refused a request whose signature nobody made anew.

    """
    if answer.status == contract.response.status or not _refuses(answer):
        return
    name = signature_of(call)
    if name and name.lower() not in {added.lower() for added in answer.added}:
        raise NeedsSigner(
            "the request must be signed anew",
            where=f"{call.method} {call.target.partition('?')[0]}",
            why=f"the recorded signature in {name} was refused with {answer.status}",
            hint="--header-command 'your-signer': it reads the request and prints the headers that sign it",
        )


def _refuses(answer: Answer) -> bool:
    """Tell whether an answer may refuse a signature; some providers say so with 400, as they say everything."""
    if answer.status == _BAD_REQUEST:
        return _SPEAKS_OF_IT.search(answer.body) is not None
    return answer.status in _REFUSALS
