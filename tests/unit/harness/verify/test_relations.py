from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.unit.harness.verify.tales import document, interaction
from treaty.contract.json_value import JsonValue, Number
from treaty.contract.model import HttpInteraction, Request
from treaty.verify.calls import Call
from treaty.verify.moments import Window
from treaty.verify.relations import Evidence, Finding, find_broken
from treaty.verify.sending import Sent

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WINDOW = Window(begun=NOW - timedelta(seconds=10), ended=NOW)
NOTHING_SENT = Call(method="GET", target="/users/4711?tag=blue", headers=(("X-Key", "k1"),))


def broken(
    notes: dict[str, Any],
    answer: JsonValue,
    *,
    example: Any = None,
    call: Call = NOTHING_SENT,
    rules: dict[str, Any] | None = None,
    generated: str = "/users/${id}",
    headers: dict[str, list[str]] | None = None,
    **variables: JsonValue,
) -> list[Finding]:
    """Hold an answer against the notes of an interaction."""
    content = interaction("GET", "/users/1", generated=generated, comments={"treaty": {"response": notes}})
    content["response"]["body"] = contracts.json_body(example)
    content["response"]["matchingRules"] = {"body": rules or {}}
    contract = document([content]).contract.interactions[0]
    assert isinstance(contract, HttpInteraction)
    evidence = Evidence(
        sent=Sent(call, Request()), variables=variables, document=answer, headers=headers or {}, window=WINDOW
    )
    return list(find_broken(contract, evidence))


@pytest.mark.parametrize(
    ("of", "value", "holds"),
    [
        ("path[1]", 4711, True),
        ("path[1]", "4711", True),
        ("path[1]", Number("4711.0"), True),
        ("path[1]", 4712, False),
        ("path[1]", "04711", False),
        ("query.tag[0]", "blue", True),
        ("query.tag[0]", "Blue", False),
        ("header.x-key", "k1", True),
        ("header.x-key", "k2", False),
        ("header.x-other", "anything", True),
        ("nonsense", "anything", True),
        ("path[1]", None, True),
    ],
)
def test_an_echo_repeats_the_actual_request(of: str, value: JsonValue, holds: bool) -> None:
    """In whatever type it is written; where either side has nothing, the matching rules decide."""
    found = broken({"body.$.x": {"cause": "echo", "of": of}}, {"x": value}, example={"x": 1})
    assert (not found) is holds
    assert all(each.rule == "echo" and each.location == "body.$.x" for each in found)


def test_a_broken_echo_says_what_was_asked_for() -> None:
    (found,) = broken({"body.$.x": {"cause": "echo", "of": "path[1]"}}, {"x": 1}, example={"x": 1})
    assert (found.wanted, found.got) == ('"4711"', "1")
    assert found.message == "the value is not the one that the request has at path[1]"


ITEMS = {"body.$.rows[*].n": {"cause": "echo", "of": "body.$.items[*].n"}}
ORDER = Call(method="POST", target="/orders", body=b'{"items": [{"n": 1}, {"n": 2.50}, {"n": 3}]}')
ROWS = {"rows": [{"n": 1}, {"n": 2}, {"n": 3}]}


def test_lists_are_repeated_in_step() -> None:
    """Numbers by value; further members are no matter of the echo."""
    rows: JsonValue = [{"n": 1}, {"n": Number("2.5")}, {"n": Number("3.0")}, {"n": 9}]
    assert broken(ITEMS, {"rows": rows}, example=ROWS, call=ORDER) == []
    swapped = broken(ITEMS, {"rows": [{"n": 1}, {"n": 3}, {"n": Number("2.5")}]}, example=ROWS, call=ORDER)
    assert [each.location for each in swapped] == ["body.$.rows[1].n", "body.$.rows[2].n"]


def test_a_list_that_ends_early_repeats_too_little() -> None:
    """Unless the recorded one did, too."""
    answer: JsonValue = {"rows": [{"n": 1}]}
    found = broken(ITEMS, answer, example=ROWS, call=ORDER)
    assert [(each.location, each.got) for each in found] == [("body.$.rows[1].n", ""), ("body.$.rows[2].n", "")]
    assert broken(ITEMS, answer, example={"rows": [{"n": 1}]}, call=ORDER) == []


@pytest.mark.parametrize(
    ("of", "value", "holds"),
    [
        ("${id}", 7, True),
        ("${id}", "7", True),
        ("${id}", 8, False),
        ("Bearer ${token}", "Bearer abc", True),
        ("Bearer ${token}", "abc", False),
        ("${unknown}", 8, True),
        ("somewhere", 8, True),
    ],
)
def test_what_the_set_up_made_comes_back(of: str, value: JsonValue, holds: bool) -> None:
    """Minted or bound; a name that the state does not yield says nothing."""
    found = broken({"body.$.x": {"cause": "carried", "of": of}}, {"x": value}, example={"x": 1}, id=7, token="abc")
    assert (not found) is holds
    assert all(each.rule == "carried" for each in found)


def test_members_of_a_list_that_holds_what_others_made_may_be_others() -> None:
    """Only where the request names what the list is about do positions count."""
    notes = {"body.$.data[0].id": {"cause": "carried", "of": "${id}"}}
    rules = {"$.data": {"combine": "AND", "matchers": [{"match": "type", "min": 1}]}}
    answer: JsonValue = {"data": [{"id": 1}, {"id": 7}]}
    example = {"data": [{"id": 9007001}]}
    assert broken(notes, answer, example=example, rules=rules, generated="", id=7) == []
    assert len(broken(notes, answer, example=example, rules=rules, id=7)) == 1
    assert len(broken(notes, answer, example=example, generated="", id=7)) == 1


@pytest.mark.parametrize(
    ("value", "holds"), [(66, True), (Number("66.000"), True), (Number("66.01"), False), ("x", True)]
)
def test_exact_numbers_are_compared_by_value(value: JsonValue, holds: bool) -> None:
    """Their type is for the matching rules."""
    found = broken({"body.$.x": {"cause": "constant", "number": "66.00"}}, {"x": value}, example={"x": 66})
    assert (not found) is holds


def test_times_are_near_now() -> None:
    """In every member of a list, also beyond those of the example."""
    notes = {"body.$.rows[*].at": {"cause": "clock"}}
    example = {"rows": [{"at": "2000-01-01T00:00:00Z"}]}
    rows: JsonValue = [{"at": "2026-11-20T12:00:00Z"}, {"at": "2027-11-20T12:00:00Z"}, {"at": None}, {}]
    (found,) = broken(notes, {"rows": rows}, example=example)
    assert found.location == "body.$.rows[1].at"
    assert found.rule == "clock"
    assert "365 days" in found.message


def test_only_of_what_the_run_made_it_is_known_how_old_it_can_be() -> None:
    """The account beside it may be of any age, but not of the future."""
    notes = {
        "body.$.id": {"cause": "echo", "of": "path[1]"},
        "body.$.made": {"cause": "clock"},
        "body.$.account.since": {"cause": "clock"},
    }
    example = {"id": 1, "made": "2000-01-01T00:00:00Z", "account": {"since": "2000-01-01T00:00:00Z"}}
    old, later = "2019-05-17T10:20:30Z", "2029-05-17T10:20:30Z"
    found = broken(notes, {"id": 4711, "made": old, "account": {"since": old}}, example=example)
    assert [each.location for each in found] == ["body.$.made"]
    found = broken(notes, {"id": 4711, "made": old, "account": {"since": later}}, example=example)
    assert [each.location for each in found] == ["body.$.made", "body.$.account.since"]
    assert broken(notes, {"id": 4711, "made": old, "account": {"since": old}}, example=example, generated="") == []


def test_headers_can_repeat_the_request() -> None:
    notes = {"header.X-Request": {"cause": "echo", "of": "header.X-Key"}}
    assert broken(notes, None, headers={"x-request": ["k1"]}) == []
    (found,) = broken(notes, None, headers={"x-request": ["other"]})
    assert found.location == "header.x-request"


@pytest.mark.parametrize(
    "notes",
    [
        {"body.$.x": 3},
        {"body.$.x": {"cause": 3}},
        {"body.$[": {"cause": "clock"}},
        {"body.$.x": {"cause": "echo"}},
        {"body.$.x": {"cause": "constant", "number": "many"}},
        {"body.$.x": {"cause": "unheard of", "of": "path[1]"}},
        {"body.$.x.y[*].z": {"cause": "echo", "of": "path[1]"}},
    ],
)
def test_notes_that_say_nothing_are_passed_over(notes: dict[str, Any]) -> None:
    assert broken(notes, {"x": 1}, example={"x": 1}) == []


@pytest.mark.parametrize(
    ("place", "of", "answer", "wrong"),
    [
        ("body.$.self|number[0]", "response.body.$.id", {"id": 7, "self": "/notes/7"}, []),
        ("body.$.self|number[0]", "response.body.$.id", {"id": 7, "self": "/notes/8"}, ["body.$.self"]),
        ("body.$.self|number[0]", "response.body.$.id", {"id": 7, "self": "/notes"}, []),
        ("header.location|number[0]", "response.body.$.id", {"id": 7}, ["header.location"]),
        (
            "body.$.rows[*].href|number[0]",
            "response.body.$.rows[*].id",
            {"rows": [{"id": 1, "href": "/r/1"}, {"id": 2, "href": "/r/1"}]},
            ["body.$.rows[1].href"],
        ),
        (
            "body.$.rows[*].owner",
            "response.body.$.owner",
            {"owner": 3, "rows": [{"owner": 3}, {"owner": 4}]},
            ["body.$.rows[1].owner"],
        ),
        ("body.$.self", "response.nonsense", {"self": 1}, []),
    ],
)
def test_values_of_one_answer_agree(place: str, of: str, answer: JsonValue, wrong: list[str]) -> None:
    found = broken({place: {"cause": "created", "of": of}}, answer, headers={"location": ["/notes/9"]})
    assert [finding.location for finding in found] == wrong


def test_a_value_inside_a_text_is_an_echo_or_carried_as_others_are() -> None:
    notes = {
        "body.$.text|number[0]": {"cause": "echo", "of": "path[1]"},
        "body.$.cursor|base64|json.$.after": {"cause": "carried", "of": "${id}"},
    }
    answer = {"text": "user 4712", "cursor": "eyJhZnRlciI6IDcwMX0="}
    assert [finding.location for finding in broken(notes, answer, id=701)] == ["body.$.text"]
    assert [finding.location for finding in broken(notes, answer, id=702)] == ["body.$.text", "body.$.cursor"]
