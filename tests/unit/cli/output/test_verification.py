from __future__ import annotations

import io
from dataclasses import replace

from tests.unit.cli.output.verification_events import events, outcome
from treaty.verify.events import InteractionJudged, RunStarted
from treaty.verify.outcome import Difference, Verdict
from treaty_cli.output.terminal import Terminal
from treaty_cli.output.verification import TerminalReport


def report() -> str:
    stream = io.StringIO()
    show = TerminalReport(Terminal(stream, environment={}))
    for event in events():
        show(event)
    return stream.getvalue()


def test_a_run_reads_well() -> None:
    """One line an interaction under its pact, what broke and why, a repeated reason once, findings, a summary."""
    assert report() == EXPECTED


def test_behind_another_status_only_the_first_differences_are_shown() -> None:
    """Another answer has another body, and all of it differs."""
    places = ("status", *(f"body.$.{name}" for name in "abcd"))
    differences = tuple(Difference(location=place, wanted="1", got="2", message="m") for place in places)
    stream = io.StringIO()
    show = TerminalReport(Terminal(stream, environment={}))
    show(InteractionJudged(outcome=outcome(Verdict.BROKEN, "GET /a -> 200", differences=differences)))
    text = stream.getvalue()
    assert "body.$.b" in text
    assert "body.$.c" not in text
    assert "and 2 more" in text


def test_each_further_round_has_a_heading() -> None:
    """The pacts are named again below it."""
    stream = io.StringIO()
    show = TerminalReport(Terminal(stream, environment={}))
    start, *_ = events()
    assert isinstance(start, RunStarted)
    show(replace(start, rounds=2))
    for number in (1, 2):
        show(InteractionJudged(outcome=outcome(Verdict.KEPT, "GET /a -> 200", round=number)))
    first, second = stream.getvalue().split("Round 2 of 2, against the same provider")
    assert "Round" not in first
    assert first.endswith("web -> shop  (pacts/web-shop.json)\n  kept            GET /a -> 200\n\n")
    assert second == "\n\nweb -> shop  (pacts/web-shop.json)\n  kept            GET /a -> 200\n"


EXPECTED = """\
Verifying shop at http://127.0.0.1:1 (started by Treaty), official engine

web -> shop  (pacts/web-shop.json)
  kept            GET /a -> 200
  broken          GET /b -> 200  given a user exists
                  body.$.role  wanted "member", got "guest"
                    Expected 'guest' to be a role [recorded as constant]
  could not tell  GET /c -> 200
                  the state 'x' could not be set up  [state-failed]
                    where  step 1 of 1: POST /x
                    why    409
                    hint   look

web -> shop  (pacts/app-shop.json)
  could not tell  GET /d -> 200
                  the state 'x' could not be set up  [state-failed], as for 'GET /c -> 200' above
  broken          GET /e\\x1b[31m -> 200  (pending: does not count)

Findings: calls of the provider that no pact of a dependency answers
  shop -> bank  GET /x
    nearest: GET /y -> 200, differs at path[0]

1 kept, 1 broken, 2 could not tell, 1 pending broken, 1 finding; 2 set-up calls; 0.2 s
"""
