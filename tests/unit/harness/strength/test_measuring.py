"""Strength, measured on pacts whose strength is known."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.strength import pacts
from tests.unit.harness.strength.pacts import measured, survived
from treaty.strength.change import Harm, Harmless
from treaty.strength.measuring import measure, measure_pact
from treaty.strength.session_facts import SessionFacts

NAMES = st.text("abcdefgh_", min_size=1, max_size=6)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(0, 99) | st.sampled_from(["open", "two words", "2031-03-04", "a@b.c", ""]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=3),
    max_leaves=8,
)


def test_a_tight_contract_catches_everything_but_what_pact_cannot_say() -> None:
    """The id inside the message is an input, and the message is only typed."""
    strength = measured()
    assert survived(strength) == [("input in a text changed", "body.$.message")]
    assert strength.alarms == ()
    assert strength.tally.caught == strength.tally.harmful - 1 > 80
    assert strength.tally.harmless > 10
    assert sum(count for _, count in strength.kinds.values()) == strength.tally.harmful


def test_a_contract_of_types_lets_codes_and_amounts_pass() -> None:
    """What it misses is told apart by kind, and what it does not miss stays caught."""
    loose = measured(pacts.order(rules={"$": "type"}, causes=None))
    kinds = {each.kind for each in loose.survivors}
    assert kinds >= {Harm.WORD, Harm.FLIPPED, Harm.FORMAT, Harm.PRECISION}
    assert not kinds & {Harm.STATUS, Harm.DROPPED, Harm.NULLED, Harm.MEDIA_TYPE}
    assert loose.tally.score is not None
    assert loose.tally.score < 1


def test_a_contract_of_examples_alone_raises_false_alarms() -> None:
    """Every healthy provider has another id, and another time."""
    causes = {"body.$.id": {"cause": "created"}, "body.$.at": {"cause": "clock"}}
    content = {"id": 9007001, "at": "2000-01-01T00:00:00Z", "message": "all is well"}
    strict = measured(pacts.interaction(content, line="POST /things", status=201, causes=causes))
    assert strict.refused
    assert strict.unmeasured == "it refuses its own example"
    assert [place for place, _ in strict.alarms[0].complaints] == ["body.$.id", "body.$.at"]
    prose = measured(pacts.interaction({"message": "all is well"}))
    assert [alarm.kind for alarm in prose.alarms] == [Harmless.PROSE]


def test_an_echo_that_the_contract_forgot_is_a_survivor() -> None:
    """Found by comparing the examples of request and answer, not by the rules."""
    written = pacts.interaction({"id": 17}, line="GET /things/17", rules={"$.id": "integer"})
    assert survived(measured(written)) == [("another id than asked for", "body.$.id")]


def test_a_boolean_of_others_in_an_open_list_is_a_false_alarm() -> None:
    written = pacts.interaction([{"read": False}], rules={"$": "type"})
    written["response"]["matchingRules"]["body"]["$[*].read"] = pacts.rule("equality")
    alarms = measured(written).alarms
    assert [alarm.kind for alarm in alarms] == [Harmless.MEMBER]


def test_the_session_excuses_what_it_shows() -> None:
    """A field that the contract leaves out of its demands is no gap when an answer lacked it."""
    content = {"a": "open"}
    document = pacts.document(pacts.interaction(content, rules={"$.a": "open|closed|something_else|open_2|OPEN"}))
    bare = measure(document, document.interactions[0])
    assert {each.kind for each in bare.survivors} == {Harm.WORD, Harm.CASE}
    session = Session()
    for word in ("something_else", "open_2", "OPEN"):
        session.call("web>shop", "GET /things", None, 200, {"a": word})
    known = measure(document, document.interactions[0], session=SessionFacts(session.exchanges))
    assert known.survivors == ()


def test_the_session_shows_headers_that_the_contract_leaves_out() -> None:
    """Where the contract has them, nothing survives."""
    session = Session()
    for _ in range(2):
        session.call("web>shop", "GET /things", None, 200, {"a": 1}, answer_headers=(("X-Api-Version", "3"),))
    found = []
    for headers in ({}, {"X-Api-Version": "3"}):
        document = pacts.document(pacts.interaction({"a": 1}, headers=headers))
        strength = measure(document, document.interactions[0], session=SessionFacts(session.exchanges))
        found.append(survived(strength))
    place = "header.X-Api-Version"
    assert found == [[("header dropped", place), ("header changed", place)], []]


def test_an_answer_that_came_compressed_is_measured_by_its_content() -> None:
    """The pact has the content, and the header of the coding."""
    for coding in ("gzip", "deflate", "identity"):
        strength = measured(pacts.interaction({"status": "open"}, headers={"Content-Encoding": coding}))
        assert not strength.unmeasured
        assert survived(strength) == []
        assert strength.alarms == ()


def test_messages_and_requests_without_values_are_not_measured() -> None:
    """Both are said."""
    message = {"type": "Asynchronous/Messages", "description": "it happened", "contents": {"content": "x"}}
    found = pacts.document(message)
    assert [each.unmeasured for each in measure_pact(found)] == ["it is a message; only replies over HTTP are changed"]
    broken = pacts.interaction({})
    broken["request"]["headers"] = {"X": ["a\nb"]}
    assert "line break" in measured(broken).unmeasured


def test_measuring_twice_gives_the_same() -> None:
    assert measured() == measured()


def test_other_interactions_do_not_matter() -> None:
    """The score of an interaction is its own, wherever it stands."""
    alone = measured()
    both = list(measure_pact(pacts.document(pacts.interaction({"a": 1}), pacts.order())))
    assert both[1].survivors == alone.survivors
    assert both[1].tally == alone.tally
    assert both[1].position == 1


def test_long_lists_are_sampled_and_said_so() -> None:
    """A thousand elements take no more changes than ten."""

    def rows(count: int) -> Any:
        return measured(pacts.interaction({"rows": [{"a": 1, "b": "x"}] * count}, line="GET /users/7"))

    assert rows(1000).sampled
    assert rows(1000).tally.harmful == rows(10).tally.harmful
    assert not rows(2).sampled


NUMBERS = st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = (
    st.text(max_size=5)
    | st.sampled_from(
        ["2000-01-01T00:00:00Z", "2000-13-45", "N-9007001", "a@b.c", "http://x/9007001", "a=1; b=9007001"]
    )
    | st.sampled_from(['{"a": 9007001}', "eyJhbGciOiJub25lIn0.eyJzdWIiOjkwMDcwMDF9.x", "\ud800", "\b"])
)
KEYS = st.sampled_from(["id", "user_id", "items", "name", "", "odd 'key'", "a|b", "17"])
ODD: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.sampled_from([9007001, 946684800]) | NUMBERS | TEXTS,
    lambda below: st.lists(below, max_size=8) | st.dictionaries(KEYS, below, max_size=4),
    max_leaves=10,
)
PLACES = st.sampled_from(
    [
        *("body.$", "body.$.id", "body.$.items[*].id", "body.$.items[0]", "body.$.name|number[0]"),
        *("body.$.name|json.$.a", "body.$.name|jwt.$.sub", "header.Location|number[0]", "body|number[0]"),
        *("header.Location", "status", "junk"),
    ]
)
SOURCES = st.sampled_from(
    ["path[1]", "path[9]", "body.$.items[*].id", "${order_id}", "x${user_id}", "${none}", "response.body.$.id", "?"]
)
KINDS = st.sampled_from(["echo", "carried", "created", "clock", "secret", "random", "unordered", "strange"])
CAUSES = st.fixed_dictionaries({"cause": KINDS}, optional={"of": SOURCES})


@settings(deadline=None, max_examples=40)
@given(ODD, ODD, st.dictionaries(PLACES, CAUSES, max_size=4), st.booleans())
def test_whatever_a_pact_says_it_can_be_measured(content: Any, sent: Any, causes: dict[str, Any], ours: bool) -> None:
    """Or it is told why not; and measuring it again gives the same."""
    states = ["an order exists"] if ours else []
    written = pacts.interaction(
        content,
        line="POST /orders/9007002",
        generated="/orders/${order_id}",
        sent=sent,
        causes=causes,
        headers={"Location": "/orders/9007002"},
        states=states,
    )
    strength = measured(written, ours=ours)
    assert strength == measured(written, ours=ours)
    assert strength.tally.caught <= strength.tally.harmful
    assert bool(strength.unmeasured) == (strength.tally.harmful == 0)


@settings(deadline=None, max_examples=25)
@given(VALUES, st.booleans())
def test_what_is_promised_word_for_word_lets_nothing_pass(content: Any, ours: bool) -> None:
    """Equality catches each harmful change of any answer: so no change is without a difference."""
    strength = measured(pacts.interaction({"content": content}, line="GET /things/7"), ours=ours)
    assert not strength.refused
    assert survived(strength) == []
    assert strength.tally.harmful > 0
