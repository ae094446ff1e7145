"""Which interaction answers, and why (DESIGN 4.7)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.stubs.examples import candidates, interaction, json_body, matches, pact, received, regex
from treaty.contract.matching import match_request
from treaty.contract.model import HttpInteraction
from treaty.contract.query import write_query
from treaty_stubs.message import Received
from treaty_stubs.select.candidate import Candidate, gather_candidates
from treaty_stubs.select.group import Why
from treaty_stubs.select.rules import without_harmless
from treaty_stubs.select.selector import Selector

_USER_PATH = {"matchingRules": {"path": regex(r"/users/\d+")}}


def _selected(selector: Selector, request: Received, **options: Any) -> tuple[str, str]:
    selection = selector.select(request, **options)
    assert selection is not None
    return selection.candidate.name, selection.why


def test_an_example_wins_over_rules() -> None:
    """A request that is an example gets its answer, although the rules of others accept it too."""
    selector = Selector(
        candidates(
            interaction("found", path="/users/1", request=_USER_PATH),
            interaction("missing", path="/users/999", status=404, request=_USER_PATH),
        )
    )
    assert _selected(selector, received(target="/users/999")) == ("missing", Why.EXACT_EXAMPLE)
    assert _selected(selector, received(target="/users/1")) == ("found", Why.EXACT_EXAMPLE)


def test_without_an_example_the_earliest_success_answers() -> None:
    """The lowest 2xx status, then the fewest set-up calls."""
    states = {"h1": {"name": "a", "steps": [{}, {}]}, "h2": {"name": "b", "steps": [{}]}}
    by_state = [{"name": name, "params": {"treaty": key}} for name, key in (("a", "h1"), ("b", "h2"))]
    answers = [
        interaction("missing", path="/users/3", status=404, request=_USER_PATH),
        interaction(
            "later", path="/users/1", request=_USER_PATH, states=[by_state[0]], response={"body": json_body(1)}
        ),
        interaction(
            "sooner", path="/users/2", request=_USER_PATH, states=[by_state[1]], response={"body": json_body(2)}
        ),
        interaction("accepted", path="/users/4", status=202, request=_USER_PATH),
    ]
    selection = Selector(gather_candidates([pact(*answers, states=states)])).select(received(target="/users/77"))
    assert selection is not None
    assert (selection.candidate.name, selection.why, selection.tie) == ("sooner", Why.DEFAULT_STATE, ())


def test_telling_values_choose_between_variants() -> None:
    """The leaf that tells variants apart decides, also when the rest of the request is new."""

    def order(name: str, status: int, amount: int) -> dict[str, Any]:
        rules = {"body": {"$.user": matches("integer"), "$.amount": matches("integer")}}
        request = {"body": json_body({"user": 1, "amount": amount}), "matchingRules": rules}
        return interaction(name, method="POST", path="/orders", status=status, request=request)

    selector = Selector(candidates(order("created", 201, 10), order("invalid", 422, -5)))
    assert _selected(selector, received("POST", "/orders", body={"user": 8, "amount": -5})) == (
        "invalid",
        Why.TELLING_VALUES,
    )
    assert _selected(selector, received("POST", "/orders", body={"user": 8, "amount": 3})) == (
        "created",
        Why.DEFAULT_STATE,
    )


def test_a_single_interaction_answers_by_its_rules() -> None:
    selector = Selector(candidates(interaction("found", path="/users/1", request=_USER_PATH)))
    assert _selected(selector, received(target="/users/5")) == ("found", Why.RULES)
    assert selector.select(received(target="/users/x")) is None
    assert selector.select(received("POST", "/users/1")) is None


def test_a_chosen_state_wins_over_the_default() -> None:
    """An interaction in the state that the client asks for answers; an unknown state changes nothing."""
    selector = Selector(
        candidates(
            interaction("found", path="/users/1"),
            interaction("gone", path="/users/1", status=410, states=[{"name": "the user is gone"}]),
        )
    )
    request = received(target="/users/1")
    assert _selected(selector, request) == ("found", Why.DEFAULT_STATE)
    assert _selected(selector, request, state="the user is gone") == ("gone", Why.CHOSEN_STATE)
    assert _selected(selector, request, state="nobody knows") == ("found", Why.DEFAULT_STATE)


def test_a_tie_between_different_answers_is_reported() -> None:
    """Same request, same status, same number of set-up calls, other answer: only the names decide, and it is said."""
    first = pact(interaction("a", response={"body": json_body({"n": 1})}), consumer="web")
    second = pact(interaction("b", response={"body": json_body({"n": 2})}), consumer="app")
    selection = Selector(gather_candidates([first, second])).select(received())
    assert selection is not None
    assert selection.candidate.name == "b"
    assert [rival.name for rival in selection.tie] == ["a"]


def test_what_consumers_recorded_in_states_of_their_own_is_no_tie() -> None:
    """Their answers are true of two worlds: the first consumer decides unless the client says who it is."""
    pacts = [
        pact(
            interaction(
                "a",
                states=[{"name": "it exists", "params": {"treaty": number}}],
                response={"body": json_body({"n": number})},
            ),
            consumer=consumer,
        )
        for consumer, number in (("web", "1"), ("app", "2"))
    ]
    selector = Selector(gather_candidates(pacts))
    found = selector.select(received())
    assert found is not None
    assert (found.candidate.consumer, found.why, found.tie, found.others) == ("app", Why.FIRST_CONSUMER, (), ("web",))
    told = selector.select(received(), consumer="web")
    assert told is not None
    assert (told.candidate.consumer, told.why, told.tie, told.others) == ("web", Why.CHOSEN_CONSUMER, (), ())


def test_consumers_with_the_same_answer_do_not_tie() -> None:
    """Two consumers may promise the same in other examples: each answer keeps what the other promises."""
    rules = {"matchingRules": {"body": {"$.at": matches("type")}}}
    pacts = [
        pact(interaction("same", response={"body": json_body({"at": at}), **rules}), consumer=consumer)
        for consumer, at in (("web", "2024"), ("app", "2025"))
    ]
    selection = Selector(gather_candidates(pacts)).select(received())
    assert selection is not None
    assert (selection.candidate.consumer, selection.why, selection.tie) == ("app", Why.EXACT_EXAMPLE, ())


def test_harmless_headers_do_not_matter_and_others_do() -> None:
    """What a client library adds or changes is no reason to miss; a promised credential is."""
    request = {"headers": {"User-Agent": ["recorded"], "Accept": ["application/json"], "X-Key": ["k"]}}
    selector = Selector(candidates(interaction("x", request=request)))
    assert selector.select(received(headers={"X-Key": "k", "Accept": "*/*", "X-More": "1"})) is not None
    assert selector.select(received(headers={"X-Key": "other"})) is None
    assert selector.select(received()) is None


def test_a_preference_chooses_between_answers() -> None:
    """Accept decides where interactions differ by it."""
    selector = Selector(
        candidates(
            interaction("json", request={"headers": {"Accept": ["application/json"]}}),
            interaction("csv", status=203, request={"headers": {"Accept": ["text/csv"]}}),
        )
    )
    assert _selected(selector, received(headers={"Accept": "text/csv"}))[0] == "csv"
    assert _selected(selector, received(headers={"Accept": "image/png"}))[0] == "json"


def test_unexpected_parameters_are_a_miss() -> None:
    """As in Pact's own request matching."""
    selector = Selector(
        candidates(interaction("x", path="/a"), interaction("y", path="/b", request={"query": {"q": ["1"]}}))
    )
    assert selector.select(received(target="/a?q=1")) is None
    assert selector.select(received(target="/b")) is None
    assert selector.select(received(target="/b?q=1")) is not None


@pytest.mark.parametrize("spelling", ["/a%2Db/c%20d", "/a-b/c%20d"])
def test_spellings_of_one_path_are_the_same(spelling: str) -> None:
    """Percent-encoding what need not be encoded changes nothing (RFC 3986 section 6.2.2)."""
    selector = Selector(candidates(interaction("x", path="/a-b/c%20d")))
    assert selector.select(received(target=spelling)) is not None


_VALUE = st.sampled_from(["a", "b", 1, 2, True, None])
_RULE = st.sampled_from([None, matches("type"), matches("integer"), regex("[ab]")])


@st.composite
def _interactions(draw: st.DrawFn) -> list[dict[str, Any]]:
    written = []
    for number in range(draw(st.integers(1, 8))):
        path = draw(st.sampled_from(["/r/1", "/r/2", "/s"]))
        rules: dict[str, Any] = {}
        if path != "/s" and draw(st.booleans()):
            rules["path"] = regex(r"/r/\d+")
        request: dict[str, Any] = {}
        if draw(st.booleans()):
            request["query"] = {"q": [draw(st.sampled_from(["a", "b"]))]}
            if rule := draw(_RULE):
                rules["query"] = {"q": rule}
        if draw(st.booleans()):
            request["headers"] = {"X-H": [draw(st.sampled_from(["a", "b"]))]}
        body = draw(st.dictionaries(st.sampled_from(["x", "y"]), _VALUE))
        method = draw(st.sampled_from(["GET", "POST"]))
        if method == "POST":
            request["body"] = json_body(body)
            found = {f"$.{key}": rule for key in body if (rule := draw(_RULE))}
            if found:
                rules["body"] = found
        if rules:
            request["matchingRules"] = rules
        status = draw(st.sampled_from([200, 201, 404]))
        written.append(
            interaction(
                f"i{number}",
                method=method,
                path=path,
                status=status,
                request=request,
                response={"body": json_body(number)},
            )
        )
    return written


def _example(promise: HttpInteraction) -> Received:
    request = promise.request
    target = request.path + (f"?{write_query(request.query)}" if request.query else "")
    headers = {name: ", ".join(values) for name, values in request.headers.items()}
    body = request.body.data or None
    if body is not None:
        headers["Content-Type"] = "application/json"
    return received(request.method, target, headers=headers, body=body)


def _accepts(candidate: Candidate, request: Received) -> bool:
    return not match_request(without_harmless(candidate.interaction.request), request.actual)


@given(_interactions())
def test_every_example_selects_its_interaction_or_one_with_the_same_request(written: list[dict[str, Any]]) -> None:
    """Whatever else is in the pact, an example that its own rules accept is answered by an equal example."""
    found = candidates(*written)
    selector = Selector(found)
    for candidate in found:
        request = _example(candidate.interaction)
        selection = selector.select(request)
        if not _accepts(candidate, request):
            continue
        assert selection is not None
        assert selection.exact
        chosen = _example(selection.candidate.interaction)
        assert (chosen.method, chosen.path, chosen.query, chosen.json) == (
            request.method,
            request.path,
            request.query,
            request.json,
        )


@given(_interactions(), st.data())
def test_the_index_selects_only_and_all_that_the_rules_accept(
    written: list[dict[str, Any]], data: st.DataObject
) -> None:
    """For any request: something is selected if and only if the rules of some interaction accept it, and it is such."""
    found = candidates(*written)
    selector = Selector(found)
    method = data.draw(st.sampled_from(["GET", "POST"]))
    target = data.draw(st.sampled_from(["/r/1", "/r/3", "/r/1?q=a", "/r/9?q=b", "/s", "/s?q=a", "/t"]))
    body = data.draw(st.dictionaries(st.sampled_from(["x", "y"]), _VALUE)) if method == "POST" else None
    headers = data.draw(st.sampled_from([{}, {"X-H": "a"}, {"X-H": "b"}]))
    request = received(method, target, headers=headers, body=body)
    accepting = [candidate for candidate in found if _accepts(candidate, request)]
    selection = selector.select(request)
    assert (selection is not None) == bool(accepting)
    if selection is not None:
        assert selection.candidate in accepting


@given(_interactions(), st.randoms())
def test_the_order_of_the_file_does_not_matter(written: list[dict[str, Any]], random: Any) -> None:
    """The same interactions in another order give the same answers."""
    shuffled = list(written)
    random.shuffle(shuffled)
    one, other = Selector(candidates(*written)), Selector(candidates(*shuffled))
    for candidate in one.candidates:
        request = _example(candidate.interaction)
        first, second = one.select(request), other.select(request)
        assert (first and first.candidate.name) == (second and second.candidate.name)


def test_thousands_of_interactions_on_one_path_are_told_apart() -> None:
    """Each of many interactions of one template answers its own example."""
    count = 3000
    selector = Selector(
        candidates(
            *(
                interaction(
                    f"u{number}", path=f"/users/{number}", request=_USER_PATH, response={"body": json_body(number)}
                )
                for number in range(count)
            )
        )
    )
    for number in (0, 1, 1500, 2999):
        assert _selected(selector, received(target=f"/users/{number}")) == (f"u{number}", Why.EXACT_EXAMPLE)


def test_a_cookie_of_any_value_chooses_and_is_not_asked_for() -> None:
    """Stubs set no cookies, so a client that was recorded with one comes without; an exact one is still asked for."""
    any_cookie = {"headers": {"Cookie": ["sid=a"]}, "matchingRules": {"header": {"Cookie": regex(".+")}}}
    selector = Selector(
        candidates(
            interaction("all", path="/notes", request=any_cookie),
            interaction("challenge", path="/mine", status=401),
            interaction("mine", path="/mine", request=any_cookie),
            interaction("strict", path="/strict", request={"headers": {"Cookie": ["sid=a"]}}),
        )
    )
    assert _selected(selector, received(target="/notes"))[0] == "all"
    assert _selected(selector, received(target="/mine"))[0] == "challenge"
    assert _selected(selector, received(target="/mine", headers={"Cookie": "sid=b"}))[0] == "mine"
    assert selector.select(received(target="/strict")) is None


def test_other_credentials_than_those_of_the_example_get_the_answer_for_some() -> None:
    """Also when the body is the same, and when the example came with a cookie that the client of a stub lacks."""
    with_both = {
        "headers": {"Authorization": ["Bearer a"], "Cookie": ["sid=a"]},
        "matchingRules": {"header": {"Authorization": regex(".+"), "Cookie": regex(".+")}},
    }
    selector = Selector(
        candidates(
            interaction("challenge", path="/notes", status=401), interaction("notes", path="/notes", request=with_both)
        )
    )
    assert _selected(selector, received(target="/notes", headers={"Authorization": "Bearer b"}))[0] == "notes"
    assert _selected(selector, received(target="/notes"))[0] == "challenge"


def test_a_request_with_credentials_is_not_the_example_without() -> None:
    """The challenge answers who does not log in; whatever the credentials are, they get the answer for those."""
    by_rule = {
        "headers": {"Authorization": ["Basic YTpi"]},
        "matchingRules": {"header": {"Authorization": regex(".+")}},
    }
    selector = Selector(
        candidates(
            interaction("challenge", path="/notes", status=401),
            interaction("notes", path="/notes", request=by_rule),
        )
    )
    other = received(target="/notes", headers={"Authorization": "Basic eDp5"})
    assert _selected(selector, received(target="/notes")) == ("challenge", Why.EXACT_EXAMPLE)
    assert _selected(selector, other)[0] == "notes"
    assert _selected(selector, received(target="/notes", headers={"X-Other": "1"}))[0] == "challenge"


def test_head_is_answered_as_get_unless_it_was_recorded() -> None:
    """RFC 9110 section 9.3.2; a recorded HEAD comes first, and other methods stay misses."""
    users = interaction("get", path="/users/1", request=_USER_PATH)
    selector = Selector(candidates(users, interaction("head", method="HEAD", path="/files/1")))
    assert _selected(selector, received("HEAD", "/users/7")) == ("get", Why.RULES)
    assert _selected(selector, received("HEAD", "/files/1")) == ("head", Why.EXACT_EXAMPLE)
    assert selector.select(received("DELETE", "/users/7")) is None


@given(st.lists(st.tuples(st.sampled_from(["/a/1", "/a/2", "/a/3?x=1", "/b"]), st.booleans(), st.booleans())))
def test_what_was_selected_before_changes_nothing(asked: list[tuple[str, bool, bool]]) -> None:
    """Requests that have a line in common are told apart by header and state, however often they came."""
    rule = {"matchingRules": {"path": regex(r"/a/\d")}}
    listed = candidates(
        interaction("one", path="/a/1", request=rule),
        interaction("two", path="/a/2", status=404, request=rule, states=[{"name": "gone"}]),
        interaction("b", path="/b"),
        interaction("b of a tenant", path="/b", status=202, request={"headers": {"X-Tenant": ["t"]}}),
    )
    used = Selector(listed)
    for target, has_tenant, is_gone in asked:
        state = "gone" if is_gone else None
        request = received(target=target, headers={"X-Tenant": "t"} if has_tenant else {})
        mine, fresh = used.select(request, state=state), Selector(listed).select(request, state=state)
        assert (mine and (mine.candidate, mine.why)) == (fresh and (fresh.candidate, fresh.why))
