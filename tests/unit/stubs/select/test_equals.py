"""Interactions that say the same."""

from __future__ import annotations

from tests.unit.stubs.examples import interaction, json_body, pact, regex
from treaty_stubs.select.candidate import gather_candidates
from treaty_stubs.select.equals import find_equals

_RULES = {"matchingRules": {"path": regex(r"/users/\d+")}}


def test_request_answer_and_states_decide_and_descriptions_and_comments_do_not() -> None:
    pacts = [
        pact(
            interaction("a", path="/users/1", request=_RULES, causes={"body": {"cause": "echo", "of": "path[1]"}}),
            interaction("b", path="/users/1"),
            interaction("c", path="/users/2", response={"body": json_body({"n": 1})}),
        ),
        pact(
            interaction("A", path="/users/1", request=_RULES),
            interaction("c", path="/users/2", response={"body": json_body({"n": 2})}),
            consumer="app",
        ),
        pact(interaction("a", path="/users/1", request=_RULES), consumer="batch"),
    ]
    candidates = gather_candidates(pacts)
    found = find_equals(candidates)
    told = {
        (candidates[number].consumer, candidates[number].name): sorted(each.consumer for each in equals)
        for number, equals in found.items()
    }
    assert told == {("web", "a"): ["app", "batch"], ("app", "A"): ["batch", "web"], ("batch", "a"): ["app", "web"]}
