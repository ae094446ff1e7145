from __future__ import annotations

import io
from dataclasses import replace

import pytest

from tests.unit.cli.output.verification_events import DIFFERENCE, REASON, events, finished, outcome
from treaty.verify.events import Event, InteractionJudged, RunStarted
from treaty.verify.outcome import Summary, Verdict
from treaty.verify.sent_request import SentRequest
from treaty_cli.output.terminal import Terminal
from treaty_cli.output.verification import TerminalReport, closed_line


def report() -> str:
    stream = io.StringIO()
    show = TerminalReport(Terminal(stream, environment={}))
    for event in events():
        show(event)
    return stream.getvalue()


def test_a_run_reads_well() -> None:
    """One line an interaction under its pact, what broke and why, a repeated reason once, findings, a summary."""
    assert report() == EXPECTED


def test_a_failure_shows_how_to_send_the_request_again() -> None:
    """Below its differences, or below the reason why nobody can tell; nothing of the kind where all is well."""
    request = SentRequest(method="GET", url="http://127.0.0.1:1/a")
    stream = io.StringIO()
    show = TerminalReport(Terminal(stream, environment={}))
    for verdict, more in (
        (Verdict.BROKEN, {"differences": (DIFFERENCE,)}),
        (Verdict.COULD_NOT_TELL, {"reason": REASON}),
    ):
        show(InteractionJudged(outcome=outcome(verdict, "GET /a -> 200", request=request, **more)))
    show(InteractionJudged(outcome=outcome(Verdict.KEPT, "GET /b -> 200", request=request)))
    command = "to send it again:\n                    curl -i http://127.0.0.1:1/a\n"
    broken, untold, kept = stream.getvalue().split(command)
    assert broken.rstrip().endswith("[recorded as constant]")
    assert untold.rstrip().endswith("hint   look")
    assert kept == "  kept            GET /b -> 200\n"


def test_a_provider_that_has_ended_has_to_be_started_again() -> None:
    """Before a request can be sent to it."""
    stream = io.StringIO()
    show = TerminalReport(Terminal(stream, environment={}))
    request = SentRequest(method="GET", url="http://127.0.0.1:1/a")
    start, *_, end = events()
    for event in (start, InteractionJudged(outcome=outcome(Verdict.BROKEN, "GET /a -> 200", request=request)), end):
        show(event)
    assert "has ended: to send a request again, start it and\nbring about the state first" in stream.getvalue()
    assert "has ended" not in report()


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


def test_the_clock_and_what_people_should_know_are_said_first() -> None:
    """Nothing is said where nothing is special."""
    stream = io.StringIO()
    start, *_ = events()
    assert isinstance(start, RunStarted)
    clock = "2024-02-29T12:00:00Z (+1d), set by time-machine"
    TerminalReport(Terminal(stream, environment={}))(replace(start, clock=clock, notes=("one worker",)))
    assert stream.getvalue().splitlines()[1:] == [f"Its clock began at {clock}", "note: one worker"]


def shown(*given: Event) -> str:
    stream = io.StringIO()
    show = TerminalReport(Terminal(stream, environment={}))
    for event in given:
        show(event)
    return stream.getvalue()


def test_what_is_broken_in_the_same_way_is_explained_once() -> None:
    """Thirty times the same screen hides what is different."""
    other = replace(DIFFERENCE, location="body.$.name")
    lines = shown(
        *finished(
            outcome(Verdict.BROKEN, "GET /a -> 200", differences=(DIFFERENCE,)),
            outcome(Verdict.BROKEN, "GET /b -> 200", differences=(DIFFERENCE,)),
            outcome(Verdict.BROKEN, "GET /c -> 200", differences=(other, DIFFERENCE)),
            outcome(Verdict.BROKEN, "GET /d -> 200", differences=(other, DIFFERENCE)),
        )
    )
    assert lines.count("Expected 'guest' to be a role") == 3
    assert """body.$.role  wanted "member", got "guest", as for 'GET /a -> 200' above""" in lines
    assert """body.$.name  wanted "member", got "guest" and 1 more difference, as for 'GET /c -> 200' above""" in lines


def test_what_is_not_kept_is_named_again_below_a_long_run() -> None:
    """It may have left the screen; pending ones do not count, and a short run is on the screen still."""
    kept = [outcome(Verdict.KEPT, f"GET /{number} -> 200") for number in range(20)]
    broken = outcome(Verdict.BROKEN, "GET /b -> 200", states=("a user exists",))
    untold = outcome(Verdict.COULD_NOT_TELL, "GET /c -> 200", reason=REASON)
    pending = outcome(Verdict.BROKEN, "GET /p -> 200", pending=True)
    again = shown(*finished(broken, untold, pending, *kept)).partition("Not kept\n")[2]
    assert again.splitlines()[:3] == [
        "  broken          web -> shop GET /b -> 200 given a user exists",
        "  could not tell  web -> shop GET /c -> 200",
        "",
    ]
    assert "Not kept" not in shown(*finished(broken, untold))
    many = [outcome(Verdict.BROKEN, f"GET /{number} -> 200") for number in range(23)]
    assert "  and 3 more\n" in shown(*finished(*many))


def test_a_run_that_is_cut_short_says_how_far_it_came() -> None:
    """And nothing where it had not begun, or was over."""
    for given, ending in ((events()[:3], "Cut short: 2 of 5 interactions judged\n1 kept, 1 broken"), ([], "")):
        stream = io.StringIO()
        show = TerminalReport(Terminal(stream, environment={}))
        for event in given:
            show(event)
        show.cut_short()
        assert stream.getvalue().rpartition("\n\n")[2].startswith(ending)
    stream = io.StringIO()
    show = TerminalReport(Terminal(stream, environment={}))
    for event in events():
        show(event)
    show.cut_short()
    assert "Cut short" not in stream.getvalue()


def test_a_run_of_pending_interactions_only_says_that_nothing_counts() -> None:
    """So that its exit status, which is that of a good run, is not taken for more."""
    stream = io.StringIO()
    show = TerminalReport(Terminal(stream, environment={}))
    for event in finished(
        outcome(Verdict.BROKEN, "GET /a -> 200", pending=True),
        outcome(Verdict.COULD_NOT_TELL, "GET /b -> 200", pending=True, reason=REASON),
    ):
        show(event)
    assert stream.getvalue().splitlines()[-2:] == [
        "Nothing that counts was verified: 2 interactions, pending and not kept",
        "0 kept, 0 broken, 0 could not tell, 1 pending broken, 1 pending could not tell; 0 set-up calls; 0.0 s",
    ]


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


@pytest.mark.parametrize(
    ("summary", "text"),
    [
        (Summary(in_full=3), "lists and totals judged: 3 in full"),
        (Summary(in_part=2), "lists and totals judged: 2 as far as the set-up goes (all with --fresh)"),
        (
            Summary(in_full=3, in_part=2),
            "lists and totals judged: 3 in full, 2 as far as the set-up goes (all with --fresh)",
        ),
    ],
)
def test_the_form_in_which_lists_were_judged_is_said(summary: Summary, text: str) -> None:
    assert closed_line(summary) == text
