from __future__ import annotations

import json
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.verify.calls import Call
from treaty.verify.sent_request import SentRequest, concealed_request, sent_request

SECRET = "Qx7-vault-93bLmT"


def conceal(request: SentRequest, *, given_value: str = "") -> SentRequest:
    return concealed_request(
        request,
        redactor=Redactor(RedactionPolicy()),
        given=lambda text: text.replace(given_value, "<given>") if given_value else text,
    )


def request(**parts: object) -> SentRequest:
    return SentRequest(**{"method": "POST", "url": "http://127.0.0.1:1/a", **parts})  # type: ignore[arg-type] # a table


def test_a_call_becomes_an_absolute_request_with_what_the_connection_adds() -> None:
    """The values of added headers are variables from the beginning."""
    call = Call(method="PUT", target="/a?b=1", headers=(("Accept", "x"),), body=b"y")
    assert sent_request(call, base_url="http://h:1/base/", added={"x-api-key"}) == SentRequest(
        method="PUT",
        url="http://h:1/base/a?b=1",
        headers=(("Accept", "x"), ("x-api-key", "${X_API_KEY}")),
        body=b"y",
        variables=("X_API_KEY",),
    )


def test_what_holds_no_secret_keeps_its_every_byte() -> None:
    """Odd spacing, repeated parameters, binary."""
    harmless = request(
        url="http://127.0.0.1:1/a%20b/?c=%7E&c=&d", headers=(("Accept", "a, b"),), body=b'{ "a" : 1.0,"b":"\xc3\xa9"}'
    )
    assert conceal(harmless) == harmless
    binary = request(body=b"\x00\xff")
    assert conceal(binary) == binary


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", f"Bearer {SECRET}", "Bearer ${AUTHORIZATION}"),
        ("Authorization", "Basic YWxpY2U6UXg3LXZhdWx0", "Basic ${AUTHORIZATION}"),
        ("X-Api-Key", SECRET, "${X_API_KEY}"),
        ("Cookie", f"session={SECRET}; theme=dark", "${COOKIE}"),
    ],
)
def test_secret_headers_keep_their_name_and_scheme(name: str, value: str, shown: str) -> None:
    concealed = conceal(request(headers=((name, value),)))
    assert concealed.headers == ((name, shown),)
    assert concealed.variables == (shown.rpartition("{")[2].removesuffix("}"),)


def test_secrets_in_the_url_are_variables() -> None:
    """In a parameter, and in the path when it was seen in a secret place before."""
    concealed = conceal(
        request(url=f"http://127.0.0.1:1/reset/{SECRET}?token={SECRET}&page=2", headers=(("X-Auth-Token", SECRET),))
    )
    assert concealed.url == "http://127.0.0.1:1/reset/${X_AUTH_TOKEN}?token=${X_AUTH_TOKEN}&page=2"
    assert concealed.variables == ("X_AUTH_TOKEN",)


def test_secrets_in_json_are_variables_that_keep_the_type_around_them() -> None:
    """A number is written without quotes; two different values under one name get two variables."""
    body = {
        "user": {"email": "a@example.com", "password": SECRET},
        "pin": 4711,
        "old": {"password": "An0ther-" + SECRET},
    }
    concealed = conceal(
        request(headers=(("Content-Type", "application/json"),), body=json.dumps(body, separators=(",", ":")).encode())
    )
    assert concealed.body is not None
    assert concealed.body.decode().replace(" ", "") == (
        '{"user":{"email":"a@example.com","password":"${PASSWORD}"},"pin":${PIN},"old":{"password":"${PASSWORD_2}"}}'
    )
    assert concealed.variables == ("PASSWORD", "PIN", "PASSWORD_2")


def test_secrets_in_a_form_are_variables() -> None:
    form = request(
        headers=(("Content-Type", "application/x-www-form-urlencoded"),), body=f"user=bob&password={SECRET}".encode()
    )
    assert conceal(form).body == b"user=bob&password=${PASSWORD}"


def test_a_body_of_no_known_form_is_a_variable_as_a_whole() -> None:
    text = request(headers=(("Content-Type", "text/plain"),), body=f"my password={SECRET} is".encode())
    assert conceal(text).body == b"${BODY}"


def test_what_the_user_gave_is_a_variable_wherever_it_is() -> None:
    """Even where no name is suspicious."""
    concealed = conceal(
        request(
            url="http://127.0.0.1:1/of/tenant-9-x?q=tenant-9-x",
            headers=(("X-Tenant", "tenant-9-x"), ("X-Other", "${X_OTHER}")),
            body=b'{"tenant": "tenant-9-x"}',
            variables=("X_OTHER",),
        ),
        given_value="tenant-9-x",
    )
    assert "tenant-9-x" not in repr(concealed)
    assert concealed.headers == (("X-Tenant", "${X_TENANT}"), ("X-Other", "${X_OTHER}"))
    assert concealed.variables == ("X_OTHER", "X_TENANT")


@given(
    secret=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=12, max_size=40).filter(
        lambda text: len(set(text)) > 5 and not text.startswith(("{", "[")) and "${" not in text
    )
)
def test_no_secret_survives_in_any_part(secret: str) -> None:
    """Whatever characters it has."""
    concealed = conceal(
        request(
            url=f"http://127.0.0.1:1/a?access_token={quote_plus(secret)}",
            headers=(("X-Api-Key", secret), ("Content-Type", "application/json")),
            body=json.dumps({"password": secret}).encode(),
        )
    )
    assert secret not in concealed.headers[0][1]
    assert quote_plus(secret) not in concealed.url
    assert concealed.body is not None
    assert json.dumps(secret)[1:-1] not in concealed.body.decode()
