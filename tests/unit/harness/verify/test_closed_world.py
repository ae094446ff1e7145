"""Facts about everything that a provider holds: in full where nothing else is there, else for what the set-up made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.unit.harness.verify.fakes import JumpingTime, json_answer
from tests.unit.harness.verify.tales import document, interaction, state
from tests.unit.harness.verify.things import CHANGE, CREATE, Things, engine, verdicts
from treaty.contract.json_value import JsonValue
from treaty.contract.model import HttpInteraction, Request
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.verify.asking import Asker
from treaty.verify.calls import Answer, Call
from treaty.verify.closed_world import closed_facts, find_untrue, form_of
from treaty.verify.concealment import Concealer
from treaty.verify.document import PactDocument
from treaty.verify.minting import Minter
from treaty.verify.moments import Window
from treaty.verify.outcome import ClosedForm, Summary
from treaty.verify.relations import Evidence
from treaty.verify.schedule import Judge, Perform, Task, Walk
from treaty.verify.sending import Sent
from treaty.verify.step_tree import StepTree
from treaty.verify.stepping import StepSender
from treaty.verify.walking import Walker

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINE: dict[str, JsonValue] = {"a": 7, "b": 8}
CONTAINS = {"body.$.items[*].id": {"contains": ["${a}", "${b}"], "ordered": True}}


def contract_of(facts: dict[str, Any]) -> HttpInteraction:
    content = interaction("GET", "/things", comments={"treaty": {"closed": facts}})
    contract = document([content]).contract.interactions[0]
    assert isinstance(contract, HttpInteraction)
    return contract


def untrue(facts: dict[str, Any], answer: JsonValue, *, in_full: bool, link: str = "") -> list[str]:
    evidence = Evidence(
        sent=Sent(Call(method="GET", target="/things"), Request()),
        variables=MINE,
        document=answer,
        headers={"link": [link]} if link else {},
        window=Window(begun=NOW - timedelta(seconds=1), ended=NOW),
    )
    return [f"{each.rule} {each.location}" for each in find_untrue(contract_of(facts), evidence, in_full=in_full)]


def items(*numbers: int) -> JsonValue:
    return {"items": [{"id": number} for number in numbers]}


@pytest.mark.parametrize(
    ("numbers", "full", "open_form"),
    [
        ((7, 8), [], []),
        ((1, 7, 2, 8), [], []),
        ((8, 7), ["order body.$.items[*].id"], ["order body.$.items[*].id"]),
        ((7,), ["contains body.$.items[*].id"], ["contains body.$.items[*].id"]),
        ((), ["contains body.$.items[*].id"], ["contains body.$.items[*].id"]),
    ],
)
def test_what_the_set_up_made_is_among_the_members_in_its_order(
    numbers: tuple[int, ...], full: list[str], open_form: list[str]
) -> None:
    assert untrue(CONTAINS, items(*numbers), in_full=True) == full
    assert untrue(CONTAINS, items(*numbers), in_full=False) == open_form


@pytest.mark.parametrize(
    ("more", "link"),
    [
        ({"next": "/things?page=2"}, ""),
        ({"paging": {"has_more": True}}, ""),
        ({"total": 3}, ""),
        ({}, '</things?page=2>; rel="next"'),
    ],
)
def test_nothing_is_missed_in_what_may_be_a_page(more: dict[str, JsonValue], link: str) -> None:
    """Those of others may fill the first one."""
    page: JsonValue = {"items": [{"id": 1}, {"id": 2}], **more}
    assert untrue(CONTAINS, page, in_full=False, link=link) == []
    assert untrue(CONTAINS, page, in_full=True, link=link) == ["contains body.$.items[*].id"]


@pytest.mark.parametrize(("size", "may_be_a_page"), [(9, False), (10, True), (11, False), (16, True), (25, True)])
def test_lists_of_usual_sizes_may_be_pages(size: int, may_be_a_page: bool) -> None:
    found = untrue(CONTAINS, items(*range(100, 100 + size)), in_full=False)
    assert (found == []) is may_be_a_page


def test_a_page_of_its_own_is_asserted_in_full_only() -> None:
    facts = {"body.$.items[*].id": {"elements": ["${a}", "${b}"]}}
    assert untrue(facts, items(1, 2), in_full=False) == []
    assert untrue(facts, items(1, 2), in_full=True) == ["contains body.$.items[*].id"]


def test_lengths_and_numbers_are_exact_where_nothing_else_is() -> None:
    facts = {"body.$.items": {"length": 2}, "body.$.total": {"value": 2}}
    answer: JsonValue = {"items": [{"id": 1}, {"id": 2}, {"id": 3}], "total": 3}
    assert untrue(facts, answer, in_full=True) == ["length body.$.items", "value body.$.total"]
    assert untrue(facts, answer, in_full=False) == []
    assert untrue(facts, {"items": [], "total": 1}, in_full=False) == ["value body.$.total"]


@pytest.mark.parametrize(("value", "full", "open_form"), [(None, 0, 0), ("x", 1, 0), (..., 1, 1)])
def test_what_is_null_where_nothing_else_is_is_there_at_all_elsewhere(value: Any, full: int, open_form: int) -> None:
    facts = {"body.$.items[*].parent": {"value": None}, "body.$.next": {"value": None}}
    member: Any = {} if value is ... else {"parent": value}
    answer: JsonValue = {"items": [member], "next": None}
    assert len(untrue(facts, answer, in_full=True)) == full
    assert len(untrue(facts, answer, in_full=False)) == open_form


def test_keys_of_a_map_are_its_members() -> None:
    facts = {"body.$.stock": {"contains": ["${a}"]}}
    assert untrue(facts, {"stock": {"7": {}, "9": {}}}, in_full=False) == []
    assert untrue(facts, {"stock": {"9": {}}}, in_full=False) == ["contains body.$.stock"]


@pytest.mark.parametrize(
    "facts",
    [
        {"nonsense": {"length": 1}},
        {"header.x": {"value": 1}},
        {"body.$.items[*].id": {"contains": ["${unknown}"]}},
        {"body.$.items[*].id": {"contains": "${a}"}},
        {"body.$.other.items": {"length": 1}},
        {"body.$.items[*]": {"value": 1}},
        {"body.$.items": "odd"},
    ],
)
def test_facts_that_make_no_sense_say_nothing(facts: dict[str, Any]) -> None:
    assert untrue(facts, items(1), in_full=True) == []


def test_only_facts_that_differ_in_the_two_forms_are_counted() -> None:
    assert form_of(contract_of({}), in_full=True) is None
    assert form_of(contract_of(CONTAINS), in_full=True) is None
    assert form_of(contract_of({"body.$": {"length": 1}}), in_full=True) is ClosedForm.FULL
    assert form_of(contract_of({"body.$": {"length": 1}}), in_full=False) is ClosedForm.OPEN
    assert closed_facts(contract_of({"body.$": {"length": 1}})) == {"body.$": {"length": 1}}


class Counted(Things):
    """Also lists what it holds."""

    def _answer(self, call: Call) -> Answer:
        if call.target == "/things" and call.method == "GET":
            return json_answer(200, [{"id": int(key)} for key in self.things])
        return super()._answer(call)


def listing(*steps: dict[str, Any], length: int) -> dict[str, Any]:
    facts = {"body.$": {"length": length}}
    content = interaction("GET", "/things", state(*steps), comments={"treaty": {"closed": facts}})
    content["response"]["body"] = contracts.json_body([{"id": 1}])
    content["response"]["matchingRules"] = {"body": {"$": {"matchers": [{"match": "type"}]}}}
    return content


def test_a_list_is_judged_in_full_where_the_provider_was_emptied_and_only_the_set_up_was_done() -> None:
    provider = Counted()
    made = document([listing(CREATE, length=1), listing(CREATE, CHANGE, length=1)])
    outcomes = list(replace(engine(provider), renew=provider.things.clear).verify(made, made.interactions))
    assert verdicts(outcomes) == ["kept", "kept"]
    assert [outcome.form for outcome in outcomes] == [ClosedForm.FULL] * 2
    wrong = document([listing(CREATE, length=2)])
    assert verdicts(list(replace(engine(provider), renew=provider.things.clear).verify(wrong, wrong.interactions))) == [
        "broken"
    ]


def test_on_a_provider_that_is_used_it_is_judged_in_the_open_form() -> None:
    made = document([listing(CREATE, length=2)])
    (outcome,) = engine(Counted()).verify(made, made.interactions)
    assert (outcome.verdict.value, outcome.form) == ("kept", ClosedForm.OPEN)
    assert (Summary().plus(outcome).in_part, Summary().plus(outcome).in_full) == (1, 0)


def test_after_what_was_judged_on_the_way_it_is_no_more_alone() -> None:
    """A creation aside leaves something that the set-up of the list does not have; a refusal leaves nothing."""
    made = document([listing(CREATE, length=1), interaction("POST", "/things", status=201), refusal()])
    task, creation, refused = (task_of(made, position) for position in range(3))
    for aside, form in ((creation, ClosedForm.OPEN), (refused, ClosedForm.FULL)):
        provider = Counted()
        walk = Walk(actions=(Perform(node=task.node), Judge(task=aside, aside=True), Judge(task=task)))
        outcomes = list(walker(provider, made).walk(walk, is_fresh=True))
        assert verdicts(outcomes) == ["kept", "kept"]
        assert outcomes[1].form is form


def refusal() -> dict[str, Any]:
    return interaction("PATCH", "/refused/1", status=409)


TREE = StepTree()


def task_of(made: PactDocument, position: int) -> Task:
    """Place an interaction in the tree."""
    each, contract = made.interactions[position], made.contract.interactions[position]
    assert isinstance(contract, HttpInteraction)
    (key,) = [state.key for state in each.states] or [None]
    if key is None:
        return Task(interaction=each, contract=contract, node=TREE.root)
    placed = TREE.place(made.states[key])
    return Task(
        interaction=each, contract=contract, node=placed.node, state=made.states[key], names=placed.names, rest={}
    )


def walker(provider: Things, made: PactDocument) -> Walker:
    """Give what walks over the things."""
    time = JumpingTime()
    return Walker(
        document=made,
        asker=Asker(calls=provider, base_url="http://things", seconds=10),
        steps=StepSender(calls=provider, waiter=time, concealer=Concealer([], Redactor(RedactionPolicy()))),
        waiter=time,
        minter=Minter(random=Random(1)),
        seconds=10,
    )


def test_what_the_set_up_made_to_be_left_out_is_not_there() -> None:
    """Whatever else is there; where a value is missing, nobody can tell."""
    facts = {"body.$.items[*].id": {"contains": ["${a}"], "lacks": ["${b}"]}}
    assert untrue(facts, items(1, 7), in_full=False) == []
    assert untrue(facts, items(8, 7), in_full=False) == ["lacks body.$.items[*].id"]
    assert untrue({"body.$.items[*].id": {"lacks": ["${c}"]}}, items(8), in_full=False) == []
