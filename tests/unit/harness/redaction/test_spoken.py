"""Secrets behind words in prose."""

from __future__ import annotations

import pytest

from tests.unit.harness.redaction.planted import JSON, make_redactor, redacted_json
from treaty.redaction.bodies import redact_body
from treaty.redaction.spoken import spoken


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Your verification code is 483920.", "483920"),
        ("Your one-time password: 1234", "1234"),
        ("OTP for shop.example: 48 3920", ""),
        ("OTP for login is 483-920", "483-920"),
        ("Login code 483 920 expires", "483 920"),
        ("your temporary password is Xy7-abcd.", "Xy7-abcd"),
        ("AUTH PLAIN AGJvYgBwYXNzd29yZA==", "AGJvYgBwYXNzd29yZA=="),
        ("-H 'Authorization: bearer abc123def456'", "abc123def456"),
        ("got Basic Ym9iOnBhc3N3b3Jk here", "Ym9iOnBhc3N3b3Jk"),
    ],
)
def test_what_stands_behind_such_words(text: str, secret: str) -> None:
    """Codes in messages, passwords in mails, and credentials of protocols are found."""
    assert [text[start:end] for start, end, _ in spoken(text)] == [secret] * bool(secret)


@pytest.mark.parametrize(
    "text",
    [
        *("status code 404", "error code: 12345", "postal code 90210", "country code: 49", "exit code 137"),
        *("password is required", "password: must have 8 characters", "Bearer authentication required", "pin 3.14"),
        *('Bearer realm="shop", error="invalid_token"', 'Basic realm="Login2Required"', "shipping 12345", "spin 1234"),
        *("access code list", "Basic plan, 20 euros", "confirmation code AB12CD", "security code format 3.14"),
    ],
)
def test_words_that_only_look_alike(text: str) -> None:
    """Other codes, messages about passwords, and challenges stay."""
    assert make_redactor().text(text) == text


def test_a_code_from_a_message_is_the_same_where_it_is_entered() -> None:
    """The link between a message and the call that uses its code holds, though the code is short."""
    redactor = make_redactor()
    told = redacted_json(redactor, {"sms": "Your login code is 483920"})
    assert isinstance(told, dict)
    stand_in = told["sms"].rpartition(" ")[2]
    assert stand_in != "483920"
    assert redacted_json(redactor, {"code": "483920", "amount": "483920"}) == {"code": stand_in, "amount": "483920"}


def test_the_user_of_basic_credentials_in_prose_stays() -> None:
    """What an answer repeats of a header has the stand-in that the header has."""
    redactor = make_redactor()
    header = redactor.header("Authorization", "Basic Ym9iOnBsNG50ZWQtUHc5")
    data, _ = redact_body(make_redactor(), b'{"seen": "Basic Ym9iOnBsNG50ZWQtUHc5"}', JSON)
    assert data.decode() == f'{{"seen": "{header}"}}'
