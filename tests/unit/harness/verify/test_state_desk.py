from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.integration.verify import contracts
from treaty.contract.json_value import JsonValue
from treaty.errors import ProviderFailed, StateFailed
from treaty.verify.document import Interaction, read_document
from treaty.verify.state_desk import DeskAnswer, StateDesk
from treaty.verify.states import SetUp


@dataclass
class Known:
    """Sets up states of a table; others fail."""

    table: dict[str, dict[str, JsonValue]]

    def set_up(self, key: str, name: str) -> SetUp:
        if key not in self.table:
            raise StateFailed(f"the state {name!r} could not be set up", why="no steps")
        return SetUp(variables=self.table[key], calls=2)


@dataclass
class Handler:
    """The user's own handler."""

    values: dict[str, JsonValue] = field(default_factory=dict)
    requests: list[Mapping[str, JsonValue]] = field(default_factory=list)

    def change(self, request: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        self.requests.append(request)
        return self.values


def interactions(*entries: dict[str, Any]) -> tuple[Interaction, ...]:
    return read_document(json.dumps(contracts.pact(list(entries))).encode(), source="a").interactions


def desk(*entries: dict[str, Any], table: dict[str, dict[str, JsonValue]], manual: Handler | None = None) -> StateDesk:
    return StateDesk(set_ups=Known(table), manual=manual, interactions=interactions(*entries))


def ask(
    given: StateDesk, state: str, action: str = "setup", *, position: int | None = None, **params: JsonValue
) -> DeskAnswer:
    if position is not None:
        params["treaty.position"] = position
    return given.answer(json.dumps({"action": action, "params": params, "state": state}).encode())


def test_our_states_answer_all_their_variables() -> None:
    """And are remembered with their calls, by position."""
    given = desk(contracts.READ_USER, table={"k": {"user_id_4f1c": 4711, "email": "x"}})
    answer = ask(given, "s", treaty="k", position=0)
    assert answer == DeskAnswer(status=200, body={"user_id_4f1c": 4711, "email": "x"})
    assert given.prepared(interactions(contracts.READ_USER)[0])
    assert given.setup_calls(0) == 2
    assert given.failure(0) is None


@pytest.mark.parametrize("action", ["setup", "teardown"])
def test_no_state_needs_nothing(action: str) -> None:
    """The official verifier asks with an empty name for interactions without states."""
    assert ask(desk(contracts.HEALTH, table={}), "", action) == DeskAnswer(status=200, body={})


def test_tear_down_of_ours_is_nothing() -> None:
    """What was made new needs no removal."""
    assert ask(desk(table={}), "s", "teardown", treaty="unknown").status == 200


def test_a_failure_is_a_4xx_with_its_reason_and_remembered() -> None:
    """A 5xx would be retried for two minutes."""
    given = desk(contracts.READ_USER, table={})
    answer = ask(given, "a user", treaty="k", position=0)
    assert answer.status == 422
    assert isinstance(answer.body, Mapping)
    assert answer.body["why"] == "no steps"
    failure = given.failure(0)
    assert failure is not None
    assert failure.why == "no steps"
    assert not given.prepared(interactions(contracts.READ_USER)[0])


def test_a_name_that_stays_without_value_fails_the_state() -> None:
    """With a position, and without one when the interaction has this state only."""
    given = desk(contracts.READ_USER, table={contracts.STATE: {"email": "x"}})
    for position in (0, None):
        answer = ask(given, "a user", treaty=contracts.STATE, position=position)
        assert answer.status == 422
        assert isinstance(answer.body, Mapping)
        assert "${user_id_4f1c}" in str(answer.body["why"])


def test_names_may_come_from_several_states() -> None:
    """They are checked when the last state is there."""
    both = {**contracts.READ_USER, "providerStates": [*contracts.ours("a", "k"), {"name": "by hand"}]}
    handler = Handler(values={"user_id_4f1c": 1})
    given = desk(both, table={"k": {"email": "x"}}, manual=handler)
    assert ask(given, "a", treaty="k", position=0).status == 200
    assert ask(given, "by hand", position=0) == DeskAnswer(status=200, body={"user_id_4f1c": 1})
    assert given.prepared(interactions(both)[0])


def test_other_states_are_passed_on_as_they_came() -> None:
    """Without our mark; tear-down, too."""
    handler = Handler()
    given = desk(contracts.HEALTH, table={}, manual=handler)
    ask(given, "by hand", depth=3, position=0)
    ask(given, "by hand", "teardown", depth=3, position=0)
    assert handler.requests == [
        {"action": "setup", "params": {"depth": 3}, "state": "by hand"},
        {"action": "teardown", "params": {"depth": 3}, "state": "by hand"},
    ]


def test_a_manual_state_without_a_handler_says_what_to_write() -> None:
    """In the hint."""
    answer = ask(desk(table={}), "the moon is full")
    assert answer.status == 422
    assert isinstance(answer.body, Mapping)
    assert "--state-url" in str(answer.body["hint"])


@pytest.mark.parametrize("data", [b"", b"[]", b'{"action": "setup"}', b'{"state": 7}', b"\xff\xff"])
def test_other_requests_are_refused(data: bytes) -> None:
    """With 400, never 500."""
    assert desk(table={}).answer(data).status == 400


def test_the_provider_is_emptied_before_the_first_state_of_each_interaction() -> None:
    """Not before the second one, nor when it is no longer needed."""
    both = {**contracts.READ_USER, "providerStates": [*contracts.ours("a", "k"), *contracts.ours("b", "k")]}
    renewed: list[str] = []
    given = StateDesk(
        set_ups=Known({"k": {"user_id_4f1c": 1}}),
        manual=None,
        interactions=interactions(both, contracts.READ_USER),
        renew=lambda: renewed.append("renewed"),
    )
    for state in ("a", "b"):
        ask(given, state, position=0, treaty="k")
    ask(given, "a", "teardown", position=0, treaty="k")
    assert renewed == ["renewed"]
    ask(given, "a", position=1, treaty="k")
    assert renewed == ["renewed"] * 2


def test_a_provider_that_cannot_be_emptied_fails_the_state() -> None:
    """With the reason, and no 5xx."""

    def fail() -> None:
        raise ProviderFailed("shop could not be reset", why="the last answer was 500")

    given = StateDesk(set_ups=Known({"k": {}}), manual=None, interactions=interactions(contracts.READ_USER), renew=fail)
    assert ask(given, "a", position=0, treaty="k").status == 422
    failure = given.failure(0)
    assert failure is not None
    assert "500" in failure.why


def test_other_verifiers_get_the_secrets_that_a_request_needs() -> None:
    """And no others."""
    content = json.loads(json.dumps(contracts.READ_USER))
    content["request"]["headers"] = {"Authorization": ["Bearer ${secret.token}"]}
    content["providerStates"] = contracts.ours("a", "k")
    given = StateDesk(
        set_ups=Known({"k": {"user_id_4f1c": 1}, "other": {}}),
        manual=None,
        interactions=interactions(content),
        secrets={"secret.token": "t0", "secret.other": "t1"},
    )
    assert ask(given, "a", treaty="k").body == {"secret.token": "t0", "user_id_4f1c": 1}
    assert ask(given, "b", treaty="other").body == {}
