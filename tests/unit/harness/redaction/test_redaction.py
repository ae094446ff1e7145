"""No secret gets through, what is none stays as it was, and a stand-in is as good as its secret for a replay."""

from __future__ import annotations

import base64
import json
import string
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from treaty.redaction.bodies import redact_body
from treaty.redaction.known import KnownValues, is_distinctive
from treaty.redaction.names import role_of_name
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.redaction.shapes import is_card_number, secrets_by_shape
from treaty.redaction.stand_ins import StandIns
from treaty.redaction.window import Window

JWT = (
    base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
    + "."
    + base64.urlsafe_b64encode(b'{"sub":"1234567890","name":"Alice","iat":1516239022}').decode().rstrip("=")
    + ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
)
PASSWORD = "corr3ct-Horse-battery"
JSON = "application/json"


def _redactor(**names: tuple[str, ...]) -> Redactor:
    return Redactor(RedactionPolicy.of(allowed=names.get("allowed", ()), extra=names.get("extra", ())))


def _json(redactor: Redactor, value: object) -> object:
    data, _ = redact_body(redactor, json.dumps(value).encode(), JSON)
    return json.loads(data)


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
    redacted = _redactor().text(wrapped)
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
    assert _redactor().text(text) == text


def test_a_json_body_keeps_every_byte_that_is_no_secret() -> None:
    """Blanks, key order, repeated keys and the spelling of numbers survive."""
    text = (
        '{ "n" : 1.10e2,\n\t"password":"hunter2-and-more" , "n":-0, "deep":[{"api_key":"k-123-abc"}], "u":"\\u00e9" }'
    )
    data, places = redact_body(_redactor(), text.encode(), JSON)
    new = data.decode()
    assert places == ("body.$.password", "body.$.deep[0].api_key")
    assert new[: text.index("hunter2")] == text[: text.index("hunter2")]
    assert new.endswith('"}], "u":"\\u00e9" }')
    assert len(new) == len(text)
    assert "hunter2" not in new
    assert "k-123-abc" not in new


def test_the_same_value_has_the_same_stand_in_everywhere() -> None:
    """A token is one stand-in in the answer, in the header, in the path, in the query, in prose and in base64."""
    redactor = _redactor()
    token = "tok-5f3a9c-Zz81QpLm"
    answer = _json(redactor, {"token": token})
    assert isinstance(answer, dict)
    stand_in = answer["token"]
    assert stand_in != token
    assert redactor.header("Authorization", f"Bearer {token}") == f"Bearer {stand_in}"
    assert redactor.path(f"/sessions/{token}/x") == f"/sessions/{stand_in}/x"
    assert redactor.pairs(f"a=1&t={token}") == (f"a=1&t={stand_in}", ("t[0]",))
    assert redactor.header("X-Note", f"used {token}.") == f"used {stand_in}."
    assert _json(redactor, {"note": f"glued{token}glued"}) == {"note": f"glued{stand_in}glued"}
    encoded = base64.b64encode(token.encode()).decode()
    assert _json(redactor, [encoded]) == [base64.b64encode(stand_in.encode()).decode()]
    basic = base64.b64encode(f"alice:{token}".encode()).decode()
    expected = base64.b64encode(f"alice:{stand_in}".encode()).decode()
    assert redactor.header("Authorization", f"Basic {basic}") == f"Basic {expected}"


def test_authorization_keeps_its_scheme() -> None:
    """Bearer, Basic, a bare key, a digest and a signature each keep what is not secret."""
    redactor = _redactor()
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
    new = _redactor().header(
        "Authorization", f"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE{scope}5d672d79c15b13162d9279b0855cfba6"
    )
    assert scope in new
    assert "AKIAIOSFODNN7EXAMPLE" not in new
    assert "5d672d79c15b13162d9279b0855cfba6" not in new


def test_only_the_scope_of_a_signing_key_is_cut_off() -> None:
    """Signatures in base64 have slashes of their own; nothing behind them stays."""
    new = _redactor().header("Authorization", "Signature keyId=k1, signature=Zm9v/YmFyYmF6cXV4/cXV1eA==")
    assert "YmFyYmF6cXV4" not in new
    assert "cXV1eA" not in new
    assert "hidden" not in _redactor().header(
        "Authorization", "OTHER-1 Credential=KEYKEYKEY/hidden, Signature=abcdef12"
    )


def test_cookies_keep_names_and_attributes() -> None:
    """Every cookie's value is replaced, and a cookie sent back is the one that was set."""
    redactor = _redactor()
    set_cookie = redactor.header("Set-Cookie", 'sid="s%3Aabc.def123"; Path=/; HttpOnly; Max-Age=3600; SameSite=Lax')
    assert set_cookie.startswith('sid="')
    assert set_cookie.endswith('"; Path=/; HttpOnly; Max-Age=3600; SameSite=Lax')
    assert "abc" not in set_cookie
    value = set_cookie.split('"')[1]
    assert redactor.header("Cookie", "a=; sid=s%3Aabc.def123; theme=dark").startswith(f"a=; sid={value}; theme=")
    assert "dark" not in redactor.header("Cookie", "theme=dark")


def test_a_jwt_stand_in_is_still_three_parts_with_a_json_header() -> None:
    """A consumer that splits or decodes a token can do so with its stand-in."""
    answer = _json(_redactor(), {"access_token": JWT})
    assert isinstance(answer, dict)
    parts = answer["access_token"].split(".")
    assert [len(part) for part in parts] == [len(part) for part in JWT.split(".")]
    for part in parts[:2]:
        assert isinstance(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))), dict)
    assert all(old != new for old, new in zip(JWT.split("."), parts, strict=True))


def test_a_card_stand_in_is_still_accepted() -> None:
    """The stand-in of a card number has its issuer, grouping and a right check digit; a number stays a number."""
    answer = _json(
        _redactor(), {"card": {"number": "4242 4242 4242 4242", "cvc": 123}, "card_number": 5555555555554444}
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


def test_a_form_is_redacted_by_its_names() -> None:
    """A form keeps its other fields as they were written, and nested names count."""
    body = "user[name]=al+ice&user[password]=p%40ss%20word%211&remember=on&card_number=4111+1111+1111+1111"
    data, places = redact_body(_redactor(), body.encode(), "application/x-www-form-urlencoded; charset=utf-8")
    assert places == ("body.user[password][0]", "body.card_number[0]")
    assert data.startswith(b"user[name]=al+ice&user[password]=")
    fields = dict(parse_qsl(data.decode()))
    assert len(fields["user[password]"]) == len("p@ss word!1")
    assert "word" not in fields["user[password]"]
    assert is_card_number(fields["card_number"])


def test_a_multipart_body_is_redacted_by_its_parts() -> None:
    """Fields of secret names, JSON parts and known values are replaced; a binary file keeps its bytes."""
    redactor = _redactor()
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
    data, places = redact_body(_redactor(), body.replace("PLANTED", secret).encode(), media_type)
    assert places
    assert secret.encode() not in data
    prefix, _, suffix = body.partition("PLANTED")
    assert data.startswith(prefix.encode())
    assert data.endswith(suffix.encode())


def test_a_key_that_is_a_secret_is_replaced_and_not_named() -> None:
    """A secret used as the key of an object is found, and its place does not tell it."""
    redactor = _redactor()
    redactor.header("Authorization", f"Bearer {PASSWORD}")
    data, places = redact_body(redactor, json.dumps({"by": {PASSWORD: {"n": 1}}}).encode(), JSON)
    assert PASSWORD.encode() not in data
    assert places
    assert PASSWORD not in "".join(places)


def test_allowed_names_stay_everywhere() -> None:
    """A value that was declared harmless stays in its place and where it is used."""
    redactor = _redactor(allowed=("access-token",))
    assert _json(redactor, {"accessToken": PASSWORD, "token": "other-Value-1"}) != {
        "accessToken": PASSWORD,
        "token": "other-Value-1",
    }
    assert _json(redactor, {"accessToken": PASSWORD}) == {"accessToken": PASSWORD}
    assert redactor.header("Authorization", f"Bearer {PASSWORD}") == f"Bearer {PASSWORD}"


def test_extra_names_are_secret() -> None:
    """A name from the configuration is as secret as ours."""
    assert _json(_redactor(extra=("iban",)), {"IBAN": "DE89370400440532013000"}) != {"IBAN": "DE89370400440532013000"}


def test_without_redaction_everything_stays() -> None:
    """``--no-redact`` keeps every byte."""
    redactor = Redactor(RedactionPolicy.of(enabled=False))
    body = json.dumps({"password": PASSWORD}).encode()
    assert redact_body(redactor, body, JSON) == (body, ())
    assert redactor.header("Cookie", "sid=1") == "sid=1"


def test_masks_and_empty_values_are_not_secrets() -> None:
    """What is hidden already, empty, true or null is evidence, not a secret."""
    value = {"password": "******", "token": "", "secret": None, "api_key": True}
    assert _json(_redactor(), value) == value


def test_common_words_do_not_spread() -> None:
    """A password that is a common word is replaced in its place only."""
    redactor = _redactor()
    answer = _json(redactor, {"password": "admin"})
    assert answer != {"password": "admin"}
    assert _json(redactor, {"role": "admin"}) == {"role": "admin"}


def test_a_late_secret_is_announced() -> None:
    """A value that was stored as harmless and is a secret later is among the fresh ones."""
    redactor = _redactor()
    assert _json(redactor, {"opaque": PASSWORD}) == {"opaque": PASSWORD}
    redactor.header("Authorization", f"Bearer {PASSWORD}")
    assert PASSWORD in redactor.fresh
    assert base64.b64encode(PASSWORD.encode()).decode().rstrip("=") in redactor.fresh
    assert PASSWORD not in redactor.known_in(json.dumps({"opaque": PASSWORD}))


printable = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
alphabet = st.sampled_from(string.ascii_letters + string.digits + '-_.:/+=@!"\\& ')


def _class(character: str) -> str:
    if character in string.ascii_lowercase:
        return "a"
    if character in string.ascii_uppercase:
        return "A"
    return "0" if character in string.digits else "."


@given(st.lists(printable, min_size=1, max_size=8, unique=True), st.sampled_from(["password", "token", "jwt", "card"]))
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


@given(
    st.lists(st.text(alphabet, min_size=6, max_size=30).filter(is_distinctive), min_size=1, max_size=100, unique=True),
    st.data(),
)
def test_known_values_are_found_as_a_plain_search_finds_them(values: list[str], data: st.DataObject) -> None:
    """Looking at every fourth place finds exactly what looking everywhere finds."""
    known = KnownValues()
    for value in values:
        known.add(value, "x" * len(value))
    pieces = data.draw(st.lists(st.sampled_from(values) | st.text(alphabet, max_size=9), max_size=6))
    text = "".join(pieces)
    found = {(start, end) for start, end, _ in known.spans(text)}
    for value in values:
        start = text.find(value)
        while start >= 0:
            end = start + len(value)
            bounded = not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())
            covered = any(first <= start and end <= last for first, last in found) or any(
                text[first:last] == value and first < end and start < last for first, last in found
            )
            assert covered or (len(value) < 11 and not bounded)
            start = text.find(value, start + 1)
    assert all(text[start:end] in values for start, end in found)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | printable,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("xyz", max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(json_values, st.sampled_from([None, 1]), st.booleans())
def test_a_document_without_secrets_is_not_touched(value: object, indent: int | None, ascii_only: bool) -> None:
    """Redaction of harmless JSON gives the same object back."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assume(not list(secrets_by_shape(text)) and "=" not in text and "\\" not in text)
    data = text.encode()
    assert redact_body(_redactor(), data, JSON)[0] is data


@given(json_values, st.text(alphabet, min_size=8, max_size=40), st.booleans())
def test_a_planted_secret_is_gone_and_the_document_is_still_json(value: object, secret: str, ascii_only: bool) -> None:
    """Wherever the secret was, the document parses, and the rest is equal."""
    assume(is_distinctive(secret) and not set(secret) <= set("xX.-*_<>") and secret not in json.dumps(value))
    document = {"rest": value, "password": secret, "again": [secret, f"({secret})"]}
    data, _ = redact_body(_redactor(), json.dumps(document, ensure_ascii=ascii_only).encode(), JSON)
    new = json.loads(data)
    assert new["password"] != secret
    assert new["again"] == [new["password"], f"({new['password']})"]


@given(st.text(alphabet, min_size=8, max_size=40), st.sampled_from(["query", "path", "form"]))
def test_a_secret_is_found_percent_encoded(secret: str, place: str) -> None:
    """A known secret is replaced in URLs however it had to be written there."""
    assume(is_distinctive(secret) and not set(secret) <= set("xX.-*_<>"))
    redactor = _redactor()
    redactor.header("X-Api-Key", secret)
    if place == "path":
        path = redactor.path("/a/" + quote(secret, safe="") + "/b")
        assert quote(secret, safe="") not in path
    else:
        text, changed = redactor.pairs(urlencode({"q": secret}))
        assert changed == ("q[0]",)
        assert dict(parse_qsl(text, keep_blank_values=True))["q"] != secret


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 700_000), st.integers(500, 70_000), st.booleans())
def test_a_window_finds_secrets_wherever_the_pieces_are_cut(place: int, piece: int, known: bool) -> None:
    """A streamed body is redacted as a whole one would be, and keeps its length."""
    redactor = _redactor()
    if known:
        redactor.header("X-Api-Key", PASSWORD)
    secret = PASSWORD if known else JWT
    body = b"." * place + b" " + secret.encode() + b" " + b"." * (700_000 - place)
    window = Window(redactor)
    out = b"".join(window.feed(body[start : start + piece]) for start in range(0, len(body), piece)) + window.finish()
    assert len(out) == len(body)
    assert secret.encode() not in out
    assert window.changed
    assert out[:place] == body[:place]
