from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.unit.harness.verify.fakes import ScriptedCalls, json_answer
from tests.unit.harness.verify.tales import document, interaction
from treaty.contract.model import HttpInteraction
from treaty.errors import EngineFailed, StateFailed
from treaty.verify.asking import Asker, Started, judge_answer
from treaty.verify.calls import Answer, Call, CallFailed
from treaty.verify.document import Interaction
from treaty.verify.outcome import Difference, Verdict
from treaty.verify.provider_clock import real_now


def pair(content: dict[str, Any]) -> tuple[Interaction, HttpInteraction]:
    made = document([content])
    contract = made.contract.interactions[0]
    assert isinstance(contract, HttpInteraction)
    return made.interactions[0], contract


def asker(calls: ScriptedCalls) -> Asker:
    return Asker(calls=calls, base_url="http://shop", seconds=3)


def test_a_request_is_sent_once_and_comes_back_with_its_answer() -> None:
    calls = ScriptedCalls(lambda _call: json_answer(200, {}))
    started = Started()
    sent, answer = asker(calls).ask(*pair(interaction("GET", "/x/1", generated="/x/${id}")), {"id": 7}, started=started)
    assert [call.target for call in calls.sent] == [sent.call.target] == ["/x/7"]
    assert answer.status == 200
    assert started.request is not None
    assert started.request.url == "http://shop/x/7"


def test_no_answer_is_no_verdict() -> None:
    def fail(_call: Call) -> Answer:
        raise CallFailed("GET /x: no complete answer within 3 s")

    with pytest.raises(EngineFailed) as raised:
        asker(ScriptedCalls(fail)).ask(*pair(interaction("GET", "/x")), {}, started=Started())
    assert raised.value.why == "GET /x: no complete answer within 3 s"
    assert raised.value.where == "GET /x -> 200"


def test_what_the_connection_added_is_shown_without_its_value() -> None:
    """In the place of what the pact has; also when no answer came."""
    content = interaction("GET", "/x", status=403)
    content["request"]["headers"] = {"authorization": ["Bearer example"], "Accept": ["a"]}
    shown = (("Accept", "a"), ("Authorization", "${AUTHORIZATION}"))

    def fail(_call: Call) -> Answer:
        fault = CallFailed("closed")
        fault.added = ("Authorization",)
        raise fault

    started = Started()
    calls = ScriptedCalls(lambda _call: replace(json_answer(200, {}), added=("Authorization",)))
    asker(calls).ask(*pair(content), {}, started=started)
    assert started.request is not None
    assert (started.request.headers, started.request.variables) == (shown, ("AUTHORIZATION",))
    assert calls.sent[0].status == 403
    started = Started()
    with pytest.raises(EngineFailed):
        asker(ScriptedCalls(fail)).ask(*pair(content), {}, started=started)
    assert started.request is not None
    assert started.request.headers == shown


def test_a_missing_value_keeps_the_request_back() -> None:
    calls = ScriptedCalls(lambda _call: json_answer(200, {}))
    with pytest.raises(StateFailed, match="needs a value") as raised:
        asker(calls).ask(*pair(interaction("GET", "/x/1", generated="/x/${id}")), {}, started=Started())
    assert "${id}" in raised.value.why
    assert calls.sent == []


def test_a_value_that_cannot_be_sent_keeps_the_request_back() -> None:
    content = interaction("GET", "/x")
    content["request"]["headers"] = {"X": ["a"]}
    content["request"]["generators"] = {"header": {"X": contracts.from_state("${x}")}}
    calls = ScriptedCalls(lambda _call: json_answer(200, {}))
    with pytest.raises(EngineFailed):
        asker(calls).ask(*pair(content), {"x": "a\nb"}, started=Started())
    assert calls.sent == []


def test_other_values_are_generated_anew() -> None:
    """Each request has another one."""
    content = interaction("POST", "/x")
    content["request"]["body"] = contracts.json_body({"key": "k"})
    content["request"]["generators"] = {"body": {"$.key": {"type": "Uuid"}}}
    calls = ScriptedCalls(lambda _call: json_answer(200, {}))
    for _ in range(2):
        asker(calls).ask(*pair(content), {}, started=Started())
    assert len({call.body for call in calls.sent}) == 2


def test_an_answer_that_cannot_be_decoded_is_no_verdict() -> None:
    content = interaction("GET", "/x")
    content["response"]["body"] = contracts.json_body({})
    bad = Answer(status=200, headers=(("Content-Encoding", "gzip"),), body=gzip.compress(b"{}")[:-4])
    both = pair(content)
    asked = asker(ScriptedCalls(lambda _call: bad)).ask(*both, {}, started=Started())
    with pytest.raises(EngineFailed, match="could be judged"):
        judge_answer(*both, asked=asked, variables={}, begun=None)


def test_a_reason_beats_differences() -> None:
    """What nobody knows is neither broken nor kept."""
    made = document([interaction("GET", "/x", pending=True)])
    difference = Difference(location="status", wanted="200", got="500", message="")
    started = Started()
    assert datetime.now(UTC) >= started.at
    broken = started.outcome(made, made.interactions[0], None, (difference,), calls=2)
    assert (broken.verdict, broken.setup_calls, broken.pending) == (Verdict.BROKEN, 2, True)
    untold = started.outcome(made, made.interactions[0], StateFailed("why"), (difference,), calls=2)
    assert (untold.verdict, untold.differences) == (Verdict.COULD_NOT_TELL, ())
    assert real_now().tzinfo is not None
