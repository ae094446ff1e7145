from __future__ import annotations

import base64
import json

import pytest

from treaty.contract.embedded import EmbeddedMissing, parse_embedded, take
from treaty.contract.json_value import JsonValue
from treaty.strength.embedding import put


def encoded(value: object, *, padded: bool = True) -> str:
    text = base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
    return text if padded else text.rstrip("=")


TOKEN = f"{encoded({'alg': 'none'}, padded=False)}.{encoded({'sub': 'a', 'n': 7}, padded=False)}.signature"


@pytest.mark.parametrize(
    ("text", "way", "value"),
    [
        ("order 12 of 7 was placed", "number[1]", 99),
        ("see 5f0c1a110d3b now", "rare[0]", "aaaaaaaaaaa1"),
        ('{"user_id": 7, "name": "Ann"}', "json.$.user_id", 99),
        (encoded({"after": 7}), "base64|json.$.after", 99),
        (encoded({"after": 77}, padded=False), "base64|json.$.after", 99),
        (TOKEN, "jwt.$.n", 99),
        ("a=1; session=abc; b=2", "cookie.session", "xyz"),
        ('{"link": "/orders/7/lines"}', "json.$.link|number[0]", 99),
    ],
)
def test_what_was_put_in_is_taken_out(text: str, way: str, value: JsonValue) -> None:
    """And the form of the text stays."""
    steps = parse_embedded(way)
    assert take(text, steps) != value
    written = put(text, steps, value)
    assert take(written, steps) == value
    assert (
        put(written, steps, take(text, steps)).replace(" ", "") == text.replace(" ", "")
        or "base64" in way
        or "jwt" in way
    )


def test_what_stands_around_stays() -> None:
    assert put("order 12 of 7 was placed", parse_embedded("number[1]"), 99) == "order 12 of 99 was placed"
    assert put("a=1; session=abc", parse_embedded("cookie.a"), 2) == "a=2; session=abc"
    assert put("whole", (), 5) == "5"


@pytest.mark.parametrize(
    ("text", "way"), [("none here", "number[0]"), ("x", "json.$.a"), ('{"a": 1}', "json.$.a|number[0]")]
)
def test_where_nothing_stands_nothing_is_put(text: str, way: str) -> None:
    with pytest.raises(EmbeddedMissing):
        put(text, parse_embedded(way), 1)
