from __future__ import annotations

from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.unit.harness.verify.tales import document, interaction, state
from treaty.contract.model import HttpInteraction
from treaty.redaction.policy import RedactionPolicy
from treaty.verify.calls import Call
from treaty.verify.given_headers import HeaderRule, header_notes, recorded_call, with_headers
from treaty.verify.plan import Plan, Selection, make_plan


def promised(status: int, headers: dict[str, list[str]] | None = None, **generators: str) -> dict[str, Any]:
    """Write an interaction; `generators` gives header names (with _ for -) their expressions."""
    content = interaction("GET", "/things", status=status)
    content["request"]["headers"] = headers or {}
    if generators:
        made = {name.replace("_", "-"): contracts.from_state(text) for name, text in generators.items()}
        content["request"]["generators"] = {"header": made}
    return content


BEARER = {"Authorization": ["Bearer example"]}
TENANT = {"X-Tenant": ["a"]}


def recorded(content: dict[str, Any]) -> Call:
    contract = document([content]).contract.interactions[0]
    assert isinstance(contract, HttpInteraction)
    return recorded_call(contract)


def rule(*others: dict[str, Any]) -> HeaderRule:
    return HeaderRule.of([document(others)], RedactionPolicy())


@pytest.mark.parametrize(
    ("content", "applies"),
    [
        (promised(200, BEARER), True),
        (promised(200), True),
        (promised(404), True),
        (promised(200, BEARER, Authorization="Bearer ${token}"), False),
        (promised(200, BEARER, authorization="Bearer ${token}"), False),
        (promised(200, {"Authorization": ["Bearer ${secret.token}"]}), False),
        (promised(401), False),
        (promised(401, BEARER), False),
        (promised(407), False),
        (promised(403), False),
        (promised(403, BEARER), True),
    ],
    ids=[
        "constant",
        "absent",
        "absent, not found",
        "bound",
        "bound, other case",
        "slot",
        "401 without",
        "401 with a bad one",
        "407",
        "403 without",
        "403 for somebody else",
    ],
)
def test_a_credential_replaces_examples_but_neither_what_was_made_nor_what_is_refused(
    content: dict[str, Any], applies: bool
) -> None:
    """A 403 with a credential is about who that is: an old example would give 401."""
    assert rule(promised(200, BEARER)).applies("authorization", recorded(content)) is applies


@pytest.mark.parametrize(
    ("content", "applies"),
    [
        (promised(401, TENANT), True),
        (promised(401), False),
        (promised(403), False),
        (promised(200), True),
        (promised(200, TENANT, X_Tenant="${tenant}"), False),
    ],
    ids=["401 with", "401 without", "403 without", "absent", "bound"],
)
def test_another_header_stays_away_from_a_refusal_only_where_others_have_it(
    content: dict[str, Any], applies: bool
) -> None:
    """Then its absence may be what the refusal is about; a header that no request has is the way to the provider."""
    assert rule(promised(200, TENANT)).applies("X-Tenant", recorded(content)) is applies
    assert rule(promised(200)).applies("X-Gateway", recorded(promised(401)))


def test_what_the_configuration_calls_secret_is_a_credential() -> None:
    secret = HeaderRule(policy=RedactionPolicy.of(extra=["x-badge"]))
    assert not secret.applies("X-Badge", recorded(promised(401)))
    assert HeaderRule().applies("X-Badge", recorded(promised(401)))


@pytest.mark.parametrize("name", ["Authorization", "Cookie", "DPoP", "X-Hub-Signature-256", "X-Api-Key"])
def test_credentials_are_known_by_their_names(name: str) -> None:
    """Even where the configuration lets their values be shown."""
    assert not HeaderRule(policy=RedactionPolicy.of(allowed=[name])).applies(name, recorded(promised(401)))


def test_keys_of_generators_may_be_paths() -> None:
    """As other tools write them."""
    content = promised(200, BEARER)
    content["request"]["generators"] = {"header": {"$.Authorization[0]": contracts.from_state("${token}")}}
    assert recorded(content).made == {"authorization"}


def test_a_command_may_replace_what_was_made() -> None:
    """It has seen it; but it does not see that an interaction promises a refusal."""
    call = Call(method="GET", target="/", made=frozenset({"authorization"}), status=200)
    given = [("Authorization", "x"), ("X-Other", "y")]
    assert rule().added(call, given) == (("X-Other", "y"),)
    assert rule().added(call, given, replaces_made=True) == tuple(given)
    refused = Call(method="GET", target="/", status=401)
    assert rule().added(refused, given, replaces_made=True) == (("X-Other", "y"),)


def test_what_is_added_takes_the_place_of_all_with_the_same_name() -> None:
    """In any case of letters."""
    assert with_headers((("a", "1"), ("B", "2"), ("A", "3")), [("A", "4")]) == (("B", "2"), ("A", "4"))
    assert with_headers((("a", "1"),), []) == (("a", "1"),)


def plan(*contents: dict[str, Any]) -> Plan:
    return make_plan([document(contents)], provider="shop", selection=Selection())


def test_the_report_says_to_how_many_interactions_a_header_was_added() -> None:
    """Not when it was added to all; what cannot be judged does not count."""
    impossible = interaction("GET", "/x/1", state(), generated="/x/${nobody}")
    made = plan(promised(200, BEARER), promised(401), impossible)
    (note,) = header_notes(made, rule(promised(200, BEARER)), ["Authorization", "X-Gateway", "Authorization"])
    assert note.startswith("--header Authorization was added to 1 of 2 interactions")
