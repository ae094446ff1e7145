"""What several runs say about values without a cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.harness.normalize.sessions import START, Session
from tests.unit.harness.normalize.test_runs import as_runs
from treaty.contract.json_value import JsonValue
from treaty.normalize.pipeline import Normalized, normalize
from treaty.session.exchange import Edge
from treaty.session.runs import Run

BASE = Run(number=1, started=START, environment={"b": {"FIRST_ID": 1}})
RUNS = [
    BASE,
    Run(number=2, started=START, clock=timedelta(days=400), environment={"b": {"FIRST_ID": 2}}),
    Run(number=3, started=START, zone="Asia/Tokyo", environment={"b": {"FIRST_ID": 2}}),
]


def answers(*values: JsonValue, runs: Sequence[Run] = RUNS) -> Normalized:
    """Normalise a call that was answered with these values of one field, run by run."""
    sessions = []
    for value in values:
        session = Session()
        session.call("a>b", "GET /settings", None, 200, {"mode": value, "ready": True})
        sessions.append(session.exchanges)
    return normalize(as_runs(*sessions), (), runs)


def said(result: Normalized) -> list[str]:
    return [finding.text for finding in result.findings if finding.kind == "varies"]


def causes(result: Normalized) -> Mapping[str, Any]:
    (interaction,) = result.pacts[Edge(consumer="a", provider="b")]["interactions"]
    found: Mapping[str, Any] = interaction.get("comments", {}).get("treaty", {}).get("response", {})
    return found


@pytest.mark.parametrize(
    ("values", "reason", "name"),
    [
        (["blue", "green", "blue"], "clock", "the clock"),
        (["blue", "blue", "green"], "zone", "the time zone"),
        (["blue", "green", "green"], "FIRST_ID", "FIRST_ID"),
    ],
)
def test_what_varied_along_with_a_value_is_named(values: Sequence[JsonValue], reason: str, name: str) -> None:
    """By the pattern of the runs, each reason is told from the others."""
    result = answers(*values)
    assert said(result) == [f"body.$.mode of GET /settings -> 200 differs with {name}: it is not promised"]
    assert causes(result) == {"body.$.mode": {"cause": "random", "along": [reason]}}


def test_a_value_that_differs_whatever_varied_is_random() -> None:
    """Runs that agree in a thing and not in the value rule that thing out."""
    runs = [Run(number=1, started=START), Run(number=2, started=START), Run(number=3, started=START, zone="Asia/Tokyo")]
    result = answers("blue", "green", "red", runs=runs)
    assert said(result) == [
        "body.$.mode of GET /settings -> 200 differs between runs, whatever varied: it is not promised"
    ]
    assert causes(result) == {"body.$.mode": {"cause": "random"}}


def test_two_runs_cannot_tell_reasons_apart() -> None:
    """Everything that differed between them is named, and no more is claimed."""
    (text,) = said(answers("blue", "green", runs=RUNS[:2]))
    assert text == (
        "body.$.mode of GET /settings -> 200 differed between runs that also differed in FIRST_ID or the clock: "
        "it is not promised"
    )


def test_a_value_that_all_runs_share_stays_promised() -> None:
    result = answers("blue", "blue", "blue")
    assert said(result) == []
    assert causes(result) == {}


def test_runs_of_which_nothing_is_known_name_no_reason() -> None:
    """Sessions that were recorded apart differ in more than anybody noted."""
    (text,) = said(answers("blue", "green", runs=()))
    assert "whatever varied" in text


def test_a_run_that_saw_less_is_no_evidence() -> None:
    """A driver that failed halfway has shown nothing about the calls that it did not make."""
    session = Session()
    for mode in ("blue", "green"):
        session.call("a>b", "GET /settings", None, 200, {"mode": mode})
    short = Session()
    short.call("a>b", "GET /settings", None, 200, {"mode": "green"})
    assert said(normalize(as_runs(session.exchanges, short.exchanges), (), RUNS[:2])) == []


def test_ids_in_a_text_are_no_difference() -> None:
    """``user 7`` and ``user 4711`` say the same of the user of their run."""
    sessions = []
    for number in (7, 4711):
        session = Session()
        session.call("a>b", "POST /users", {"name": "ann"}, 201, {"id": number})
        session.call("a>b", f"GET /users/{number}", None, 200, {"id": number, "note": f"this is user {number}"})
        sessions.append(session.exchanges)
    assert said(normalize(as_runs(*sessions), (), RUNS[:2])) == []
