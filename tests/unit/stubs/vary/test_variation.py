"""Every varied answer keeps the contract: Pact's rules and what our own keys say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.unit.stubs.examples import candidates, interaction, json_body, matches, read_interaction, received, regex
from treaty.contract.json_value import JsonValue, loads
from treaty.contract.matching import match_response
from treaty.contract.matching_headers import group_headers
from treaty.contract.model import ActualResponse, HttpInteraction, Request
from treaty.contract.query import write_query
from treaty.pactfile import read_pact
from treaty.verify.calls import Call
from treaty.verify.moments import Window
from treaty.verify.relations import Evidence, find_broken
from treaty.verify.sending import Sent
from treaty_stubs.answering import Answering
from treaty_stubs.message import Answer, Received
from treaty_stubs.select.candidate import Candidate
from treaty_stubs.vary.headers import read_lines

_PACTS: Final = Path(__file__).resolve().parents[4] / "pacts"
_SHOP: Final = tuple(
    interaction
    for file in sorted(_PACTS.glob("*.json"))
    for interaction in read_pact(file.read_bytes(), source=file.name).http_interactions()
)
_TYPED: Final = {"$": matches("type")}
_NUMBERS: Final = st.integers(0, 10**9 - 1)


def _example_request(promise: HttpInteraction, **headers: str) -> Received:
    request = promise.request
    target = request.path + (f"?{write_query(request.query)}" if request.query else "")
    lines = [(name, value) for name, values in request.headers.items() for value in values]
    raw = [(name.encode(), value.encode("utf-8")) for name, value in [*lines, *headers.items()]]
    return Received(method=request.method, target=target, raw_headers=raw, body=request.body.data)


def _answered(promise: HttpInteraction, number: int | None) -> tuple[Answer, Received]:
    stub = Answering(
        [Candidate(number=0, consumer="c", provider="p", interaction=promise, steps=0)], provider="p", seed=1
    )
    asked = _example_request(promise, **({} if number is None else {"X-Treaty-Vary": str(number)}))
    return stub(asked), asked


def _broken(promise: HttpInteraction, answer: Answer, asked: Received) -> set[str]:
    lines = read_lines(answer.head)
    actual = ActualResponse(status=answer.status, headers=lines, body=answer.body)
    found = {mismatch.location for mismatch in match_response(promise.response, actual)}
    call = Call(method=asked.method, target=asked.target, headers=asked.header_lines, body=asked.body or None)
    try:
        document = loads(answer.body)
    except ValueError:
        document = None
    evidence = Evidence(
        sent=Sent(call, Request(headers={name: tuple(values) for name, values in asked.headers.items()})),
        variables={},
        document=document,
        text=answer.body.decode("utf-8", "replace"),
        headers=group_headers(lines),
        window=Window(begun=None, ended=datetime.now(tz=UTC)),
    )
    return found | {finding.location for finding in find_broken(promise, evidence)}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(range(len(_SHOP))), _NUMBERS)
def test_variations_of_the_shop_keep_its_pacts(position: int, number: int) -> None:
    """Rules, echoes, clocks and agreements hold as they do in the answer that was not varied."""
    promise = _SHOP[position]
    plain, asked = _answered(promise, None)
    varied, _ = _answered(promise, number)
    assert varied.status == plain.status
    assert _broken(promise, varied, asked) <= _broken(promise, plain, asked)
    actual = ActualResponse(status=varied.status, headers=read_lines(varied.head), body=varied.body)
    assert match_response(promise.response, actual) == ()


def test_most_answers_of_the_shop_do_vary() -> None:
    """A variation that never varies would keep every contract."""
    changed = 0
    with_body = [promise for promise in _SHOP if promise.response.body.data]
    for promise in with_body:
        bodies = {_answered(promise, number)[0].body for number in range(3)}
        changed += len(bodies) > 1
    assert changed > len(with_body) * 0.7


_LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 10**6), st.text("abc é", max_size=6), st.sampled_from([1.5, "2026-01-02"])
)
_DOCUMENTS = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=8,
)
_RULES = st.sampled_from(
    [
        matches("type"),
        matches("type", min=1),
        matches("type", min=0, max=2),
        matches("integer"),
        matches("number"),
        matches("boolean"),
        matches("values"),
        regex(r"[a-c]*( \d)?"),
        matches("include", value="a"),
        matches("date", format="yyyy-MM-dd"),
        matches("notEmpty"),
        {"combine": "OR", "matchers": [{"match": "type"}, {"match": "null"}]},
    ]
)
_PATHS = st.sampled_from(["$", "$.a", "$.b", "$.*", "$[*]", "$.a[*]", "$.a.b", "$.a[*].*", "$[0]", "$.b[*].a", "$.c"])


@settings(max_examples=200, deadline=None)
@given(_DOCUMENTS, st.dictionaries(_PATHS, _RULES, max_size=4), _NUMBERS)
def test_variations_keep_any_rules(document: Any, rules: dict[str, Any], number: int) -> None:
    written = interaction("a", response={"body": json_body(document), "matchingRules": {"body": rules}})
    promise = read_interaction(written)
    example = ActualResponse(
        status=200, headers=(("Content-Type", "application/json"),), body=promise.response.body.data
    )
    assume(not match_response(promise.response, example))
    varied, _ = _answered(promise, number)
    again, _ = _answered(promise, number)
    actual = ActualResponse(status=varied.status, headers=read_lines(varied.head), body=varied.body)
    assert match_response(promise.response, actual) == ()
    assert again == varied


def _bodies(written: dict[str, Any], asked: Received, *, count: int = 60) -> list[Any]:
    stub = Answering(candidates(written), provider="order", seed=7, vary=True)
    return [json.loads(stub(asked).body) for _ in range(count)]


def test_a_consumer_meets_all_that_the_contract_allows() -> None:
    """Null where it may be, every word of an enumeration, lists from empty to long, and the echo in each of them."""
    document = {"id": 7, "state": "open", "note": "x", "tags": ["a"]}
    written = interaction(
        "GET /orders/{id} -> 200",
        path="/orders/7",
        request={"matchingRules": {"path": regex(r"/orders/\d+")}},
        response={
            "body": json_body(document),
            "matchingRules": {
                "body": {
                    "$.id": matches("integer"),
                    "$.state": regex("open|paid|sent"),
                    "$.note": {"combine": "OR", "matchers": [{"match": "type"}, {"match": "null"}]},
                    "$.tags": matches("type", min=0),
                }
            },
        },
        causes={"body.$.id": {"cause": "echo", "of": "path[1]"}},
    )
    bodies = _bodies(written, received(target="/orders/12"))
    assert {body["id"] for body in bodies} == {12}
    assert {body["state"] for body in bodies} == {"open", "paid", "sent"}
    assert None in {body["note"] for body in bodies}
    assert {0, 1} < {len(body["tags"]) for body in bodies}


def test_the_header_says_which_number_gives_the_variation_again() -> None:
    """Also from a stub that does not vary, and whatever its seed."""
    document = {"name": "alice"}
    written = interaction(
        "a", response={"body": json_body(document), "matchingRules": {"body": {"$": matches("type")}}}
    )
    varying = Answering(candidates(written), provider="order", vary=True)
    answer = next(answer for answer in iter(lambda: varying(received()), None) if json.loads(answer.body) != document)
    entry = varying.journal.entries[-1]
    assert f'; vary="{entry.variation}"\r\n'.encode() in answer.head
    plain = Answering(candidates(written), provider="order", seed=3)
    assert plain(received(headers={"X-Treaty-Vary": str(entry.variation)})).body == answer.body
    assert json.loads(plain(received()).body) == document
    assert plain.journal.entries[-1].variation is None


def test_a_seed_gives_the_same_variations_in_every_run() -> None:
    document = {"name": "alice", "age": 7}
    written = interaction(
        "a", response={"body": json_body(document), "matchingRules": {"body": {"$": matches("type")}}}
    )
    assert _bodies(written, received(), count=20) == _bodies(written, received(), count=20)


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 40])
def test_a_number_that_is_none_asks_for_nothing(value: str) -> None:
    written = interaction("a", response={"body": json_body({"a": 1})})
    stub = Answering(candidates(written), provider="order")
    stub(received(headers={"X-Treaty-Vary": value}))
    assert stub.journal.entries[-1].variation is None


def test_a_body_that_is_no_json_stays() -> None:
    body: JsonValue = {"contentType": "text/plain", "encoded": False, "content": "hello"}
    stub = Answering(candidates(interaction("a", response={"body": body})), provider="order", seed=1, vary=True)
    assert {stub(received()).body for _ in range(9)} == {b"hello"}
