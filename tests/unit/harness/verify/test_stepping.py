from __future__ import annotations

import base64
from random import Random

import pytest

from tests.unit.harness.verify.fakes import JumpingTime, ScriptedCalls, json_answer
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.verify.calls import Call
from treaty.verify.concealment import Concealer
from treaty.verify.locations import parse_location
from treaty.verify.minting import Minter
from treaty.verify.setup_steps import CallStep, Mint, StepRequest
from treaty.verify.stepping import StepFailed, StepSender, bound_value, check_status, mint_values

STEP = CallStep(
    description="POST /x",
    request=StepRequest(method="POST", path="/x/${id}", query={}, headers={}, body=None),
    status=201,
    bind={},
)


def sender(calls: ScriptedCalls) -> StepSender:
    return StepSender(calls=calls, waiter=JumpingTime(), concealer=Concealer([], Redactor(RedactionPolicy())))


def test_a_step_that_fails_says_what_was_sent_and_how_often() -> None:
    """Before it is sent nothing was."""
    calls = ScriptedCalls(lambda _call: json_answer(500, {}))
    with pytest.raises(StepFailed) as raised:
        sender(calls).perform(STEP, {"id": 7}, deadline=200)
    assert (raised.value.sent, raised.value.calls) == ("POST /x/7", 1)
    with pytest.raises(StepFailed) as raised:
        sender(calls).perform(STEP, {}, deadline=200)
    assert (raised.value.sent, raised.value.calls) == ("", 0)


def test_a_call_that_was_sent_elsewhere_can_be_taken_for_a_step() -> None:
    """Its answer is shown, bound and checked like that of any step."""
    call = Call(method="POST", target="/x/7")
    performed = sender(ScriptedCalls(lambda _call: json_answer(500, {}))).note(call, json_answer(201, {"id": 8}))
    assert bound_value("id", parse_location("body.$.id"), performed) == 8
    assert (performed.sent, performed.calls) == ("POST /x/7", 0)
    check_status(STEP, performed.answer, shown=performed.shown, sent=performed.sent, calls=0)
    with pytest.raises(StepFailed, match="recorded was status 201"):
        check_status(STEP, json_answer(200, {}), shown="200", sent="", calls=0)


def test_values_that_follow_from_others_are_made_last() -> None:
    """From those made with them, or before."""
    mints = {
        "basic": Mint(kind="base64", like="${user}:${password}"),
        "user": Mint(kind="string", like="ann"),
    }
    made = mint_values(mints, Minter(random=Random(1)), {"password": "secret"})
    assert base64.b64decode(str(made["basic"])).decode() == f"{made['user']}:secret"
    with pytest.raises(StepFailed, match=r"\$\{password\}"):
        mint_values(mints, Minter(random=Random(1)), {})
