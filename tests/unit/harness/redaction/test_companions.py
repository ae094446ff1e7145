"""Names that become secret by what stands beside them."""

from __future__ import annotations

import json

import pytest

from tests.unit.harness.redaction.planted import make_redactor, redacted_json

SECRET = "pl4nted-S3cret"


@pytest.mark.parametrize(
    "document",
    [
        {"query": "mutation($p: String!) { login(password: $p) { id } }", "variables": {"p": "PLANTED"}},
        {"variables": {"in": {"x": "PLANTED"}}, "query": "mutation($in: C!) {\n login(credentials : $in) {id}}"},
        {"grant_type": "authorization_code", "code": "PLANTED"},
        {"code": "PLANTED", "redirect_uri": "https://a.example/cb"},
        {"env": [{"name": "PORT", "value": "80"}, {"name": "DB_PASSWORD", "value": "PLANTED"}]},
        {"headers": [{"name": "X-Api-Key", "value": "PLANTED"}]},
        {"headers": {"Authorization": "Bearer PLANTED"}},
        {"cookies": {"sid": "PLANTED"}, "headers": {"Cookie": "lang=de; sid=PLANTED"}},
    ],
)
def test_a_secret_beside_its_name(document: object) -> None:
    """Variables of GraphQL, codes of OAuth, lists of names and values, and repeated headers are understood."""
    text = json.dumps(document).replace("PLANTED", SECRET)
    new = json.dumps(redacted_json(make_redactor(), json.loads(text)))
    assert SECRET not in new
    assert len(new) == len(text)


@pytest.mark.parametrize(
    "document",
    [
        {"query": "query($p: Int) { users(page: $p, name: $n) { id } }", "variables": {"p": 2, "n": "Zq31gIjMgQWZ"}},
        {"query": "mutation($p: String!) { login(password: $p) { id } }", "p": "outside", "variables": {"n": "bob"}},
        {"query": "mutation($c: C) { login(credentials: $c) { id } }", "variables": {"c": {"username": "bob"}}},
        {"code": "out_of_stock_2026", "message": "none left"},
        {"env": [{"name": "PORT", "value": "80"}, {"key": "region", "value": "eu-west-1"}]},
        {"name": "token", "label": "value"},
        {"cookies": {"lang": "de", "theme": "dark"}},
    ],
)
def test_what_stands_beside_other_names_stays(document: object) -> None:
    """Pages, error codes, settings, and users' names are no secrets."""
    assert redacted_json(make_redactor(), document) == document


def test_a_repeated_header_has_the_stand_in_of_the_header() -> None:
    """A service that shows what it was sent shows the same stand-ins."""
    redactor = make_redactor()
    sent = redactor.header("Authorization", f"Bearer {SECRET}")
    assert redacted_json(redactor, {"headers": {"Authorization": f"Bearer {SECRET}"}}) == {
        "headers": {"Authorization": sent}
    }


def test_a_code_of_oauth_is_replaced_in_queries_and_forms() -> None:
    """``code`` is a secret beside ``state`` or ``grant_type``, and a word elsewhere."""
    redactor = make_redactor()
    assert SECRET not in redactor.pairs(f"code={SECRET}&state=xyz")[0]
    assert redactor.pairs("code=SUMMER26&size=2") == ("code=SUMMER26&size=2", ())
