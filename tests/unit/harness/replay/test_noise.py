"""What recorded runs of a script disagree in."""

from __future__ import annotations

from tests.unit.harness.normalize.plays import Step, World, play
from tests.unit.harness.normalize.sessions import Session
from treaty.replay.noise import noise
from treaty.replay.script import Script, script_of


def answering(*modes: str) -> Script:
    session = Session()
    for mode in modes:
        session.call("a>b", "GET /x", None, 200, {"modes": [mode], "ready": True})
    return script_of(session.exchanges)


def test_places_that_differ_between_runs_are_found() -> None:
    assert noise(answering("blue", "red"), [answering("blue", "green")]) == {(2, "body.$.modes[*]")}


def test_other_ids_and_times_are_no_noise() -> None:
    script = [Step(kind=kind) for kind in ("register", "order", "read_order", "list_orders_of_user")]
    runs = [script_of(play(script)), script_of(play(script, World(first_user=4711, first_order=62001, seed=7)))]
    assert noise(runs[0], runs[1:]) == frozenset()


def test_a_run_with_other_calls_says_nothing() -> None:
    assert noise(answering("blue"), [answering("green", "green")]) == frozenset()
