"""Secrets known by their shape, and stand-ins that keep it."""

from __future__ import annotations

import base64
import json
import re
import string

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.unit.harness.redaction.planted import JSON, JSON_VALUES, JWT, PRINTABLE, make_redactor, redacted_json
from treaty.redaction import shapes
from treaty.redaction.bodies import redact_body
from treaty.redaction.shapes import is_card_number, secrets_by_shape
from treaty.redaction.stand_ins import StandIns


@pytest.mark.parametrize(
    ("text", "role"),
    [
        (JWT, "jwt"),
        ("AKIAIOSFODNN7EXAMPLE", "key"),
        ("ghp_" + "a1B2" * 9, "key"),
        ("sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc", "key"),
        ("AIza" + "SyA1234567890abcdefghijklmnopqrstuv", "key"),
        ("xoxb-" + "123456789012-abcdefGHIJKL", "key"),
        ("SK" + "0123456789abcdef" * 2, "key"),
        ("AGE-" + "SECRET-KEY-1" + "QPZRY9X8GF" * 5 + "2TVDW0S3", "key"),
        ("4111 1111 1111 1111", "card"),
        ("5555-5555-5555-4444", "card"),
        ("378282246310005", "card"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc\n-----END RSA PRIVATE KEY-----", "pem"),
    ],
)
def test_secrets_known_by_their_shape(text: str, role: str) -> None:
    """Each shape is found in the middle of prose, and its stand-in has the same length."""
    wrapped = f"see: {text}, or not"
    assert [found.role for found in secrets_by_shape(wrapped)] == [role]
    redacted = make_redactor().text(wrapped)
    assert text not in redacted
    assert len(redacted) == len(wrapped)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "4111111111111112",
            "1234567890123456",
            "1700000000000000000",
            "2026-01-02T03:04:05.678901Z",
            "0.4111111111111111",
        ),
        *("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", "550e8400-e29b-41d4-a716-446655440000"),
        *("+4915112345678", "4915112345678", "+4111111111111111"),
        *("http://user@example.com/", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "task-list"),
        *("http://example.com:8080/a@b", "pk_live_4eC39HqLyjWDarjtT1zdp7dc", "risk-assessment-of-everything-here"),
    ],
)
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    """Wrong check digits, certificates, uuids, digests, publishable keys and times are left alone."""
    assert make_redactor().text(text) == text


_CARDS = st.from_regex(re.compile(r"[3-6][0-9]{3}(?:[ \-]?[0-9]){9,15}"), fullmatch=True)
_SECRETS = st.from_regex(re.compile(shapes._PROVIDER_KEYS), fullmatch=True) | st.sampled_from(
    [JWT, "-----BEGIN PRIVATE KEY-----\nx", "a://b:c@", "hooks.slack.com/services/A/B/0123456789"]
)


@given(st.text(" é-.\ud800", max_size=3), _SECRETS | _CARDS.filter(is_card_number), st.text(" é,.", max_size=3))
@settings(max_examples=200)
def test_no_text_with_a_secret_is_left_out_of_the_search(before: str, secret: str, after: str) -> None:
    """What only has to be there in every text with a secret is looked for first."""
    found = [match.span() for match in shapes._ALL.finditer(before + secret + after)]
    assert bool(list(secrets_by_shape(before + secret + after))) == bool(found)


def test_a_jwt_stand_in_is_still_three_parts_with_a_json_header() -> None:
    """A consumer that splits or decodes a token can do so with its stand-in."""
    answer = redacted_json(make_redactor(), {"access_token": JWT})
    assert isinstance(answer, dict)
    parts = answer["access_token"].split(".")
    assert [len(part) for part in parts] == [len(part) for part in JWT.split(".")]
    for part in parts[:2]:
        assert isinstance(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))), dict)
    assert all(old != new for old, new in zip(JWT.split("."), parts, strict=True))


def test_a_card_stand_in_is_still_accepted() -> None:
    """The stand-in of a card number has its issuer, grouping and a right check digit; a number stays a number."""
    answer = redacted_json(
        make_redactor(), {"card": {"number": "4242 4242 4242 4242", "cvc": 123}, "card_number": 5555555555554444}
    )
    assert isinstance(answer, dict)
    number = answer["card"]["number"]
    assert number != "4242 4242 4242 4242"
    assert number.startswith("4242 ")
    assert is_card_number(number)
    assert answer["card"]["cvc"] != 123
    assert 100 <= answer["card"]["cvc"] <= 999
    assert is_card_number(str(answer["card_number"]))
    assert answer["card_number"] != 5555555555554444


def _class(character: str) -> str:
    if character in string.ascii_lowercase:
        return "a"
    if character in string.ascii_uppercase:
        return "A"
    return "0" if character in string.digits else "."


@given(st.lists(PRINTABLE, min_size=1, max_size=8, unique=True), st.sampled_from(["password", "token", "jwt", "card"]))
def test_stand_ins_keep_length_and_classes_and_differ(secrets: list[str], role: str) -> None:
    """A stand-in is never its secret, has its length and ASCII classes, and is made once."""
    stand_ins = StandIns()
    for secret in secrets:
        made = stand_ins.of(secret, role)
        assert made != secret
        assert len(made) == len(secret)
        if role != "jwt":
            assert [_class(character) for character in made] == [_class(character) for character in secret] or made in {
                "*" * len(secret),
                "#" * len(secret),
            }
        assert stand_ins.of(secret, "other") == made


@given(st.integers(2, 30))
def test_stand_ins_do_not_depend_on_the_secret(length: int) -> None:
    """Two different secrets of one kind, each seen first in its session, have the same stand-in."""
    assert StandIns().of("a" * length, "token") == StandIns().of("b" * length, "token")


@given(JSON_VALUES, st.sampled_from([None, 1]), st.booleans())
def test_a_document_without_secrets_is_not_touched(value: object, indent: int | None, ascii_only: bool) -> None:
    """Redaction of harmless JSON gives the same object back."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assume(not list(secrets_by_shape(text)) and "=" not in text and "\\" not in text)
    data = text.encode()
    assert redact_body(make_redactor(), data, JSON)[0] is data
