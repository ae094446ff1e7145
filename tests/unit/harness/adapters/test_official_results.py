from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.verify import contracts
from treaty.adapters.official_results import outcome_of, result_positions, seconds_of
from treaty.errors import EngineFailed, StateFailed
from treaty.verify.document import read_document
from treaty.verify.outcome import Difference, Outcome, Verdict
from treaty.verify.state_desk import StateDesk
from treaty.verify.states import SetUp

DOCUMENT = read_document(json.dumps(contracts.pact([contracts.READ_USER, contracts.HEALTH])).encode(), source="a.json")
READ_USER, HEALTH = DOCUMENT.interactions


class Table:
    """Sets up everything, or nothing."""

    def __init__(self, *, works: bool) -> None:
        self.works = works

    def set_up(self, key: str, name: str) -> SetUp:
        if not self.works:
            raise StateFailed(f"{name} ({key}) failed")
        return SetUp(variables={"user_id_4f1c": 1}, calls=3)


def desk(*, works: bool = True, asked: bool = True) -> StateDesk:
    made = StateDesk(set_ups=Table(works=works), manual=None, interactions=DOCUMENT.interactions)
    if asked:
        call = {
            "action": "setup",
            "params": {"treaty": contracts.STATE, "treaty.position": 0},
            "state": "a user exists",
        }
        made.answer(json.dumps(call).encode())
    return made


def broken(*mismatches: dict[str, Any]) -> dict[str, Any]:
    return {"result": "Error", "duration": "2ms", "mismatch": {"type": "mismatches", "mismatches": list(mismatches)}}


def differences(*mismatches: dict[str, Any]) -> tuple[Difference, ...]:
    outcome = outcome_of(DOCUMENT, READ_USER, broken(*mismatches), desk())
    assert outcome.verdict is Verdict.BROKEN
    return outcome.differences


def test_ok_is_kept_with_its_times_and_set_up_calls() -> None:
    """Set-up calls are counted apart."""
    outcome = outcome_of(DOCUMENT, READ_USER, {"result": "OK", "duration": "52ms"}, desk())
    assert (outcome.verdict, outcome.setup_calls) == (Verdict.KEPT, 3)
    assert outcome.seconds == pytest.approx(0.052)


def test_a_failed_state_beats_every_other_finding() -> None:
    """Neither a mismatch nor an OK counts then."""
    for result in ({"result": "OK"}, broken({"type": "StatusMismatch", "expected": 200, "actual": 404})):
        outcome = outcome_of(DOCUMENT, READ_USER, result, desk(works=False))
        assert outcome.verdict is Verdict.COULD_NOT_TELL
        assert isinstance(outcome.reason, StateFailed)


def test_an_ok_without_a_state_that_was_needed_is_not_believed() -> None:
    """The engine may have sent the example."""
    outcome = outcome_of(DOCUMENT, READ_USER, {"result": "OK"}, desk(asked=False))
    assert outcome.verdict is Verdict.COULD_NOT_TELL


@pytest.mark.parametrize(
    "result",
    [
        {"result": "Error", "mismatch": {"type": "error", "message": "error sending request"}},
        {"result": "Error"},
        {"result": "Error", "mismatch": {"type": "mismatches", "mismatches": []}},
        {},
    ],
)
def test_an_error_is_could_not_tell(result: dict[str, Any]) -> None:
    """Only mismatches are broken."""
    outcome = outcome_of(DOCUMENT, HEALTH, result, desk())
    assert outcome.verdict is Verdict.COULD_NOT_TELL
    assert isinstance(outcome.reason, EngineFailed)
    assert outcome.reason.why


def test_missing_keys_are_named_one_by_one_with_what_was_recorded() -> None:
    """The engine gives two lists of keys."""
    (gone,) = differences(
        {
            "type": "BodyMismatch",
            "path": "$",
            "expected": '["email","id"]',
            "actual": '["id","x"]',
            "mismatch": "Actual map is missing the following keys: email",
        }
    )
    assert gone.location == "body.$.email"
    assert (gone.wanted, gone.got, gone.cause) == ('"alice@example.com"', "absent", "carried")


def test_null_in_an_answer_is_named() -> None:
    """As a value the engine gives nothing for it; only its sentence tells."""
    (found,) = differences(
        {
            "type": "BodyMismatch",
            "path": "$.data",
            "expected": "[]",
            "actual": None,
            "mismatch": "Type mismatch: Expected null (Null) to be the same type as [] (Array)",
        }
    )
    assert (found.location, found.got) == ("body.$.data", "null")


def test_whole_lists_are_cut() -> None:
    """A report that compares two lists of thousands of elements line by line would take minutes."""
    lists = [json.dumps([{"id": number + offset} for number in range(5000)]) for offset in (0, 1)]
    entry = {"type": "BodyMismatch", "path": "$", "expected": lists[0], "actual": lists[1], "mismatch": "".join(lists)}
    (difference,) = differences(entry)
    assert max(map(len, (difference.wanted, difference.got, difference.message))) < 2100


def test_status_comes_first_then_headers_then_the_body() -> None:
    """Each with location, wanted and got, in the order of the locations: the engine's varies."""
    found = differences(
        {"type": "BodyMismatch", "path": "$.id", "expected": "1", "actual": '"1"', "mismatch": "no integer"},
        {"type": "HeaderMismatch", "key": "X-A", "expected": '"q"', "actual": "", "mismatch": "a header was missing"},
        {"type": "BodyTypeMismatch", "expected": "application/json", "actual": "text/html", "mismatch": "type"},
        {"type": "StatusMismatch", "expected": 200, "actual": 404, "mismatch": "expected 200 but was 404"},
    )
    assert [(each.location, each.wanted, each.got) for each in found] == [
        ("status", "200", "404"),
        ("header.X-A", '"q"', "absent"),
        ("body", "application/json", "text/html"),
        ("body.$.id", "1", '"1"'),
    ]


@pytest.mark.parametrize(
    ("text", "seconds"), [("52ms", 0.052), ("3.01s", 3.01), ("1m 2s", 62.0), ("7µs", 7e-6), ("", 0.0), ("xs", 0.0)]
)
def test_durations(text: str, seconds: float) -> None:
    """As the engine writes them."""
    assert seconds_of(text) == pytest.approx(seconds)


def test_results_are_found_by_position() -> None:
    """Others are left aside."""
    results = {
        "interactionResults": [{"description": "1: b"}, {"description": "Interaction 0"}, {"description": "0: a"}]
    }
    assert sorted(result_positions(results)) == [0, 1]
    assert result_positions({}) == {}


def test_the_outcome_has_its_names() -> None:
    """For the report."""
    outcome: Outcome = outcome_of(DOCUMENT, HEALTH, {"result": "OK"}, desk())
    assert (outcome.pact, outcome.consumer, outcome.provider, outcome.position) == ("a.json", "web", "shop", 1)
