"""What is promised of a response body."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import View, view_of, views_of
from treaty.contract.json_value import JsonValue, Number
from treaty.normalize.promises import number_matchers, text_matcher
from treaty.normalize.shapes import Shape


def seen(*answers: JsonValue, line: str = "GET /things/1") -> View:
    session = Session()
    for answer in answers:
        session.call("a>b", line, None, 200, answer)
    return view_of(session, "a>b", f"{line.replace('/1', '/{id}')} -> 200")


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("66", ["66", "66.0", "66.00"], ["67", "660", "66.1", "066"]),
        ("66.00", ["66", "66.0", "66.00"], ["66.01"]),
        ("1.10", ["1.1", "1.10", "1.100"], ["1", "1.11", "11", "1x1"]),
        ("0.05", ["0.05", "0.050"], ["0.5", "0"]),
        ("-3", ["-3", "-3.0"], ["3"]),
    ],
)
def test_a_number_is_matched_by_value_in_its_usual_spellings(text: str, good: list[str], bad: list[str]) -> None:
    kind, spelling_rule = number_matchers(text)
    assert kind == {"match": "number"}
    pattern = str(spelling_rule["regex"])
    assert all(re.fullmatch(pattern, spelling) for spelling in good)
    assert not any(re.fullmatch(pattern, spelling) for spelling in bad)


def test_a_number_with_an_exponent_is_any_number() -> None:
    assert number_matchers("1e400") == [{"match": "number"}]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**6), max_value=10**6))
def test_a_number_always_matches_its_own_text(value: object) -> None:
    assert re.fullmatch(str(number_matchers(f"{value}")[-1]["regex"]), f"{value}")


@pytest.mark.parametrize(
    ("shape", "texts"),
    [
        (Shape.UUID, ["3f2504e0-4f89-41d3-9a0c-0305e82c3301"]),
        (Shape.TIMESTAMP, ["2026-11-20T10:00:00Z", "2026-11-20 10:00:00.123"]),
        (Shape.DATE, ["2026-11-20"]),
        (Shape.HTTP_DATE, ["Fri, 20 Nov 2026 10:00:00 GMT"]),
        (Shape.EMAIL, ["x@y.org"]),
        (Shape.URL, ["http://x/y"]),
        (Shape.ULID, ["01ARZ3NDEKTSV4RRFFQ69G5FAV"]),
        (Shape.OPAQUE, ["tok_9f8e7d6c5b4a39281706f5"]),
        (Shape.HEX, ["5f3e9a0c0305", "a" * 12]),
        (Shape.HEX, ["5f3e9a0c0305", "a" * 32]),
        (Shape.HEX, ["5F3E9A0C0305"]),
        (Shape.NUMBERED, ["ORD-1234567", "ORD-7654321"]),
    ],
)
def test_a_text_matcher_accepts_what_it_was_made_from_and_no_other_words(shape: Shape, texts: list[str]) -> None:
    pattern = str(text_matcher(shape, texts)["regex"])
    assert all(re.fullmatch(pattern, text) for text in texts)
    assert not re.fullmatch(pattern, "two words")


def test_numbered_texts_of_different_forms_are_typed() -> None:
    assert text_matcher(Shape.NUMBERED, ["ORD-1234567", "INV/7654321"]) == {"match": "type"}


@pytest.mark.parametrize(
    ("answers", "matchers"),
    [
        (["all is well", "all is bad"], ["type"]),
        (["good", "bad"], ["bad|good"]),
        ([7, 9], ["integer"]),
        ([7, Number("1.5")], ["number"]),
        ([None, 7], ["integer", "null"]),
        ([None, None], []),
        (["x@y.org", None], [r"[^@\s]+@[^@\s]+", "null"]),
        ([True, False], ["type"]),
        ([True, True], []),
        ([7, "two words"], ["type"]),
        (["v1.2.3"], ["type"]),
    ],
)
def test_a_leaf_gets_the_tightest_type_that_all_answers_allow(answers: list[JsonValue], matchers: list[str]) -> None:
    assert seen(*({"x": answer} for answer in answers)).rule("$.x") == matchers


def test_keys_that_some_answer_lacks_are_not_demanded_at_any_depth() -> None:
    view = seen(
        {"a": {"x": 1, "y": "a b"}, "b": [{"p": 1}, {"p": 2, "q": {"r": 3}}]}, {"a": {"y": "a b"}, "b": [{"p": 3}]}
    )
    assert view.answer == {"a": {"y": "a b"}, "b": [{"p": 9007001}, {"p": 9007001}]}
    assert "$.b[*].q.r" not in view.interaction["response"]["matchingRules"]["body"]


def test_optional_keys_do_not_take_their_namesakes_along() -> None:
    view = seen({"a": 1, "ab": 2, "a-b": 3}, {"ab": 2, "a-b": 3})
    assert set(view.answer) == {"ab", "a-b"}
    assert view.rule("$.ab") == ["integer"]


def test_an_unscoped_list_may_hold_more_than_was_seen() -> None:
    view = seen([{"id": 1, "kind": "a"}], line="GET /things")
    assert view.rule("$") == ["type"]
    assert view.rule("$[*].id") == ["integer"]
    assert view.rule("$[*].kind") == ["type"]


def test_a_scoped_list_is_closed() -> None:
    view = seen({"items": [{"kind": "a"}, {"kind": "b"}]})
    assert view.rule("$.items") == []


def test_a_list_that_was_empty_at_times_may_be_empty() -> None:
    session = Session()
    session.call("a>b", "GET /things/1", None, 200, {"items": []})
    session.call("a>b", "GET /things/1", None, 200, {"items": [{"x": "a b"}]})
    rules = view_of(session, "a>b", "GET /things/{id} -> 200").interaction["response"]["matchingRules"]["body"]
    assert rules["$.items"]["matchers"] == [{"match": "type", "min": 0}]


def test_what_may_still_change_by_itself_allows_what_it_changes_to() -> None:
    session = Session()
    session.call("a>b", "POST /jobs", {}, 201, {"id": 1, "status": "new"})
    session.call("a>b", "GET /jobs/1", None, 200, {"id": 1, "status": "new", "note": None})
    session.call("a>b", "GET /jobs/1", None, 200, {"id": 1, "status": "done", "note": "all is well"})
    made = view_of(session, "a>b", "POST /jobs -> 201")
    assert made.rule("$.status") == [], "the answer to the very call came before any change"
    reads = [view for view in views_of(session, "a>b") if view.interaction["description"].startswith("GET")]
    early, late = sorted(reads, key=lambda view: len(view.steps))
    assert early.rule("$.status") == ["done|new"]
    assert early.rule("$.note")[-1] == "null"
    assert late.rule("$.status") == []


def test_the_cause_of_like_members_is_noted_once() -> None:
    session = Session()
    session.call("a>b", "POST /things", {}, 201, {"rows": [{"id": 1}, {"id": 2}]})
    assert view_of(session, "a>b", "POST /things -> 201").causes == {"body.$.rows[*].id": {"cause": "created"}}


def test_a_number_that_is_promised_exactly_is_no_text() -> None:
    """A regular expression alone would accept ``"201"``, too."""
    view = seen({"code": 201})
    assert view.interaction["response"]["matchingRules"]["body"]["$.code"] == {
        "combine": "AND",
        "matchers": [{"match": "number"}, {"match": "regex", "regex": r"201(\.0+)?"}],
    }


def _posts() -> Session:
    session = Session()
    seeded: JsonValue = {"id": 1, "author": "ann", "kind": "note"}
    session.call("a>b", "GET /posts", None, 200, [seeded, {"id": 2, "author": "bob", "kind": "memo"}])
    session.call("a>b", "POST /posts", {"author": "zoe"}, 201, {"id": 3, "author": "zoe", "kind": "note"})
    session.call("a>b", "GET /posts?author=zoe", None, 200, [{"id": 3, "author": "zoe", "kind": "note"}])
    return session


def test_members_of_an_open_list_hold_what_other_consumers_said() -> None:
    """A field that consumers send can hold anything; one that only the provider fills keeps the words seen."""
    view = next(view for view in views_of(_posts(), "a>b") if not view.state and view.request["method"] == "GET")
    assert view.rule("$[*].author") == ["type"]
    assert view.rule("$[*].kind") == ["memo|note"]


def test_a_filter_by_a_value_that_others_share_leaves_the_list_open_but_holds_for_each_member() -> None:
    view = next(view for view in views_of(_posts(), "a>b") if "query" in view.request)
    rules = view.interaction["response"]["matchingRules"]["body"]
    assert rules["$"]["matchers"] == [{"match": "type", "min": 1}]
    assert view.rule("$[*].author") == ["equality"]
    assert view.answer[0]["author"] == "zoe"


def test_texts_of_which_only_the_type_is_promised_are_in_order() -> None:
    """A provider that holds them as a set gives them in any order, and the pact stays the same."""
    session = Session()
    session.call("a>b", "PUT /users/ann", None, 201, {"id": "ann"})
    session.call("a>b", "GET /users/ann", None, 200, {"roles": ["writers", "user:ann", "readers"]})
    view = view_of(session, "a>b", "GET /users/{id} -> 200")
    assert view.answer == {"roles": ["readers", "user:ann", "writers"]}
    assert view.rule("$.roles[*]") == ["type"]


def test_the_example_of_a_secret_has_its_length_and_nothing_else_of_it() -> None:
    """What a stand-in looks like varies with the secret; a token in three parts stays one."""
    jwt = "eyJhbGciOiJ4In0.eyJzdWIiOiJ4In0.c2ln"
    bodies: tuple[JsonValue, ...] = ({"hash": "!1n*21*Re", "jwt": jwt}, {"hash": "a.1n.21!R", "jwt": jwt})
    for body in bodies:
        session = Session()
        session.call("a>b", "POST /login", {}, 200, body, redacted=("response.body.$.hash", "response.body.$.jwt"))
        view = view_of(session, "a>b", "POST /login -> 200")
        assert view.answer == {"hash": "secretsec", "jwt": "eyJhbGciOiJ4In0.eyJzdWIiOiJ4In0.secr"}
        assert view.rule("$.hash") == ["type"]


def test_digits_that_are_a_text_are_no_number() -> None:
    """A regular expression sees a number as it is written, so the type is demanded beside it."""
    session = Session()
    for isbn in ("9780131103627", "9780262033848"):
        session.call("a>b", "GET /book", None, 200, {"isbn": isbn})
    assert view_of(session, "a>b", "GET /book -> 200").rule("$.isbn") == ["type", r"\d+"]


def test_members_that_others_made_have_codes_of_their_own() -> None:
    """The shelves of three books are no set of words, for each has a number in it."""
    session = Session()
    for shelf, kind in (("D-15", "paper"), ("T-26", "audio")):
        session.call("a>b", "POST /books", {"title": f"Book {kind}"}, 201, {"id": len(kind) + ord(shelf[0])})
    members: JsonValue = [{"shelf": "D-15", "kind": "paper"}, {"shelf": "T-26", "kind": "audio"}]
    session.call("a>b", "GET /books", None, 200, members)
    view = view_of(session, "a>b", "GET /books -> 200")
    assert view.rule("$[*].shelf") == ["type"]
    assert view.rule("$[*].kind") == ["audio|paper"]
