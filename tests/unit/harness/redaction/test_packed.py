"""JSON inside base64."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.harness.redaction.planted import JSON_VALUES, make_redactor
from treaty.redaction.packed import packed, unpacked


@pytest.mark.parametrize("indent", [None, 1])
@given(JSON_VALUES, st.booleans())
def test_a_secret_in_packed_json_is_replaced_and_it_still_unpacks(
    indent: int | None, value: object, urlsafe: bool
) -> None:
    """Length, alphabet and all that is no secret stay."""
    document = {"password": "pl4nted-S3cret-value", "rest": value}
    text = json.dumps(document, indent=indent)
    encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    encoded = encode(text.encode()).decode()
    new = make_redactor().text(f"d: {encoded};")
    assert len(new) == len(encoded) + 4
    again = json.loads(unpacked(new[3:-1].rstrip("=")))
    assert again["password"] != document["password"]
    assert again["rest"] == json.loads(text)["rest"]


@pytest.mark.parametrize(
    "text",
    [
        base64.b64encode(b'{"after": 17, "limit": 20}').decode(),
        base64.b64encode(b'[{"id": 1}]').decode(),
        "eyJub3QganNvbg",
        "eyJ=",
    ],
)
def test_packed_json_without_secrets_stays(text: str) -> None:
    """Cursors are packed JSON, and no secrets."""
    assert make_redactor().text(text) == text
    assert list(packed(text, str)) == []
