from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.unit.harness.verify.fakes import json_answer
from treaty.contract.json_value import JsonValue
from treaty.contract.model import HttpInteraction, Request
from treaty.verify.calls import Answer, Call, CallFailed
from treaty.verify.document import read_document
from treaty.verify.judging import judge
from treaty.verify.moments import Window
from treaty.verify.outcome import Difference
from treaty.verify.sending import Sent

SENT = Sent(Call(method="GET", target="/users/4711"), Request())
USER: dict[str, JsonValue] = {"id": 4711, "name": "Alice", "email": "alice@example.com", "role": "member"}


def judged(answer: Answer, content: dict[str, Any] = contracts.READ_USER) -> tuple[Difference, ...]:
    document = read_document(json.dumps(contracts.pact([content])).encode(), source="a.json")
    contract = document.contract.interactions[0]
    assert isinstance(contract, HttpInteraction)
    window = Window(begun=None, ended=datetime.now(UTC))
    return judge(document.interactions[0], contract, sent=SENT, answer=answer, variables={}, window=window)


def places(answer: Answer) -> list[tuple[str, str, str, str]]:
    return [(each.location, each.got, each.rule, each.cause) for each in judged(answer)]


def test_a_kept_promise_has_no_differences() -> None:
    assert judged(json_answer(200, USER)) == ()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"email": None}, ("body.$.email", "null", "type", "carried")),
        ({"role": "guest"}, ("body.$.role", '"guest"', "regex member|admin", "constant")),
        ({"id": 12}, ("body.$.id", "12", "echo", "echo of path[1]")),
        ({"id": "x"}, ("body.$.id", '"x"', "integer", "echo of path[1]")),
    ],
)
def test_each_difference_names_rule_and_cause(change: dict[str, JsonValue], place: tuple[str, str, str, str]) -> None:
    """A place that breaks a rule of Pact is named once, whatever our own keys say of it."""
    assert places(json_answer(200, {**USER, **change})) == [place]


def test_what_is_missing_is_absent() -> None:
    """A member, and a header."""
    rest = {key: value for key, value in USER.items() if key != "name"}
    body = json.dumps(rest).encode()
    found = places(Answer(status=200, body=body))
    assert found == [
        ("header.Content-Type", "absent", "equality", ""),
        ("body.$.name", "absent", "equality", ""),
    ]


def test_behind_another_status_relations_say_nothing() -> None:
    """The body of an error has nothing to repeat."""
    found = places(json_answer(404, {"id": 1}))
    assert found[0][:2] == ("status", "404")
    assert not any(rule == "echo" for _, _, rule, _ in found)


def test_a_coded_body_is_judged_by_its_content() -> None:
    headers = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
    assert judged(Answer(status=200, headers=headers, body=gzip.compress(json.dumps(USER).encode()))) == ()
    with pytest.raises(CallFailed):
        judged(Answer(status=200, headers=headers, body=b"no gzip"))


def test_pacts_of_others_know_only_the_rules_of_pact() -> None:
    """Without our keys another id is as good."""
    plain = {key: value for key, value in contracts.READ_USER.items() if key != "comments"}
    assert judged(json_answer(200, {**USER, "id": 12}), plain) == ()
