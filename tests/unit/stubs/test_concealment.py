"""Secrets of a request in what is shown about it."""

from __future__ import annotations

import pytest

from tests.unit.stubs.examples import received
from treaty_stubs.concealment import Concealer, TargetConcealer
from treaty_stubs.header_block import HeaderBlock
from treaty_stubs.message import Received

_SECRET = "hunter2-Zq81kd93"


@pytest.mark.parametrize(
    ("location", "text"),
    [
        ("header.Authorization", f"Bearer {_SECRET}"),
        ("header.Cookie", f"sid={_SECRET}"),
        ("query.api_key[0]", _SECRET),
        ("query.api_key", _SECRET),
        ("body.$.password", f'"{_SECRET}"'),
        ("body.$.user", f'{{"name":"a","password":"{_SECRET}"}}'),
        ("body.$.list[0]", f'{{"client_secret":"{_SECRET}"}}'),
        ("body.$['client secret']", f'"{_SECRET}"'),
        ("body", f'{{"password":"{_SECRET}"}}'),
        ("body", f"password={_SECRET}&a=b"),
        ("body", f'{{"password":"{_SECRET}'),
    ],
)
def test_secrets_by_place_are_replaced(location: str, text: str) -> None:
    """By the name of the header, parameter or member."""
    shown = Concealer(received()).conceal(location, text)
    assert _SECRET not in shown
    assert shown


def test_a_secret_is_replaced_wherever_it_turns_up() -> None:
    """What is secret in one place of the request is so in its path, query and other members, too."""
    request = received(
        "POST",
        f"/reset/{_SECRET}?next=/x/{_SECRET}&token={_SECRET}",
        body={"password": _SECRET, "note": f"is {_SECRET}"},
    )
    concealer = Concealer(request)
    assert _SECRET not in concealer.target
    assert concealer.target.startswith("/reset/")
    assert _SECRET not in concealer.conceal("body.$.note", f'"is {_SECRET}"')
    assert _SECRET not in concealer.conceal("path", f"/reset/{_SECRET}")


@pytest.mark.parametrize(
    ("location", "text"),
    [
        ("path", "/users/7"),
        ("method", "GET"),
        ("query.page[0]", "2"),
        ("header.X-Tenant", "acme"),
        ("body.$.user_id", "9007001"),
        ("body.$.items", '[{"name":"x"}]'),
        ("body.$.password", ""),
    ],
)
def test_what_is_no_secret_stays(location: str, text: str) -> None:
    assert Concealer(received()).conceal(location, text) == text


def test_headers_and_body_are_shown_without_secrets() -> None:
    """A secret that is known by one of them is replaced in the others, whichever comes first."""
    request = received(
        "POST",
        "/login",
        headers={"X-Note": f"was {_SECRET}", "Authorization": f"Bearer {_SECRET}", "Accept": "text/plain"},
        body={"note": f"is {_SECRET}", "name": "Alice"},
    )
    concealer = Concealer(request)
    headers = dict(concealer.headers)
    assert _SECRET not in str(headers)
    assert headers["Accept"] == "text/plain"
    assert headers["Authorization"].startswith("Bearer ")
    assert _SECRET.encode() not in concealer.body
    assert b'"name": "Alice"' in concealer.body


def test_targets_of_many_requests_are_shown_as_each_would_be_alone() -> None:
    """What is secret in one request, by its body or headers, is hidden there, and stays to be seen in the others."""
    plain = HeaderBlock([(b"Host", b"a")], is_shared=True)
    known = HeaderBlock([(b"Host", b"a"), (b"Authorization", f"Bearer {_SECRET}".encode())], is_shared=True)
    body = f'{{"password":"{_SECRET}"}}'.encode()
    requests = [
        Received(method=method, target=target, raw_headers=block, body=content)
        for method, target, block, content in (
            ("GET", f"/users/{_SECRET}", plain, b""),
            ("GET", f"/users/{_SECRET}", known, b""),
            ("POST", f"/users/{_SECRET}", plain, body),
            ("GET", f"/users/{_SECRET}", HeaderBlock(known.raw), b""),
            ("GET", f"/users?token={_SECRET}&page=1", plain, b""),
            ("GET", "/users/1", known, b""),
        )
    ]
    conceal = TargetConcealer()
    for request in requests * 2:
        assert conceal(request) == Concealer(request).target
    assert _SECRET in conceal(requests[0])
    assert not any(_SECRET in conceal(request) for request in requests[1:5])
