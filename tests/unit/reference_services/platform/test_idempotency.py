"""Requests that may be sent again."""

from decimal import Decimal

import pytest

from treaty_shop.platform.errors import BadRequest, KeyReused
from treaty_shop.platform.idempotency import KeyUse, RequestKey, made_with, request_key
from treaty_shop.platform.json_text import Json


def _key(text: str, body: Json) -> RequestKey:
    key = request_key(text, body)
    assert key is not None
    return key


def test_a_key_goes_with_the_value_of_a_body() -> None:
    """Not with the order of its fields; without a header there is none."""
    body: Json = {"a": 1, "b": [Decimal("2.50"), "\ud800"]}
    assert _key("k", body) == _key("k", {"b": [Decimal("2.50"), "\ud800"], "a": 1})
    assert _key("k", body) != _key("k", {"a": 2})
    assert request_key(None, body) is None


@pytest.mark.parametrize("text", ["", "x" * 65, "two words", "ä"])
def test_what_cannot_be_a_key_is_refused(text: str) -> None:
    """It is a bad request."""
    with pytest.raises(BadRequest) as refused:
        request_key(text, {})
    assert refused.value.code == "invalid_idempotency_key"


def test_the_same_request_finds_what_it_made_and_another_is_refused() -> None:
    """The status says that it cannot be processed."""
    key = _key("k", {"a": 1})
    assert made_with(key, None) is None
    assert made_with(key, KeyUse(fingerprint=key.fingerprint, made=7)) == 7
    with pytest.raises(KeyReused) as reused:
        made_with(_key("k", {"a": 2}), KeyUse(fingerprint=key.fingerprint, made=7))
    assert (reused.value.status, reused.value.code) == (422, "idempotency_key_reused")
