from __future__ import annotations

import base64
import json
from random import Random
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.unit.harness.verify.fakes import JumpingTime, ScriptedCalls, in_turn, json_answer
from treaty.contract.json_value import loads
from treaty.errors import StateFailed
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.verify.calls import Answer, Call, CallFailed
from treaty.verify.concealment import Concealer
from treaty.verify.minting import Minter
from treaty.verify.setup_steps import parse_states
from treaty.verify.states import SetUp, StateRunner

CREATED = json_answer(201, {"id": 4711})


def set_up(
    calls: ScriptedCalls,
    *,
    key: str = contracts.STATE,
    states: dict[str, Any] | None = None,
    time: JumpingTime | None = None,
) -> SetUp:
    table = contracts.ALL_STATES if states is None else states
    parsed = parse_states(loads(json.dumps({"treaty": {"states": table}})), source="a.json")
    runner = StateRunner(
        states=parsed,
        calls=calls,
        waiter=time or JumpingTime(),
        minter=Minter(random=Random(1)),
        concealer=Concealer([], Redactor(RedactionPolicy())),
        seconds=10,
    )
    return runner.set_up(key, "the state")


def test_minted_and_bound_values_are_all_returned() -> None:
    """The request has the minted e-mail, the answer's id is bound with its type."""
    calls = ScriptedCalls(lambda _call: CREATED)
    done = set_up(calls)
    assert done.calls == 1
    assert done.variables["user_id_4f1c"] == 4711
    email = done.variables["email_4f1c"]
    assert calls.sent[0].body == json.dumps({"name": "Alice", "email": email}, separators=(",", ":")).encode()


def test_later_steps_use_what_earlier_ones_bound_and_awaits_poll() -> None:
    """The await goes on until the named leaf has the named value."""
    waiting, done = json_answer(200, {"status": "processing"}), json_answer(200, {"status": "success"})
    time = JumpingTime()
    calls = ScriptedCalls(in_turn([CREATED, json_answer(201, {"id": 9}), json_answer(404, {}), waiting, done]))
    assert set_up(calls, key=contracts.PAID, time=time).calls == 5
    assert calls.sent[1].body == b'{"user_id":4711}'
    assert [call.target for call in calls.sent[2:]] == ["/payments/9"] * 3
    assert time.waits == sorted(time.waits)
    assert len(time.waits) == 2


def test_an_await_ends_at_its_bound() -> None:
    """The reason has what was awaited and the last answer."""
    time = JumpingTime()
    waiting = json_answer(200, {"status": "processing"})
    with pytest.raises(StateFailed) as raised:
        set_up(ScriptedCalls(in_turn([CREATED, CREATED, waiting])), key=contracts.PAID, time=time)
    assert sum(time.waits) <= 5
    assert 'body.$.status = "success" was awaited for 5 s' in raised.value.why
    assert raised.value.where == "step 3 of 3: GET /payments/${payment_id_77aa}\nsent GET /payments/4711"


def test_a_call_is_sent_once_whatever_comes_back() -> None:
    """Another status than the recorded one ends the set-up; assertions are never retried."""
    calls = ScriptedCalls(lambda _call: json_answer(409, {"error": "email taken"}))
    with pytest.raises(StateFailed) as raised:
        set_up(calls)
    assert len(calls.sent) == 1
    assert raised.value.where.startswith("step 1 of 1: POST /users -> 201\nsent POST /users")
    assert raised.value.why == 'recorded was status 201, but the provider answered 409 {"error":"email taken"}'


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (json_answer(201, {"name": "Alice"}), "no key 'id'"),
        (json_answer(201, {"id": None}), "the value is null"),
        (Answer(status=201, body=b"created"), "not JSON"),
    ],
)
def test_what_cannot_be_bound_fails(answer: Answer, why: str) -> None:
    """A name without a value would let the recorded example through."""
    with pytest.raises(StateFailed) as raised:
        set_up(ScriptedCalls(lambda _call: answer))
    assert "${user_id_4f1c} cannot be bound" in raised.value.why
    assert why in raised.value.why


def test_a_call_without_an_answer_fails_with_the_reason() -> None:
    """Refused, closed or timed out."""

    def refuse(_call: Call) -> Answer:
        raise CallFailed("POST /users: connection refused")

    with pytest.raises(StateFailed) as raised:
        set_up(ScriptedCalls(refuse))
    assert raised.value.why == "POST /users: connection refused"


def test_an_unknown_key_says_that_the_steps_are_missing() -> None:
    """With what may have happened."""
    with pytest.raises(StateFailed) as raised:
        set_up(ScriptedCalls(lambda _call: CREATED), key="ffff")
    assert "no steps under this key" in raised.value.why


def test_a_step_that_needs_an_unknown_name_is_not_sent() -> None:
    """The name is in the reason."""
    calls = ScriptedCalls(lambda _call: CREATED)
    with pytest.raises(StateFailed) as raised:
        set_up(calls, key="x", states={"x": {"name": "s", "steps": [contracts.PAY]}})
    assert "${user_id_4f1c}" in raised.value.why
    assert calls.sent == []


def test_all_calls_of_a_state_share_one_bound() -> None:
    """A slow provider cannot stretch a set-up beyond it."""
    time = JumpingTime()

    def slow(_call: Call) -> Answer:
        time.wait(11)
        return CREATED

    states = {"x": {"name": "s", "mint": contracts.MINT, "steps": [contracts.SIGN_UP, contracts.PAY]}}
    with pytest.raises(StateFailed) as raised:
        set_up(ScriptedCalls(slow), key="x", states=states, time=time)
    assert raised.value.why == "the time for this state is used up"


def test_awaited_numbers_are_compared_by_value() -> None:
    """1.0 is 1, but "1" and true are not."""

    def outcome(body: str) -> bool:
        step = {"await": {"request": {"method": "GET", "path": "/"}, "until": {"body.$.n": 1}, "seconds": 1}}
        calls = ScriptedCalls(lambda _call: Answer(status=200, body=body.encode()))
        try:
            set_up(calls, key="x", states={"x": {"name": "s", "steps": [step]}})
        except StateFailed:
            return False
        return True

    assert outcome('{"n": 1.0}')
    assert not outcome('{"n": "1"}')
    assert not outcome('{"n": true}')
    assert not outcome("{}")


def test_a_secret_in_an_answer_is_not_in_the_reason() -> None:
    """Not even a half of it where the answer is cut."""
    token = "q8Zr2LmT0vXw9KpY4sNd" * 20
    with pytest.raises(StateFailed) as raised:
        set_up(ScriptedCalls(lambda _call: json_answer(200, {"access_token": token})))
    assert "answered 200" in raised.value.why
    assert "q8Zr2LmT0vXw9KpY4sNd" not in str(raised.value)


def test_credentials_follow_the_minted_user_name() -> None:
    """A base64 value is made of the minted ones, wherever it stands in the table."""
    states = {
        "0123456789ab": {
            "name": "an account",
            "mint": {
                "basic_1": {"type": "base64", "like": "${user_1}:pa$${ss"},
                "user_1": {"type": "string", "like": "alice"},
            },
        }
    }
    done = set_up(ScriptedCalls(lambda _call: CREATED), key="0123456789ab", states=states)
    assert base64.b64decode(str(done.variables["basic_1"])).decode() == f"{done.variables['user_1']}:pa${{ss"


def test_credentials_of_a_name_that_is_not_minted_fail_the_set_up() -> None:
    """What is not minted can't be inside a value that is made before the first step."""
    states = {"0123456789ab": {"name": "an account", "mint": {"basic_1": {"type": "base64", "like": "${user_1}:x"}}}}
    with pytest.raises(StateFailed, match="user_1"):
        set_up(ScriptedCalls(lambda _call: CREATED), key="0123456789ab", states=states)
