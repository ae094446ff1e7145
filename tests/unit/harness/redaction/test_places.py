"""Secrets known by their place: the name of a field, a header or a cookie."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qsl

import pytest

from tests.unit.harness.redaction.planted import JSON, JWT, PASSWORD, make_redactor, redacted_json
from treaty.redaction.bodies import redact_body
from treaty.redaction.names import role_of_name
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.redaction.shapes import is_card_number


@pytest.mark.parametrize(
    "name",
    [
        *(
            "password",
            "Password",
            "userPassword",
            "new_password",
            "password_confirmation",
            "password2",
            "passwd",
            "pwd",
        ),
        *(
            "secret",
            "client_secret",
            "clientSecret",
            "secret_key",
            "SECRET-KEY",
            "token",
            "access_token",
            "accessToken",
        ),
        *("refresh_token", "id_token", "auth_token", "X-Auth-Token", "x-api-key", "api_key", "apikey", "apiKey"),
        *("card_number", "cardNumber", "cvv", "cvc", "security_code", "pin", "private_key", "Authorization", "jwt"),
        *("reset_password_token", "credentials", "otp", "X-Amz-Security-Token", "Ocp-Apim-Subscription-Key", "APIKey"),
        *("token_value", "accountKey", "awsSecretAccessKey", "Private-Token", "passphrase", "password_hash"),
    ],
)
def test_names_that_are_secret(name: str) -> None:
    """A name is read word by word, in any spelling."""
    assert role_of_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("page_token", "nextPageToken", "next_token", "continuation_token", "sync_token", "csrf_token", "token_type"),
        *(
            "password_changed_at",
            "password_policy",
            "primary_key",
            "public_key",
            "idempotency_key",
            "key",
            "id",
            "name",
        ),
        *("max_tokens", "prompt_tokens", "token_count", "secretary", "spin", "shipping", "passenger", "compass"),
        *("monkey", "authenticated", "author", "expires_in", "signature", "etag", "code", "number", "", "X-Request-Id"),
        *("keyboard", "tokenize", "secret_count", "total_tokens", "session_id", "card_brand", "Key", "passed"),
    ],
)
def test_names_that_are_not_secret(name: str) -> None:
    """Cursors, forgery tokens, ids, counts and words that only look alike stay."""
    assert role_of_name(name) == ""


def test_a_json_body_keeps_every_byte_that_is_no_secret() -> None:
    """Blanks, key order, repeated keys and the spelling of numbers survive."""
    text = (
        '{ "n" : 1.10e2,\n\t"password":"hunter2-and-more" , "n":-0, "deep":[{"api_key":"k-123-abc"}], "u":"\\u00e9" }'
    )
    data, places = redact_body(make_redactor(), text.encode(), JSON)
    new = data.decode()
    assert places == ("body.$.password", "body.$.deep[0].api_key")
    assert new[: text.index("hunter2")] == text[: text.index("hunter2")]
    assert new.endswith('"}], "u":"\\u00e9" }')
    assert len(new) == len(text)
    assert "hunter2" not in new
    assert "k-123-abc" not in new


def test_authorization_keeps_its_scheme() -> None:
    """Bearer, Basic, a bare key, a digest and a signature each keep what is not secret."""
    redactor = make_redactor()
    assert redactor.header("authorization", f"Bearer {JWT}").split(" ")[0] == "Bearer"
    digest = redactor.header(
        "Authorization", 'Digest username="bob", realm="r", response="6629fae49393a05397450978507c4ef1"'
    )
    assert 'username="bob", realm="r", response="' in digest
    assert "6629fae4" not in digest
    signed = redactor.header(
        "Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/x, SignedHeaders=host, Signature=5d672d79c15b"
    )
    assert "SignedHeaders=host" in signed
    assert "5d672d79c15b" not in signed
    assert "AKIDEXAMPLE" not in signed
    key_as_user = base64.b64encode(b"sk_planted_key_1234:").decode()
    new = base64.b64decode(redactor.header("Authorization", f"Basic {key_as_user}")[6:])
    assert new.endswith(b":")
    assert b"planted" not in new


def test_the_scope_of_a_signing_key_stays() -> None:
    """Region and service of a signed request are no secrets, and a provider may choose its answer by them."""
    scope = "/20260131/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature="
    new = make_redactor().header(
        "Authorization", f"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE{scope}5d672d79c15b13162d9279b0855cfba6"
    )
    assert scope in new
    assert "AKIAIOSFODNN7EXAMPLE" not in new
    assert "5d672d79c15b13162d9279b0855cfba6" not in new


def test_only_the_scope_of_a_signing_key_is_cut_off() -> None:
    """Signatures in base64 have slashes of their own; nothing behind them stays."""
    new = make_redactor().header("Authorization", "Signature keyId=k1, signature=Zm9v/YmFyYmF6cXV4/cXV1eA==")
    assert "YmFyYmF6cXV4" not in new
    assert "cXV1eA" not in new
    assert "hidden" not in make_redactor().header(
        "Authorization", "OTHER-1 Credential=KEYKEYKEY/hidden, Signature=abcdef12"
    )


def test_cookies_keep_names_and_attributes() -> None:
    """The value of a session's cookie is replaced, a setting stays, and a cookie sent back is the one that was set."""
    redactor = make_redactor()
    set_cookie = redactor.header("Set-Cookie", 'sid="s%3Aabc.def123"; Path=/; HttpOnly; Max-Age=3600; SameSite=Lax')
    assert set_cookie.startswith('sid="')
    assert set_cookie.endswith('"; Path=/; HttpOnly; Max-Age=3600; SameSite=Lax')
    assert "abc" not in set_cookie
    value = set_cookie.split('"')[1]
    assert redactor.header("Cookie", "a=; sid=s%3Aabc.def123; theme=dark") == f"a=; sid={value}; theme=dark"


def test_a_form_is_redacted_by_its_names() -> None:
    """A form keeps its other fields as they were written, and nested names count."""
    body = "user[name]=al+ice&user[password]=p%40ss%20word%211&remember=on&card_number=4111+1111+1111+1111"
    data, places = redact_body(make_redactor(), body.encode(), "application/x-www-form-urlencoded; charset=utf-8")
    assert places == ("body.user[password][0]", "body.card_number[0]")
    assert data.startswith(b"user[name]=al+ice&user[password]=")
    fields = dict(parse_qsl(data.decode()))
    assert len(fields["user[password]"]) == len("p@ss word!1")
    assert "word" not in fields["user[password]"]
    assert is_card_number(fields["card_number"])


def test_a_multipart_body_is_redacted_by_its_parts() -> None:
    """Fields of secret names, JSON parts and known values are replaced; a binary file keeps its bytes."""
    redactor = make_redactor()
    binary = bytes(range(256))
    body = (
        b'--b1\r\nContent-Disposition: form-data; name="password"\r\n\r\n' + PASSWORD.encode() + b"\r\n"
        b'--b1\r\nContent-Disposition: form-data; name="meta"\r\n\r\n{"token":"abc-DEF-123456"}\r\n'
        b'--b1\r\nContent-Disposition: form-data; name="file"; filename="token"\r\n\r\n' + binary + b"\r\n--b1--\r\n"
    )
    data, places = redact_body(redactor, body, "multipart/form-data; boundary=b1")
    assert places == ("body.password", "body.meta")
    assert len(data) == len(body)
    assert binary in data
    assert PASSWORD.encode() not in data
    assert b"abc-DEF" not in data


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("text/html", '<form><input type="hidden" name="auth_token" value="PLANTED"><p>name</p></form>'),
        ("text/html", '<input value="PLANTED" type="password" name="password">'),
        ("application/xml", "<login><user>bob</user><password>PLANTED</password></login>"),
        ("application/soap+xml", '<wsse:Password Type="text">PLANTED</wsse:Password>'),
        ("text/plain", "user=bob password=PLANTED"),
        ("text/plain", "client_secret: PLANTED\nother: x"),
        ("text/yaml", "db:\n  password: 'PLANTED'\n"),
        ("text/csv", "http://bob:PLANTED@host/"),
        ("", '{"password": "PLANTED", broken'),
        (JSON, '{"token": "PLANTED"'),
        (JSON, '{"log": "{\\"password\\": \\"PLANTED\\"}"}'),
        (JSON, '{"callback": "https://x.example/cb?access_token=PLANTED&b=1"}'),
        (JSON, '{"tokens": {"access": "PLANTED", "token_type": "x"}}'),
        (JSON, '{"credentials": {"username": "bob", "plain": "PLANTED"}}'),
        (JSON, '{"passwords": ["x"], "password": ["PLANTED"]}'),
        (JSON, '{"p\\u0061ssword": "PLANTED"}'),
        ("application/x-ndjson", '{"id":1}\n{"secret":"PLANTED"}\n'),
        ("text/event-stream", 'data: {"access_token":"PLANTED"}\n\n'),
    ],
)
def test_secrets_are_found_in_many_kinds_of_bodies(media_type: str, body: str) -> None:
    """Markup, logs, damaged JSON, JSON inside texts and event streams hide nothing."""
    secret = "pl4nted-S3cret"
    data, places = redact_body(make_redactor(), body.replace("PLANTED", secret).encode(), media_type)
    assert places
    assert secret.encode() not in data
    prefix, _, suffix = body.partition("PLANTED")
    assert data.startswith(prefix.encode())
    assert data.endswith(suffix.encode())


def test_allowed_names_stay_everywhere() -> None:
    """A value that was declared harmless stays in its place and where it is used."""
    redactor = make_redactor(allowed=("access-token",))
    assert redacted_json(redactor, {"accessToken": PASSWORD, "token": "other-Value-1"}) != {
        "accessToken": PASSWORD,
        "token": "other-Value-1",
    }
    assert redacted_json(redactor, {"accessToken": PASSWORD}) == {"accessToken": PASSWORD}
    assert redactor.header("Authorization", f"Bearer {PASSWORD}") == f"Bearer {PASSWORD}"


def test_extra_names_are_secret() -> None:
    """A name from the configuration is as secret as ours."""
    assert redacted_json(make_redactor(extra=("iban",)), {"IBAN": "DE89370400440532013000"}) != {
        "IBAN": "DE89370400440532013000"
    }


def test_without_redaction_everything_stays() -> None:
    """``--no-redact`` keeps every byte."""
    redactor = Redactor(RedactionPolicy.of(enabled=False))
    body = json.dumps({"password": PASSWORD}).encode()
    assert redact_body(redactor, body, JSON) == (body, ())
    assert redactor.header("Cookie", "sid=1") == "sid=1"


def test_masks_and_empty_values_are_not_secrets() -> None:
    """What is hidden already, empty, true or null is evidence, not a secret."""
    value = {"password": "******", "token": "", "secret": None, "api_key": True}
    assert redacted_json(make_redactor(), value) == value
