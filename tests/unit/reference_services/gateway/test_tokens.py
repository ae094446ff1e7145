"""Tokens: who is believed and who is not."""

import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
import time_machine

from treaty_shop.gateway.tokens import Caller, Tokens
from treaty_shop.platform.errors import Unauthorised

_SECRET = "s" * 32
_ADA = Caller(user_id="7", role="customer")
_START = datetime(2025, 3, 9, 12, tzinfo=UTC)


def _code(authorization: str) -> str:
    with pytest.raises(Unauthorised) as refused:
        Tokens(_SECRET, 60).caller(authorization)
    assert refused.value.headers["WWW-Authenticate"].startswith("Bearer")
    return refused.value.code


def test_a_token_names_the_caller_it_was_issued_for() -> None:
    """The scheme has no case."""
    tokens = Tokens(_SECRET, 60)
    assert tokens.caller(f"bearer {tokens.issue(_ADA)}") == _ADA
    assert tokens.caller(None) is None


def test_a_token_expires() -> None:
    """At its second, not before."""
    tokens = Tokens(_SECRET, 60)
    with time_machine.travel(_START, tick=False) as clock:
        header = f"Bearer {tokens.issue(_ADA)}"
        clock.shift(timedelta(seconds=59))
        assert tokens.caller(header) == _ADA
        clock.shift(timedelta(seconds=1))
        assert _code(header) == "expired_token"


def test_other_schemes_and_empty_tokens_are_no_tokens() -> None:
    """A password is not asked for."""
    assert _code("Basic YTpi") == "missing_token"
    assert _code("Bearer ") == "missing_token"


def _unsigned() -> str:
    parts = ({"alg": "none", "typ": "JWT"}, {"sub": "7", "exp": 9_999_999_999})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


def test_what_this_gateway_did_not_sign_is_refused() -> None:
    """Another key, another algorithm, no signature, or no end."""
    claims = {"sub": "7", "exp": 9_999_999_999}
    assert _code("Bearer nonsense") == "invalid_token"
    assert _code(f"Bearer {jwt.encode(claims, 'x' * 32, algorithm='HS256')}") == "invalid_token"
    assert _code(f"Bearer {jwt.encode(claims, 's' * 64, algorithm='HS512')}") == "invalid_token"
    assert _code(f"Bearer {_unsigned()}") == "invalid_token"
    assert _code(f"Bearer {jwt.encode({'sub': '7'}, _SECRET, algorithm='HS256')}") == "invalid_token"
