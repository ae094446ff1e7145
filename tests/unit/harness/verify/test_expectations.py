"""The `expect` step: reading it, and telling stand-ins for dependencies what to answer before it matters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from tests.unit.harness.verify.fakes import JumpingTime, json_answer
from treaty.contract.json_value import Number, loads
from treaty.errors import PactUnreadable, StateFailed
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.verify.calls import Answer, Call
from treaty.verify.concealment import Concealer
from treaty.verify.minting import Minter
from treaty.verify.ports import Script
from treaty.verify.setup_steps import ExpectStep, State, parse_states
from treaty.verify.states import SetUp, StateRunner

KEY = "aa"
USER_MINT = {"user": {"type": "integer", "like": 7}}
ORDER: dict[str, Any] = {
    "call": {"request": {"method": "POST", "path": "/orders"}, "status": 201, "bind": {"order": "body.$.id"}}
}
PAY: dict[str, Any] = {
    "call": {"request": {"method": "POST", "path": "/orders/${order}/pay"}, "status": 201, "bind": {}}
}


def expect(path: str, status: int = 200, *, provider: str = "user", **more: Any) -> dict[str, Any]:
    """Write a step: a read of this path is answered with this status."""
    request = {"method": "GET", "path": path, **more.pop("request", {})}
    description = f"GET {path} -> {status}"
    return {"expect": {"description": description, "provider": provider, "request": request, "status": status, **more}}


def state(*steps: dict[str, Any], mint: dict[str, Any] | None = None) -> State:
    table = {KEY: {"name": "the state", "mint": mint or {}, "steps": list(steps)}}
    return parse_states(loads(json.dumps({"treaty": {"format": 1, "states": table}})), source="a.json")[KEY]


@dataclass
class Diary:
    """A provider and the stand-ins for its dependencies: what they are told, in order."""

    refusal: str = ""
    entries: list[str] = field(default_factory=list)
    scripts: list[Script] = field(default_factory=list)
    shared: list[bool] = field(default_factory=list)

    def send(self, call: Call, *, seconds: float) -> Answer:
        """Take a call of the set-up."""
        assert seconds > 0
        self.entries.append(f"{call.method} {call.target}")
        return json_answer(201, {"id": 4711, "link": "http://user.test/u/9?page=1"})

    def begin(self) -> None:
        """Hear that an interaction begins."""

    def answer(
        self, *, dependency: str, method: str, path: str, scripts: Sequence[Script], shared: bool = False
    ) -> str:
        """Take instructions."""
        statuses = ", ".join(str(script.status) for script in scripts)
        self.entries.append(f"{dependency} {method} {path}: {statuses}")
        self.shared.append(shared)
        self.scripts.extend(scripts)
        return self.refusal


def run(written: State, diary: Diary, *, stands_in: bool = True) -> SetUp:
    runner = StateRunner(
        states={KEY: written},
        calls=diary,
        waiter=JumpingTime(),
        minter=Minter(random=Random(1)),
        concealer=Concealer([], Redactor(RedactionPolicy())),
        seconds=10,
        scripts=diary if stands_in else None,
    )
    return runner.set_up(KEY, "the state")


class TestReading:
    def test_it_becomes_a_value(self) -> None:
        """Codes keep their order and the text of numbers; it binds no name and takes no time."""
        written = loads(
            '{"treaty": {"states": {"aa": {"steps": [{"expect": {"description": "GET /u/{id} -> 200", "provider":'
            ' "user", "request": {"method": "get", "path": "/u/${user}"}, "status": 200, "body": {"body.$.b": 1.50,'
            ' "body.$.a": null}}}]}}}}'
        )
        read = parse_states({**written} if isinstance(written, dict) else None, source="a.json")[KEY]
        (step,) = read.steps
        assert isinstance(step, ExpectStep)
        assert (step.description, step.provider, step.status) == ("GET /u/{id} -> 200", "user", 200)
        assert (step.request.method, step.request.path) == ("GET", "/u/${user}")
        assert step.body == (("body.$.b", Number("1.50")), ("body.$.a", None))
        assert (read.names, read.longest_wait) == (frozenset(), 0)

    def test_what_is_not_said_has_the_usual_value(self) -> None:
        """A description by method and path, no codes."""
        request = {"method": "GET", "path": "/u"}
        (step,) = state({"expect": {"provider": "user", "request": request, "status": 404}}).steps
        assert isinstance(step, ExpectStep)
        assert (step.description, step.body) == ("GET /u", ())

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"provider": None}, "provider"),
            ({"provider": 1}, "provider"),
            ({"status": None}, "status"),
            ({"status": "200"}, "status"),
            ({"status": True}, "status"),
            ({"request": None}, "request"),
            ({"request": {"path": "/u"}}, "request/method"),
            ({"request": {"method": "GET", "path": "u"}}, "request/path"),
            ({"description": []}, "description"),
            ({"body": ["body.$.a"]}, "body"),
            ({"body": {"nowhere": 1}}, "body/nowhere"),
        ],
    )
    def test_a_malformed_one_is_named_by_pointer(self, change: dict[str, Any], pointer: str) -> None:
        """The error leads to the place in the file."""
        step = {**expect("/u")["expect"], **change}
        with pytest.raises(PactUnreadable) as raised:
            state({"expect": step})
        assert raised.value.where == f"/metadata/treaty/states/{KEY}/steps/0/expect/{pointer}"

    @pytest.mark.parametrize("other", ["call", "await"])
    def test_a_step_is_one_thing(self, other: str) -> None:
        with pytest.raises(PactUnreadable) as raised:
            state({**expect("/u"), other: {}})
        assert raised.value.where == f"/metadata/treaty/states/{KEY}/steps/0"


class TestOrder:
    def test_what_is_known_from_the_start_is_told_before_the_first_call(self) -> None:
        """Wherever the step stands: the provider asks its dependencies while it answers the set-up."""
        diary = Diary()
        run(state(ORDER, expect("/u/1"), PAY, expect("/rates", provider="bank")), diary)
        assert diary.entries == [
            "user GET /u/1: 200",
            "bank GET /rates: 200",
            "POST /orders",
            "POST /orders/4711/pay",
        ]

    def test_a_path_without_values_of_its_own_is_shared(self) -> None:
        """Others may ask for it, too, so it holds for one interaction only."""
        diary = Diary()
        run(state(expect("/u"), expect("/u/${user}"), mint=USER_MINT), diary)
        assert diary.shared == [True, False]

    def test_a_path_with_a_minted_value_is_known_from_the_start(self) -> None:
        diary = Diary()
        done = run(state(expect("/u/${user}"), ORDER, mint=USER_MINT), diary)
        assert diary.entries == [f"user GET /u/{done.variables['user']}: 200", "POST /orders"]

    def test_a_path_with_a_value_that_a_call_binds_is_told_right_after_it(self) -> None:
        """And before the next call, once."""
        diary = Diary()
        run(state(expect("/o/${order}", provider="stock"), ORDER, PAY, PAY), diary)
        assert diary.entries == [
            "POST /orders",
            "stock GET /o/4711: 200",
            "POST /orders/4711/pay",
            "POST /orders/4711/pay",
        ]

    def test_answers_to_one_request_are_told_together_in_their_order(self) -> None:
        """Those to other requests, and of other dependencies, apart."""
        diary = Diary()
        steps = [expect("/u/1", 404), expect("/u/2"), expect("/u/1", 200), expect("/u/1", provider="bank")]
        run(state(*steps), diary)
        assert diary.entries == ["user GET /u/1: 404, 200", "user GET /u/2: 200", "bank GET /u/1: 200"]

    def test_only_method_and_path_of_the_request_count(self) -> None:
        """A query or a body, known or not, neither tells requests apart nor keeps anything waiting."""
        diary = Diary()
        more = {"query": {"page": ["${unknown}"]}, "headers": {"A": ["${unknown}"]}}
        run(state(expect("/u", 404, request={"query": {"page": ["1"]}}), expect("/u", request=more)), diary)
        assert diary.entries == ["user GET /u: 404, 200"]

    def test_a_whole_url_is_told_by_its_path(self) -> None:
        """Stand-ins know requests by their path alone."""
        diary = Diary()
        linked = {"call": {**ORDER["call"], "bind": {"link": "body.$.link"}}}
        run(state(linked, expect("${link}")), diary)
        assert diary.entries == ["POST /orders", "user GET /u/9: 200"]

    def test_a_script_says_which_answer(self) -> None:
        """By description, status and the codes in which it differs from others."""
        diary = Diary()
        run(state(expect("/u/1", 200, body={"body.$.status": "paid"})), diary)
        assert diary.scripts == [
            Script(description="GET /u/1 -> 200", status=200, body=(("body.$.status", "paid"),)),
        ]

    def test_instructions_are_no_calls_to_the_provider(self) -> None:
        """They are neither counted nor sent."""
        assert run(state(expect("/u/1"), ORDER, expect("/u/2")), Diary()).calls == 1
        assert run(state(expect("/u/1")), Diary()).calls == 0


class TestTrouble:
    def test_a_provider_with_real_dependencies_cannot_be_brought_there(self) -> None:
        """Nothing is sent; the hint says how to run it alone."""
        diary = Diary()
        with pytest.raises(StateFailed) as raised:
            run(state(ORDER, expect("/u/1")), diary, stands_in=False)
        assert raised.value.where == "answer of user: GET /u/1 -> 200"
        assert "only a stand-in can be told to" in raised.value.why
        assert "leave out --base-url" in raised.value.hint
        assert diary.entries == []

    def test_real_dependencies_do_no_harm_where_nothing_is_expected(self) -> None:
        diary = Diary()
        run(state(ORDER), diary, stands_in=False)
        assert diary.entries == ["POST /orders"]

    def test_a_refused_script_ends_the_set_up_with_its_reason(self) -> None:
        """The pact with the dependency does not hold that answer."""
        diary = Diary(refusal="the pact order-user has no 'GET /u/1 -> 200'")
        with pytest.raises(StateFailed) as raised:
            run(state(expect("/u/1"), ORDER), diary)
        assert raised.value.where == "answer of user: GET /u/1 -> 200"
        assert raised.value.why == "the pact order-user has no 'GET /u/1 -> 200'"
        assert raised.value.hint == "record or normalise the pact with user again"
        assert diary.entries == ["user GET /u/1: 200"]

    def test_a_value_that_never_comes_is_told_at_the_end(self) -> None:
        """The first answer that waits for it is named."""
        diary = Diary()
        with pytest.raises(StateFailed) as raised:
            run(state(expect("/u/${nobody}"), ORDER, expect("/x/${nobody}", provider="bank")), diary)
        assert raised.value.where == "answer of user: GET /u/${nobody} -> 200"
        assert raised.value.why == "it needs a value that no step makes or binds"
        assert diary.entries == ["POST /orders"]

    def test_steps_keep_their_numbers(self) -> None:
        """A call that fails is named by its place among all steps, as they stand in the file."""
        refused = {"call": {**ORDER["call"], "status": 409}}
        with pytest.raises(StateFailed) as raised:
            run(state(expect("/u/1"), refused), Diary())
        assert raised.value.where.startswith("step 2 of 2: ")
