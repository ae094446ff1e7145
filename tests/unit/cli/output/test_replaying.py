"""How a replay goes, for people and as JSON lines."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.unit.harness.normalize.sessions import Session
from treaty.replay.comparing import Difference
from treaty.replay.playing import Outcome, Tally, Verdict
from treaty.replay.script import script_of
from treaty.session.exchange import Edge
from treaty.verify.calls import Answer
from treaty_cli.bootstrap.replaying import ReplaySummary
from treaty_cli.output.replaying import ReplayView
from treaty_cli.output.terminal import Terminal

EDGE = Edge(consumer="web", provider="user")


class Shown:
    """A view, with what people and what programs see of it."""

    def __init__(self) -> None:
        self._stream, self._lines = io.StringIO(), io.StringIO()
        self.view = ReplayView(Terminal(self._stream, environment={}), lines=self._lines)

    @property
    def text(self) -> list[str]:
        return self._stream.getvalue().splitlines()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._lines.getvalue().splitlines()]


def outcome(verdict: Verdict, *differences: Difference, reason: str = "", waited: float = 0.0) -> Outcome:
    return Outcome(
        number=3,
        edge=EDGE,
        description="GET /users/7 -> 200",
        verdict=verdict,
        differences=differences,
        reason=reason,
        waited=waited,
    )


def test_the_beginning_says_what_goes_where_and_what_does_not() -> None:
    session = Session()
    session.call("web>user", "GET /health", None, 200, {"ok": True})
    session.call("web>user", "GET /broken", None, 500, {})
    shown = Shown()
    shown.view.begins(script_of(session.exchanges), {"user": "http://127.0.0.1:1"})
    assert shown.text == [
        "sending 1 call again",
        "  user at http://127.0.0.1:1",
        "  left out: web -> user  GET /broken: it was answered 500",
    ]
    assert shown.events == [{"event": "left-out", "number": 2, "why": "it was answered 500"}]


def test_an_answer_as_recorded_is_only_counted() -> None:
    shown = Shown()
    shown.view.outcome(outcome(Verdict.SAME))
    assert shown.text == []
    assert (shown.events[0]["event"], shown.events[0]["verdict"]) == ("call", "same")


def test_each_difference_has_its_place() -> None:
    """Many are counted."""
    shown = Shown()
    one = Difference(place="body.$.a", recorded='"x"', got='"y"')
    shown.view.outcome(outcome(Verdict.DIFFERENT, *[one] * 12, waited=20.2))
    assert shown.text[:2] == [
        "differs    web -> user  GET /users/7 -> 200",
        '  body.$.a: "x" was recorded, "y" came',
    ]
    assert shown.text[-2:] == ["  and 2 differences more", "  after waiting 20 s"]
    assert shown.events[0]["differences"][0] == {"place": "body.$.a", "recorded": '"x"', "got": '"y"'}


def test_a_call_that_could_not_be_made_says_why() -> None:
    shown = Shown()
    shown.view.outcome(outcome(Verdict.COULD_NOT, reason="connection refused"))
    assert shown.text == ["could not  web -> user  GET /users/7 -> 200", "  connection refused"]


def test_an_answer_of_another_status_says_why() -> None:
    """In one line of bounded length."""
    shown = Shown()
    status = Difference(place="status", recorded="201", got="400")
    refused = replace(outcome(Verdict.DIFFERENT, status), answer=Answer(status=400, body=b'{"error":\n "no"}'))
    shown.view.outcome(refused)
    assert shown.text[-1] == '  it said {"error": "no"}'
    shown.view.outcome(replace(refused, answer=Answer(status=400, body=b"x" * 1000)))
    assert len(shown.text[-1]) == len("  it said ") + 200


def test_the_end_counts_and_names_what_may_help() -> None:
    shown = Shown()
    summary = ReplaySummary(
        tally=Tally(same=0, different=2, could_not=1), recorded=Path("again"), slots=["authorization"]
    )
    shown.view.summary(summary)
    assert shown.text == [
        "0 of 0 calls answered as recorded, 2 not, 1 could not be made",
        "  sent with stand-ins for secrets from outside: authorization",
        "  fill them: --secret authorization=env:VARIABLE",
        "session again",
    ]
    assert shown.events[-1] == {"event": "finished", "same": 0, "different": 2, "could_not": 1, "exit_status": 1}


def test_texts_of_others_cannot_steer_the_terminal() -> None:
    shown = Shown()
    shown.view.outcome(outcome(Verdict.DIFFERENT, Difference(place="body", recorded="a", got="\x1b[2J")))
    assert "\x1b" not in "".join(shown.text)
