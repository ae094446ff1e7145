from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.unit.harness.verify.tales import call, interaction, state
from tests.unit.harness.verify.tales import document as tales
from treaty.errors import NothingVerified, ProviderUnknown
from treaty.verify.document import PactDocument, read_document
from treaty.verify.plan import Plan, Selection, check_not_empty, make_plan


def document(interactions: list[dict[str, Any]] = contracts.EVERYTHING, **names: Any) -> PactDocument:
    return read_document(json.dumps(contracts.pact(interactions, **names)).encode(), source="a.json")


def plan(*documents: PactDocument, **selection: Any) -> Plan:
    return make_plan(documents, provider="shop", selection=Selection(**selection))


def test_everything_of_the_provider_is_planned_in_order() -> None:
    """Other providers' pacts are left aside."""
    planned = plan(document(), document(provider="other"), document([contracts.HEALTH], consumer="app"))
    assert [pact.document.consumer for pact in planned.pacts] == ["web", "app"]
    assert planned.total == 7
    assert [each.position for each in planned.pacts[0].interactions] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("selection", "total"),
    [
        ({"consumers": ("web",)}, 6),
        ({"consumers": ("we",)}, 0),
        ({"description": "-> 200"}, 3),
        ({"state": "user exists"}, 2),
        ({"state": "user exists", "description": "409"}, 1),
    ],
)
def test_selection_by_name_and_parts(selection: dict[str, Any], total: int) -> None:
    """Consumers by their exact names, descriptions and states by a part."""
    assert plan(document(), **selection).total == total


def test_an_unknown_provider_is_an_error_unless_the_configuration_knows_it() -> None:
    """A known service without pacts has nothing to verify."""
    with pytest.raises(ProviderUnknown) as raised:
        make_plan([document()], provider="shpo", selection=Selection())
    assert raised.value.hint == "did you mean 'shop'?"
    empty = make_plan([document()], provider="shpo", selection=Selection(), known=["shpo"])
    with pytest.raises(NothingVerified):
        check_not_empty(empty)


def test_what_cannot_be_judged_is_known_before_anything_is_sent() -> None:
    """Missing steps and missing names are hindrances; the rest, messages among it, stays possible."""
    message = {"type": "Asynchronous/Messages", "description": "m", "contents": contracts.json_body(1)}
    unbound = json.loads(json.dumps(contracts.READ_USER))
    unbound["request"]["generators"]["path"]["expression"] = "/users/${nobody}"
    manual = {**unbound, "providerStates": [{"name": "by hand"}]}
    pact = plan(document([contracts.HEALTH, message, unbound, manual, contracts.READ_USER])).pacts[0]
    assert [position for position, _ in pact.impossible] == [2]
    assert "${nobody}" in pact.impossible[0][1].why
    assert [each.position for each in pact.possible] == [0, 1, 3, 4]
    (missing,) = plan(document([contracts.READ_USER], states={})).pacts[0].impossible
    assert "no steps under this key" in missing[1].why


def test_a_secret_that_is_not_given_is_a_hindrance_of_its_interactions_only() -> None:
    """In the set-up, in a generator or in a header; the slot and the option are named."""
    step = call("POST", "/things", status=201)
    step["call"]["request"]["headers"] = {"X-Key": ["${secret.key}"]}
    in_header = interaction("GET", "/a")
    in_header["request"]["headers"] = {"Authorization": ["Bearer ${secret.token}"]}
    made = tales([interaction("GET", "/x", state(step)), in_header, interaction("GET", "/b")])
    (pact,) = plan(made).pacts
    reasons = dict(pact.impossible)
    assert list(reasons) == [0, 1]
    assert "${secret.key}" in reasons[0].why
    assert reasons[1].code == "secret-missing"
    assert reasons[1].hint == "--secret token=env:VARIABLE"
    given = make_plan([made], provider="shop", selection=Selection(), secrets=["key", "token"])
    assert given.pacts[0].impossible == ()


ANSWERED: dict[str, Any] = {
    "type": "Synchronous/Messages",
    "description": "m",
    "request": {"contents": contracts.json_body(1)},
    "response": [{"contents": contracts.json_body(2)}],
}


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"response": [*ANSWERED["response"], *ANSWERED["response"]]}, "2 are promised"),
        ({"transport": "grpc"}, "grpc needs a plugin"),
    ],
    ids=["several answers", "transport"],
)
def test_messages_that_the_protocol_cannot_carry_are_hindrances(change: dict[str, Any], text: str) -> None:
    """The official verifier says that several answers are not supported, and is red for a healthy provider."""
    (pact,) = plan(document([ANSWERED, {**ANSWERED, **change}, {**ANSWERED, "transport": "message"}])).pacts
    ((position, reason),) = pact.impossible
    assert position == 1
    assert text in reason.why


def test_an_engine_that_cannot_ask_for_messages_leaves_them_aside() -> None:
    """By name; requests stay possible."""
    made = make_plan(
        [document([ANSWERED, contracts.HEALTH])], provider="shop", selection=Selection(), asks_for_messages=False
    )
    (pact,) = made.pacts
    assert [position for position, _ in pact.impossible] == [0]
    assert pact.impossible[0][1].hint == "--engine treaty"


def test_values_that_a_message_needs_are_missed_like_those_of_a_request() -> None:
    """In what a synchronous message asks."""
    request = {**ANSWERED["request"], "generators": {"body": {"$": contracts.from_state("${nobody}")}}}
    (pact,) = plan(document([{**ANSWERED, "request": request}])).pacts
    assert "${nobody}" in pact.impossible[0][1].why
