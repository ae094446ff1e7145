from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.verify import contracts
from treaty.contract.json_value import JsonValue, loads
from treaty.errors import PactUnreadable
from treaty.verify.document import PactDocument, position_in, read_document, write_selection


def document(entries: list[dict[str, Any]], **more: Any) -> PactDocument:
    content = {**contracts.pact(entries), **more}
    return read_document(json.dumps(content).encode(), source="a.json")


def written(given: PactDocument, *positions: int) -> Any:
    return json.loads(write_selection(given, positions))


def test_interactions_have_their_states_needs_and_causes() -> None:
    """Everything that planning and reporting need, without the bodies."""
    (read,) = document([contracts.READ_USER]).interactions
    assert read.description == "GET /users/{id} -> 200"
    assert [(state.name, state.key) for state in read.states] == [("a user exists", contracts.STATE)]
    assert read.needed == {"user_id_4f1c"}
    assert read.cause_of("body.$.id") == "echo of path[1]"
    assert read.cause_of("body.$.unknown") == ""
    assert read.cause_of("nowhere") == ""
    assert read.is_http


def test_a_star_in_a_cause_covers_every_index() -> None:
    """The engine names an index, the pact says `[*]`."""
    comments = {"treaty": {"response": {"body.$[*].id": {"cause": "created"}}}}
    (read,) = document([{**contracts.HEALTH, "comments": comments}]).interactions
    assert read.cause_of("body.$[3].id") == "created"


def test_generators_anywhere_in_the_request_are_needed() -> None:
    """Path, query, headers and body, whole names and names inside texts."""
    generators = {
        "path": contracts.from_state("/u/${a}"),
        "query": {"q": contracts.from_state("b")},
        "header": {"Authorization": contracts.from_state("Bearer ${c}")},
        "body": {"$.l[*].id": contracts.from_state("${d}-${e}"), "$.u": {"type": "Uuid"}},
    }
    request = {"method": "GET", "path": "/u/1", "generators": generators}
    (read,) = document([contracts.interaction("x", request, {"status": 200})]).interactions
    assert read.needed == {"a", "b", "c", "d", "e"}


def test_a_selection_is_marked_and_loses_our_table() -> None:
    """Descriptions carry the position, states carry it as a parameter; the rest stays, numbers to the letter."""
    given = document([contracts.HEALTH, contracts.READ_USER, contracts.MISSING])
    result = written(given, 1, 2)
    assert [entry["description"] for entry in result["interactions"]] == [
        "1: GET /users/{id} -> 200",
        "2: GET /users/{id} -> 404",
    ]
    assert result["interactions"][0]["providerStates"] == [
        {"name": "a user exists", "params": {"treaty": contracts.STATE, "treaty.position": 1}}
    ]
    assert result["metadata"] == {"pactSpecification": {"version": "4.0"}}
    assert result["interactions"][0]["response"] == contracts.READ_USER["response"]


def test_numbers_of_a_selection_keep_their_text() -> None:
    """1.10 stays 1.10 on its way to an engine."""
    text = json.dumps(contracts.pact([contracts.HEALTH])).replace('"ok": true', '"ok": 1.10')
    assert b'"ok":1.10' in write_selection(read_document(text.encode(), source="a"), [0])


def test_a_state_of_version_2_becomes_one_with_parameters() -> None:
    """So that its state call can be told from others."""
    old = {
        "description": "x",
        "providerState": "all is well",
        "request": {"method": "GET", "path": "/"},
        "response": {"status": 200},
    }
    given = document([old], metadata={"pactSpecification": {"version": "2.0.0"}})
    assert given.interactions[0].states[0].key is None
    (entry,) = written(given, 0)["interactions"]
    assert entry["providerStates"] == [{"name": "all is well", "params": {"treaty.position": 0}}]
    assert "providerState" not in entry


@pytest.mark.parametrize(
    ("description", "position"), [("7: GET /", 7), ("GET /: x", None), ("", None), ("12", None), ("-1: x", None)]
)
def test_positions_are_found_again(description: str, position: int | None) -> None:
    """Only what `write_selection` writes is one."""
    assert position_in(description) == position


@pytest.mark.parametrize(
    "change",
    [
        {"consumer": {}},
        {"provider": "shop"},
        {"interactions": {}},
        {"interactions": [7]},
        {"interactions": [{**contracts.HEALTH, "response": {"status": "200"}}]},
        {"interactions": [{**contracts.HEALTH, "request": []}]},
        {"interactions": [{**contracts.HEALTH, "providerStates": [{"params": {}}]}]},
    ],
)
def test_what_the_official_engine_would_take_in_silence_is_unreadable(change: dict[str, Any]) -> None:
    """It replaces unknown shapes by defaults and is green."""
    with pytest.raises(PactUnreadable):
        document([contracts.HEALTH], **change)


def test_messages_of_version_3_follow_the_interactions() -> None:
    """They have a kind of their own."""
    content: dict[str, JsonValue] = {
        "consumer": {"name": "a"},
        "provider": {"name": "b"},
        "messages": [{"description": "an event", "contents": {"a": 1}}],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }
    (message,) = read_document(json.dumps(content).encode(), source="a").interactions
    assert not message.is_http


def test_a_message_that_is_to_be_answered_has_needs_and_slots() -> None:
    """Like a request; the message that answers it has none."""
    generators = {
        "body": {"$.id": contracts.from_state("${id}")},
        "metadata": {"key": contracts.from_state("${secret.key}")},
    }
    message = {"contents": contracts.json_body({"id": 1}), "generators": generators}
    entry = {"type": "Synchronous/Messages", "description": "m", "request": message, "response": [message]}
    (read,) = document([entry]).interactions
    assert read.needed == {"id"}
    assert read.slots == {"key"}
    assert not read.is_http


def test_the_raw_value_is_kept() -> None:
    """Adapters find examples in it."""
    given = document([contracts.HEALTH])
    assert given.raw["consumer"] == loads('{"name": "web"}')


def test_a_bare_parameter_has_an_empty_value_for_the_engine() -> None:
    """The official engine drops parameters without a value; a query in one text, and other parts, stay."""
    bare = {**contracts.HEALTH, "request": {"method": "GET", "path": "/photos", "query": {"acl": [None], "n": ["1"]}}}
    old = {**contracts.HEALTH, "request": {"method": "GET", "path": "/photos", "query": "acl&n=1"}}
    first, second = written(document([bare, old]), 0, 1)["interactions"]
    assert first["request"] == {"method": "GET", "path": "/photos", "query": {"acl": [""], "n": ["1"]}}
    assert second["request"]["query"] == "acl&n=1"
