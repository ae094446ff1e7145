"""The difference of two contracts: pairing, both directions, order."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.harness.contract.differences import CONTAINERS, edited, near, rules_for
from tests.unit.harness.contract.promises import JSON_LINES, json_body
from treaty.contract import rules as kinds
from treaty.contract.difference import compare_contracts, compare_pacts, pair_interactions
from treaty.contract.difference_changes import LINE_OF_DOUBT, Change, Fate, PactDifference
from treaty.contract.json_value import JsonValue, dumps
from treaty.contract.matching import match_request, match_response
from treaty.contract.model import (
    ActualRequest,
    ActualResponse,
    HttpInteraction,
    MessageContents,
    MessageInteraction,
    Pact,
    ProviderState,
    Request,
    Response,
    SynchronousMessageInteraction,
)
from treaty.contract.rules import MatchingRules, RuleList, rule_list

_MANY = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def interaction(
    answer: JsonValue = None,
    rules: dict[str, RuleList] | None = None,
    *,
    sent: JsonValue = None,
    sent_rules: dict[str, RuleList] | None = None,
    description: str = "GET / -> 200",
    path: str = "/",
    states: tuple[str, ...] = (),
    key: str = "",
) -> HttpInteraction:
    """Promise a JSON answer to a JSON request."""
    return HttpInteraction(
        description=description,
        key=key,
        states=tuple(ProviderState(name=name) for name in states),
        request=Request(path=path, body=json_body(sent), rules=MatchingRules(body=sent_rules or {})),
        response=Response(body=json_body(answer), rules=MatchingRules(body=rules or {})),
    )


def difference(old: HttpInteraction, new: HttpInteraction) -> PactDifference:
    return compare_pacts(pact(old), pact(new))


def pact(*interactions: HttpInteraction, consumer: str = "web", provider: str = "user") -> Pact:
    return Pact(consumer=consumer, provider=provider, interactions=interactions)


_INTERACTIONS = CONTAINERS.flatmap(
    lambda answer: st.builds(lambda rules, sent: interaction(answer, rules, sent=sent), rules_for(answer), CONTAINERS)
)


@st.composite
def _two(draw: st.DrawFn) -> tuple[HttpInteraction, HttpInteraction]:
    """Give an interaction and an edited one."""
    old = draw(_INTERACTIONS)
    answer, rules = draw(edited(old.response.body.json(), dict(old.response.rules.body)))
    sent, sent_rules = draw(edited(old.request.body.json(), dict(old.request.rules.body)))
    return old, interaction(answer, rules, sent=sent, sent_rules=sent_rules)


@given(old=_INTERACTIONS)
@_MANY
def test_a_contract_does_not_differ_from_itself(old: HttpInteraction) -> None:
    assert difference(old, old).interactions == ()


@given(two=_two(), data=st.data())
@_MANY
def test_safe_changes_are_safe(two: tuple[HttpInteraction, HttpInteraction], data: st.DataObject) -> None:
    """New answers were allowed before, old requests are allowed still, unless the difference says otherwise."""
    old, new = two
    broken = {change.part for change in difference(old, new).changes if change.breaking}
    near_answers = near(old.response.body.json()) | near(new.response.body.json())
    for value in data.draw(st.lists(near_answers, min_size=4, max_size=6)):
        answer = ActualResponse(status=200, headers=JSON_LINES, body=dumps(value).encode())
        if "response" not in broken and not match_response(new.response, answer):
            assert not match_response(old.response, answer)
    near_requests = near(old.request.body.json()) | near(new.request.body.json())
    for value in data.draw(st.lists(near_requests, min_size=4, max_size=6)):
        call = ActualRequest(method="GET", path="/", headers=JSON_LINES, body=dumps(value).encode())
        if "request" not in broken and not match_request(old.request, call):
            assert not match_request(new.request, call)


@given(two=_two())
@_MANY
def test_what_is_breaking_one_way_is_a_demand_the_other_way(two: tuple[HttpInteraction, HttpInteraction]) -> None:
    """Places are the same, old and new swap, and so do the sides: a safe change taken back is breaking."""

    def told(changes: tuple[Change, ...], *, swap: bool) -> set[tuple[str, str, bool, bool]]:
        return {
            (one.part, one.location, *((one.demand, one.breaking) if swap else (one.breaking, one.demand)))
            for one in changes
        }

    forth, back = difference(*two).changes, difference(*reversed(two)).changes
    assert told(forth, swap=False) == told(back, swap=True)
    assert all(change.breaking or change.demand for change in forth)


def test_each_side_is_told_what_concerns_it() -> None:
    """A wider answer breaks the consumer, a narrower one is a demand on the provider; requests are the mirror."""
    integer, number = ({"$.a": rule_list(matcher)} for matcher in (kinds.Integer(), kinds.AnyNumber()))
    (wider,) = difference(interaction({"a": 1}, integer), interaction({"a": 1}, number)).changes
    assert (wider.part, wider.location, wider.old, wider.new) == ("response", "body.$.a", "integer", "number")
    assert wider.affected == ("consumer",)
    assert wider.reason.startswith("the new contract allows 0.")
    (narrower,) = difference(interaction({"a": 1}, number), interaction({"a": 1}, integer)).changes
    assert narrower.affected == ("provider",)
    assert narrower.reason.startswith("the old contract allows 0.")
    sent = interaction(sent={"a": 1}, sent_rules=integer), interaction(sent={"a": 1}, sent_rules=number)
    (change,) = difference(*sent).changes
    assert (change.part, change.old, change.new, change.affected) == ("request", "integer", "number", ("provider",))
    (change,) = difference(*reversed(sent)).changes
    assert (change.old, change.new, change.affected) == ("number", "integer", ("consumer",))


def test_what_cannot_be_shown_is_breaking_and_says_so() -> None:
    one, other = ({"$.a": rule_list(kinds.Regex(pattern=pattern))} for pattern in ("(?i)x", "(?i)x|y"))
    (change,) = difference(interaction({"a": "x"}, one), interaction({"a": "x"}, other)).changes
    assert (change.breaking, change.reason) == (True, LINE_OF_DOUBT)


def test_a_lost_interaction_is_breaking_and_a_new_one_a_demand() -> None:
    kept, other = interaction(), interaction(description="POST / -> 201", states=("s",))
    (removed,) = compare_pacts(pact(kept, other), pact(kept)).interactions
    assert (removed.fate, removed.description, removed.states) == (Fate.REMOVED, "POST / -> 201", ("s",))
    assert [change.affected for change in removed.changes] == [("consumer",)]
    found = compare_pacts(pact(kept), pact(other, kept))
    assert [one.fate for one in found.interactions] == [Fate.ADDED]
    assert [change.affected for change in found.changes] == [("provider",)]
    assert (found.compared, found.breaking) == (2, False)


def test_interactions_are_paired_by_what_they_keep() -> None:
    """By key; else by name, states and call, as far as these go."""
    a, b = interaction(key="1", description="a"), interaction(key="2", description="b")
    assert pair_interactions([a, b], [replace(b, description="a"), replace(a, description="b")]) == [
        (a, replace(a, description="b")),
        (b, replace(b, description="a")),
    ]
    one, two = interaction(states=("s",)), interaction(states=("t",))
    assert pair_interactions([one, two], [two, one]) == [(one, one), (two, two)]
    renamed = interaction(states=("u",))
    assert pair_interactions([one, two], [two, renamed]) == [(one, renamed), (two, two)]
    described = interaction(description="another name", path="/a")
    before = interaction(path="/a")
    assert pair_interactions([one, before], [described, one]) == [(one, one), (before, described)]
    assert pair_interactions([one], [interaction(description="x", path="/x")]) == [
        (one, None),
        (None, interaction(description="x", path="/x")),
    ]


def test_pacts_are_paired_by_their_names() -> None:
    old = [pact(interaction(), consumer="a"), pact(interaction(), consumer="b")]
    new = [pact(interaction(), consumer="b"), pact(interaction(), consumer="c")]
    found = compare_contracts(old, new)
    assert [(one.consumer, [item.fate for item in one.interactions]) for one in found] == [
        ("a", [Fate.REMOVED]),
        ("b", []),
        ("c", [Fate.ADDED]),
    ]


def test_messages_are_compared_as_what_is_read() -> None:
    """Replies too, but what the consumer sends is a request."""
    integer, number = (
        MessageContents(contents=json_body({"a": 1}), rules=MatchingRules(body={"$.a": rule_list(matcher)}))
        for matcher in (kinds.Integer(), kinds.AnyNumber())
    )
    old = Pact(
        consumer="c",
        provider="p",
        interactions=(
            MessageInteraction(description="m", message=integer),
            SynchronousMessageInteraction(description="s", request=integer, responses=(integer,)),
        ),
    )
    new = Pact(
        consumer="c",
        provider="p",
        interactions=(
            MessageInteraction(description="m", message=number),
            SynchronousMessageInteraction(description="s", request=number, responses=(number, number)),
        ),
    )
    assert [(one.part, one.location, one.affected) for one in compare_pacts(old, new).changes] == [
        ("message", "body.$.a", ("consumer",)),
        ("request", "body.$.a", ("provider",)),
        ("reply", "count", ("consumer", "provider")),
        ("reply", "body.$.a", ("consumer",)),
    ]
