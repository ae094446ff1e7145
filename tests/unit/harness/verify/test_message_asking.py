from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.integration.verify.message_handler import PAID, PRICED, message_pact
from tests.unit.harness.verify.fakes import ScriptedCalls, json_answer
from treaty.errors import EngineFailed, StateFailed
from treaty.verify.asking import Started
from treaty.verify.calls import Answer, Call, CallFailed
from treaty.verify.document import read_document
from treaty.verify.message_asking import MessageAsker
from treaty.verify.messages import MessageJob, message_job


def job(entry: dict[str, Any]) -> MessageJob:
    document = read_document(json.dumps(message_pact(entry)).encode(), source="a.json")
    return message_job(document, document.interactions[0])


def asker(calls: ScriptedCalls) -> MessageAsker:
    return MessageAsker(calls=calls, base_url="http://shop", target="/m?x=1", seconds=3)


def test_a_message_is_asked_for_once_and_compared() -> None:
    """What was sent and came is noted for the report."""
    calls = ScriptedCalls(lambda _call: replace(json_answer(200, {"order": 1}), added=("X-Key",)))
    started = Started()
    found = asker(calls).differences(job(PRICED), {}, started=started)
    assert [each.location for each in found] == ["metadata.topic", "contents.$.price"]
    assert [(call.method, call.target) for call in calls.sent] == [("POST", "/m?x=1")]
    assert started.request is not None
    assert started.request.url == "http://shop/m?x=1"
    assert started.request.headers == (("Content-Type", "application/json"), ("X-Key", "${X_KEY}"))
    assert started.answer is not None
    assert started.answer.body == b'{"order":1}'


def test_an_answer_to_which_nothing_is_promised_is_kept() -> None:
    calls = ScriptedCalls(lambda _call: json_answer(202, {"any": 1}))
    assert asker(calls).differences(job({**PRICED, "response": []}), {}, started=Started()) == ()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(status=500, body=b"out of\n  orders" + b"." * 900), "it answered 500 out of orders..."),
        (Answer(status=204, headers=(("Pact-Message-Metadata", "?"),)), "its header Pact-Message-Metadata is not"),
    ],
    ids=["status", "metadata"],
)
def test_what_is_no_message_is_no_verdict(answer: Answer, why: str) -> None:
    """However long the handler's own words are."""
    with pytest.raises(EngineFailed) as raised:
        asker(ScriptedCalls(lambda _call: answer)).differences(job(PAID), {}, started=Started())
    assert raised.value.why.startswith(why)
    assert len(raised.value.why) < 400
    assert raised.value.where == "an order was paid"


def test_no_answer_is_no_verdict_and_the_request_is_known() -> None:
    def fail(_call: Call) -> Answer:
        fault = CallFailed("POST /m: connection refused")
        fault.added = ("X-Key",)
        raise fault

    started = Started()
    with pytest.raises(EngineFailed) as raised:
        asker(ScriptedCalls(fail)).differences(job(PAID), {}, started=started)
    assert raised.value.why == "POST /m: connection refused"
    assert started.request is not None
    assert started.request.variables == ("X_KEY",)


def test_a_value_that_no_state_yields_is_named_and_nothing_is_sent() -> None:
    generator = {"type": "ProviderState", "expression": "${order}", "dataType": "INTEGER"}
    entry = {**PRICED, "request": {**PRICED["request"], "generators": {"body": {"$.order": generator}}}}
    calls = ScriptedCalls(lambda _call: json_answer(200, {}))
    with pytest.raises(StateFailed) as raised:
        asker(calls).differences(job(entry), {}, started=Started())
    assert "${order}" in raised.value.why
    assert calls.sent == []


def test_secret_slots_fill_the_message() -> None:
    generator = {"type": "ProviderState", "expression": "${secret.key}", "dataType": "STRING"}
    entry = {**PRICED, "request": {**PRICED["request"], "generators": {"metadata": {"reply-to": generator}}}}
    calls = ScriptedCalls(lambda _call: json_answer(200, {}))
    replace(asker(calls), secrets={"secret.key": "s3"}).differences(job(entry), {}, started=Started())
    assert json.loads(calls.sent[0].body or b"")["request"]["metadata"]["reply-to"] == "s3"
