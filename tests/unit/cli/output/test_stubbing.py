"""What `treaty stub` says."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.stubs.examples import received
from treaty.errors import OutputUnwritable, PactUnreadable
from treaty_cli.bootstrap.stub_events import (
    AdminStarted,
    AllStarted,
    Asked,
    Failed,
    HandshakeFailed,
    NotReloaded,
    Reloaded,
    RequestRefused,
    Several,
    SpaceGone,
    Starved,
    Stopped,
    StubEvent,
    StubStarted,
    StubSummary,
    Unplaced,
    Untold,
)
from treaty_cli.output.stubbing import StubJsonLines, StubLines, stub_outputs
from treaty_cli.output.terminal import Terminal
from treaty_stubs.journal import FORWARDED, Difference, Entry, Near

_NEAR = Near(
    consumer="web",
    interaction="GET /users/{id} -> 200",
    state="a user exists",
    differences=(
        Difference(location="path", rule=r"regex /users/\d+", wanted="/users/1", got="/users/x"),
        Difference(location="header.X-Key", rule="equality", wanted="k" * 200, got=""),
    ),
)
_SERVED = Entry(1, 0.0, received("GET", "/users/1"), 200, 0, "rules", ("another",))
_MISSED = Entry(2, 0.0, received("GET", "/users/x"), 501, None, "", (), (_NEAR,))
_EVENTS: list[StubEvent] = [
    StubStarted(provider="user", url="http://127.0.0.1:1", consumers={"app": 2, "web": 3}),
    AdminStarted(url="http://127.0.0.1:2"),
    AllStarted(),
    Asked(provider="user", target="/users/1", interaction="GET /users/{id} -> 200", entry=_SERVED),
    Asked(provider="user", target="/users/x\x1b[31m", interaction="", entry=_MISSED),
    Failed(provider="user", fault=ZeroDivisionError()),
    Failed(provider="", fault=ZeroDivisionError()),
    Stopped(
        summaries=(
            StubSummary(provider="user", served=1, missed=1, ties=1, unused=tuple(f"web: u{n}" for n in range(12))),
        )
    ),
]


def _told(events: Iterable[StubEvent]) -> tuple[list[str], list[dict[str, Any]]]:
    """Give the lines that people are told, and the objects for programs."""
    people, programs = io.StringIO(), io.StringIO()
    lines, objects = StubLines(Terminal(people, environment={})), StubJsonLines(programs)
    for event in events:
        lines(event)
        objects(event)
    return people.getvalue().splitlines(), [json.loads(line) for line in programs.getvalue().splitlines()]


def test_a_fault_is_told_where_it_was_played() -> None:
    """To people and to programs, with the seed that repeats it."""
    entry = _SERVED._replace(tie=(), fault="down", variation=7)
    events: list[StubEvent] = [
        AllStarted(faults=1, seed=7),
        Asked(provider="user", target="/users/1", interaction="a", entry=entry),
    ]
    people, programs = _told(events)
    assert people == [
        "1 fault declared; --seed 7 repeats this run's",
        "ready; stop with Ctrl-C",
        "GET /users/1 -> 200  a (rules)  vary 7  fault down",
    ]
    ready, served = programs
    assert ready == {"event": "ready", "faults": 1, "seed": 7}
    assert (served["fault"], served["vary"]) == ("down", 7)


def test_requests_that_are_told_together_are_told_as_each_alone() -> None:
    """All lines go out at once; what was not told one by one is counted."""
    asked = tuple(event for event in _EVENTS if isinstance(event, Asked))
    people_told, programs_told = _told((*asked, Untold(count=2)))
    assert _told((Several(asked=asked), Untold(count=2))) == (people_told, programs_told)
    assert people_told[-1] == "and 2 more requests served, faster than they can be told"
    assert programs_told[-1] == {"event": "untold", "count": 2}


def test_whom_to_trust_and_what_belongs_to_nobody_is_told() -> None:
    events: list[StubEvent] = [
        AllStarted(authority=Path("/a/ca.pem")),
        Unplaced(method="GET", target="/x", status=501),
    ]
    people, programs = _told(events)
    assert people == [
        "clients have to trust /a/ca.pem",
        "ready; stop with Ctrl-C",
        "GET /x -> 501  no provider has this path",
    ]
    ready, unplaced = programs
    assert ready["authority"] == "/a/ca.pem"
    assert unplaced == {"event": "unplaced", "method": "GET", "target": "/x", "status": 501}


def test_spaces_that_gave_way_are_told_once_for_each_cause() -> None:
    """People are told the first one and the number; programs are told each."""
    events: list[StubEvent] = [
        SpaceGone(name="a", why="there are more than 2 spaces"),
        SpaceGone(name="b", why="there are more than 2 spaces"),
        Stopped(spaces_gone=2),
    ]
    people, programs = _told(events)
    assert people == [
        "space 'a' is forgotten: there are more than 2 spaces; further ones are counted, not told",
        "2 spaces forgotten in favour of others",
    ]
    first, second, last = programs
    assert (first["event"], second["space"], last) == ("space-gone", "b", {"event": "spaces-gone", "spaces": 2})


def test_a_client_that_gets_no_connection_is_told_once_for_each_cause() -> None:
    """Programs are told each time."""
    causes = ("a client speaks plain HTTP", "a client does not trust the certificate", "a client speaks plain HTTP")
    people, programs = _told(HandshakeFailed(why=why) for why in causes)
    assert people == [
        "no connection by TLS: a client speaks plain HTTP; further ones are not told",
        "no connection by TLS: a client does not trust the certificate; further ones are not told",
    ]
    assert programs == [{"event": "handshake-failed", "why": why} for why in causes]


def test_a_machine_that_gives_no_more_connections_is_told() -> None:
    people, programs = _told([Starved(why="too many open files")])
    assert people == [
        "no more connections: too many open files; clients wait until others are gone; this is told once",
    ]
    assert programs == [{"event": "starved", "why": "too many open files"}]


def test_a_request_that_was_refused_is_told_with_what_was_read_of_it() -> None:
    events: list[StubEvent] = [
        RequestRefused(provider="user", status=413, why="the body is too large", method="POST", target="/users"),
        RequestRefused(provider="user", status=400, why="the client speaks TLS, and this port does not"),
    ]
    people, programs = _told(events)
    assert people == [
        "POST /users -> 413  the body is too large",
        "what came -> 400  the client speaks TLS, and this port does not",
    ]
    large, strange = programs
    assert (large["event"], large["target"], large["status"]) == ("refused", "/users", 413)
    assert "target" not in strange


def test_what_was_forwarded_is_told() -> None:
    """Where it goes, each call, the count, and what to do with the recording."""
    entry = _SERVED._replace(interaction=FORWARDED, why="forwarded", tie=())
    events: list[StubEvent] = [
        AllStarted(fallbacks={"user": "http://real.test"}),
        Asked(provider="user", target="/users/1", interaction="", entry=entry),
        Stopped(
            summaries=(StubSummary(provider="user", served=0, missed=0, ties=0, forwarded=1),),
            session=Path("sessions/1"),
            calls=1,
        ),
    ]
    people, programs = _told(events)
    assert people == [
        "user  what no interaction accepts goes to http://real.test",
        "ready; stop with Ctrl-C",
        "GET /users/1 -> 200  forwarded",
        "user: 0 served, 1 forwarded, 0 missed, 0 interactions never used",
        "1 forwarded call recorded; treaty normalize sessions/1 makes promises of them",
    ]
    ready, asked, stopped, session = programs
    assert ready["fallbacks"] == {"user": "http://real.test"}
    assert asked["event"] == "forwarded"
    assert stopped["forwarded"] == 1
    assert session == {"event": "session", "path": "sessions/1", "calls": 1}


@pytest.mark.parametrize(
    ("unanswered", "told"),
    [
        (
            1,
            "2 forwarded calls recorded, 1 without an answer; treaty normalize sessions/1 makes promises of the others",
        ),
        (2, "2 forwarded calls recorded in sessions/1; none was answered, so there is nothing to promise"),
    ],
)
def test_nothing_is_promised_of_calls_that_were_not_answered(unanswered: int, told: str) -> None:
    people, programs = io.StringIO(), io.StringIO()
    event = Stopped(session=Path("sessions/1"), calls=2, unanswered=unanswered)
    StubLines(Terminal(people, environment={}))(event)
    StubJsonLines(programs)(event)
    assert people.getvalue() == f"{told}\n"
    assert json.loads(programs.getvalue())["unanswered"] == unanswered


def test_lines_for_people() -> None:
    """Readiness, one line a request, ties, misses with the nearest and each difference, and a summary."""
    stream = io.StringIO()
    lines = StubLines(Terminal(stream, environment={}))
    for event in _EVENTS:
        lines(event)
    assert stream.getvalue().splitlines() == [
        "user  http://127.0.0.1:1  5 interactions (2 of app, 3 of web)",
        "admin  http://127.0.0.1:2  for you and your tests, not for the consumer",
        "ready; stop with Ctrl-C",
        "GET /users/1 -> 200  GET /users/{id} -> 200 (rules)",
        "  tie with another: its answer differs",
        r"GET /users/x\x1b[31m -> 501  no interaction matches",
        '  near  GET /users/{id} -> 200 given "a user exists", promised to web',
        r"        path: wanted /users/1 (by regex /users/\d+), got /users/x",
        f"        header.X-Key: wanted {'k' * 120}..., got nothing",
        "500 the stub of user failed on a request (ZeroDivisionError); this is a defect of Treaty, please report it",
        "500 the admin API failed on a request (ZeroDivisionError); this is a defect of Treaty, please report it",
        "user: 1 served, 1 missed, 1 tie, 12 interactions never used",
        *(f"  unused  web: u{number}" for number in range(10)),
        "  unused  and 2 more",
    ]


def test_what_pacts_and_clients_say_steers_no_terminal_that_shows_colours() -> None:
    """A description may hold what clears a screen."""

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Screen()
    people = StubLines(Terminal(stream, environment={}))
    hostile = "\x1b[2J\x1b]0;title\x07"
    people(Asked(provider="user", target=f"/{hostile}", interaction=hostile, entry=_SERVED._replace(tie=())))
    shown = r"\x1b[2J\x1b]0;title\x07"
    assert stream.getvalue() == f"GET /{shown} -> \x1b[32m200\x1b[0m  {shown} (rules)\n"


def test_a_path_that_fills_the_screen_is_cut() -> None:
    stream = io.StringIO()
    people = StubLines(Terminal(stream))
    people(Asked(provider="user", target="/" + "a" * 60000, interaction="a", entry=_SERVED._replace(tie=())))
    assert stream.getvalue() == f"GET /{'a' * 999}... (60001 characters) -> 200  a (rules)\n"


def test_with_several_providers_each_line_names_its_own() -> None:
    stream = io.StringIO()
    lines = StubLines(Terminal(stream, environment={}))
    for event in (_EVENTS[0], _EVENTS[0], _EVENTS[3]):
        lines(event)
    assert stream.getvalue().splitlines()[2].startswith("user: GET /users/1 -> 200")


def test_lines_for_programs() -> None:
    """One object an event, with all that people see."""
    stream = io.StringIO()
    report = StubJsonLines(stream)
    for event in _EVENTS:
        report(event)
    entries = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [entry["event"] for entry in entries] == [
        "stub-started",
        "admin-started",
        "ready",
        "served",
        "miss",
        "failed",
        "failed",
        "stub-stopped",
    ]
    assert entries[0]["consumers"] == {"app": 2, "web": 3}
    assert entries[1]["url"] == "http://127.0.0.1:2"
    assert (entries[3]["interaction"], entries[3]["tie"]) == ("GET /users/{id} -> 200", ["another"])
    assert entries[4]["nearest"][0]["differences"][0] == {
        "location": "path",
        "rule": r"regex /users/\d+",
        "wanted": "/users/1",
        "got": "/users/x",
    }
    assert (entries[7]["served"], len(entries[7]["unused"])) == (1, 12)


def test_lines_for_programs_on_standard_output_leave_it_to_them(capsys: pytest.CaptureFixture[str]) -> None:
    """What people read then goes to standard error."""
    with stub_outputs("-") as handle:
        handle(AllStarted())
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"event": "ready"}
    assert captured.err == "ready; stop with Ctrl-C\n"


def test_lines_for_programs_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    with stub_outputs(str(file)) as handle:
        handle(AllStarted())
        assert json.loads(file.read_text(encoding="utf-8")) == {"event": "ready"}


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputUnwritable), stub_outputs(str(tmp_path / "no" / "file")):
        pytest.fail("there is no such folder")


def test_pacts_that_were_read_again_are_told() -> None:
    """How much is served now; and why nothing changed, in the form of errors."""
    people, programs = io.StringIO(), io.StringIO()
    fault = PactUnreadable("a.json is not JSON", where="line 1", why="it ends early")
    for event in (Reloaded(provider="user", consumers={"web": 1}), NotReloaded(fault=fault)):
        StubLines(Terminal(people, environment={}))(event)
        StubJsonLines(programs)(event)
    told = people.getvalue()
    assert told.startswith("user  read again: 1 interaction (1 of web)\n")
    assert "not read again, answers stay as they were: a.json is not JSON" in told
    assert "it ends early" in told
    assert [json.loads(line) for line in programs.getvalue().splitlines()] == [
        {"event": "reloaded", "provider": "user", "interactions": 1, "consumers": {"web": 1}},
        {
            "event": "not-reloaded",
            "code": fault.code,
            "what": "a.json is not JSON",
            "where": "line 1",
            "why": "it ends early",
        },
    ]
