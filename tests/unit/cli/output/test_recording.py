"""How a recording goes, for people and as JSON lines."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.unit.cli.output.recording_events import (
    LISTENING,
    ORDER_MAIL,
    ORDER_USER,
    WEB_USER,
    normalized,
    pact,
    recorded,
)
from treaty.errors import NothingRecorded, RecorderFailed
from treaty.record.events import Stored
from treaty.record.targets import UNKNOWN_CONSUMER
from treaty.session.exchange import Edge
from treaty.session.runs import Run
from treaty_cli.bootstrap.recording import Listening, RecordingSummary
from treaty_cli.output.recording import RecordingView
from treaty_cli.output.terminal import Terminal


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


class Shown:
    """A view, with what people and what programs see of it."""

    def __init__(self, stream: io.StringIO | None = None, *, waits: bool = False) -> None:
        self._stream = stream or io.StringIO()
        self._lines = io.StringIO()
        terminal = Terminal(self._stream, environment={})
        self.view = RecordingView(terminal, lines=self._lines, waits=waits)

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._lines.getvalue().splitlines()]


def summarised(summary: RecordingSummary) -> Shown:
    shown = Shown()
    shown.view.summary(summary)
    return shown


class TestListening:
    def test_people_learn_where_to_send_calls(self) -> None:
        """To the recorder, to the sink of mails, through the proxy."""
        shown = Shown(waits=True)
        shown.view.listening(LISTENING)
        assert shown.text.splitlines() == [
            "recording web -> user at http://127.0.0.1:9101 (for http://127.0.0.1:8081)",
            "taking mail of order -> mail at smtp://127.0.0.1:9025 (not recorded)",
            "recording through the proxy http://CONSUMER:x@127.0.0.1:9200",
            "  for HTTPS through it, clients must trust authority.pem",
            "recording until Ctrl-C",
        ]

    def test_programs_learn_the_same(self) -> None:
        """With the variables that a command would find it in."""
        shown = Shown()
        shown.view.listening(LISTENING)
        assert shown.events == [
            {
                "event": "listening",
                "consumer": "web",
                "provider": "user",
                "url": "http://127.0.0.1:9101",
                "upstream": "http://127.0.0.1:8081",
                "variable": "TREATY_URL_WEB_USER",
            },
            {
                "event": "mail",
                "consumer": "order",
                "provider": "mail",
                "url": "smtp://127.0.0.1:9025",
                "variable": "TREATY_URL_ORDER_MAIL",
            },
            {"event": "proxy", "url": "http://127.0.0.1:9200", "authority": "authority.pem"},
        ]

    def test_only_what_is_there_is_told(self) -> None:
        """No proxy, no mail, and a command that ends it."""
        shown = Shown()
        shown.view.listening(Listening(edges={}, upstreams={}))
        assert (shown.text, shown.events) == ("", [])

    def test_without_a_place_for_lines_none_are_written(self) -> None:
        stream = io.StringIO()
        view = RecordingView(Terminal(stream, environment={}), lines=None, waits=False)
        view.listening(LISTENING)
        view.summary(recorded())
        view.failed(RecorderFailed("it ended"))
        assert "{" not in stream.getvalue()


class TestProgress:
    def test_it_is_one_line_that_changes(self) -> None:
        """Gone when recording is over; nothing of it before the first exchange."""
        shown = Shown(_Screen())
        shown.view.progress(Stored())
        assert shown.text == ""
        shown.view.progress(Stored(counts={WEB_USER: 1}))
        shown.view.progress(Stored(counts={WEB_USER: 2, ORDER_USER: 1}))
        shown.view.ended(recorded().session)
        assert shown.text == "\r\x1b[2K1 exchange recorded on 1 edge\r\x1b[2K3 exchanges recorded on 2 edges\r\x1b[2K"
        assert shown.events == [{"event": "recorded", "session": "session"}]

    def test_it_is_not_written_where_nobody_watches(self) -> None:
        shown = Shown()
        shown.view.progress(Stored(counts={WEB_USER: 1}))
        assert (shown.text, shown.events) == ("", [])


class TestSummary:
    def test_a_good_recording(self) -> None:
        """The session, each edge, each pact."""
        shown = summarised(recorded())
        assert shown.text.splitlines() == [
            "session session",
            "  web -> user                  2 exchanges",
            "  web -> user                  3 interactions   written    pacts/web-user.json",
        ]
        assert shown.events == [
            {"event": "edge", "consumer": "web", "provider": "user", "exchanges": 2, "failed": 0, "declared": True},
            {"event": "pact", "consumer": "web", "provider": "user", "path": "pacts/web-user.json", "interactions": 3},
            {"event": "finished", "exit_status": 0, "command_status": None},
        ]

    @pytest.mark.parametrize(
        ("edge", "declared", "count", "failed", "note"),
        [
            (WEB_USER, True, 1, 0, "1 exchange"),
            (WEB_USER, True, 2, 2, "2 exchanges  (2 without an answer)"),
            (WEB_USER, True, 0, 0, "0 exchanges  (nothing came: does the consumer use the recorder's URL?)"),
            (ORDER_USER, False, 1, 1, "1 exchange  (1 without an answer, through the proxy)"),
            (Edge(consumer=UNKNOWN_CONSUMER, provider="user"), False, 1, 0, "1 exchange  (consumer unknown)"),
        ],
    )
    def test_what_is_odd_about_an_edge_is_noted(
        self, edge: Edge, declared: bool, count: int, failed: int, note: str
    ) -> None:
        stored = Stored(counts={edge: count} if count else {}, failed={edge: failed} if failed else {})
        shown = summarised(recorded(declared=[edge] if declared else [], stored=stored, normalized=None))
        assert shown.text.splitlines()[1].endswith(note)
        assert shown.events[0]["declared"] is declared

    def test_declared_edges_come_first_and_each_once(self) -> None:
        stored = Stored(counts={ORDER_MAIL: 1, WEB_USER: 1, ORDER_USER: 1})
        shown = summarised(recorded(declared=[WEB_USER], stored=stored))
        edges = [(event["consumer"], event["provider"]) for event in shown.events if event["event"] == "edge"]
        assert edges == [("web", "user"), ("order", "mail"), ("order", "user")]

    def test_calls_that_were_cut_off_are_counted(self) -> None:
        assert "  3 calls cut off before the answer" in summarised(recorded(cut=3)).text.splitlines()

    def test_a_command_that_failed_is_told_with_what_became_of_the_pacts(self) -> None:
        """Nothing recorded is then no error of its own."""
        shown = summarised(recorded(command_status=7, normalized=None, nothing=NothingRecorded("nothing was recorded")))
        assert shown.text.splitlines()[-2:] == [
            "no pact was written: nothing was recorded",
            "the command ended with exit status 7",
        ]
        assert shown.events[-1] == {"event": "finished", "exit_status": 7, "command_status": 7}

    def test_nothing_recorded_is_left_to_the_error(self) -> None:
        """It would be said twice."""
        shown = summarised(recorded(normalized=None, nothing=NothingRecorded("nothing was recorded")))
        assert "nothing was recorded" not in shown.text
        assert shown.events[-1]["exit_status"] == 4

    def test_a_conflict_is_in_the_status(self) -> None:
        shown = summarised(recorded(normalized=normalized(pact(conflicts=["a"]))))
        assert shown.events[-1]["exit_status"] == 1

    def test_names_that_a_proxys_clients_chose_cannot_steer_the_terminal(self) -> None:
        edge = Edge(consumer="\x1b[2J", provider="user")
        assert "\x1b" not in summarised(recorded(declared=[], stored=Stored(counts={edge: 1}))).text


class TestRuns:
    RUN = Run(
        number=2,
        started=datetime(2026, 1, 2, tzinfo=UTC),
        clock=timedelta(days=400),
        zone="Asia/Tokyo",
        environment={"user": {"FIRST_ID": 1}, "order": {"FIRST_ID": 1}},
        kept=("the disk was left alone: it is full",),
    )

    def test_each_says_what_is_around_it(self) -> None:
        """And what was to vary and could not."""
        shown = Shown()
        shown.view.run_begins(Run(number=1, started=self.RUN.started), of=2)
        shown.view.run_begins(self.RUN, of=2)
        assert shown.text.splitlines() == [
            "run 1 of 2",
            "run 2 of 2: the clock +400 days, the time zone Asia/Tokyo, another FIRST_ID",
            "  the disk was left alone: it is full",
        ]
        assert shown.events[1]["event"] == "run"
        assert (shown.events[1]["number"], shown.events[1]["clock_seconds"]) == (2, 400 * 24 * 3600)

    def test_a_command_that_failed_in_a_later_run_may_not_bear_what_varied(self) -> None:
        first = Run(number=1, started=self.RUN.started)
        text = summarised(recorded(command_status=7, runs=[first, self.RUN])).text
        assert "the command ended with exit status 7 in run 2\n  that run had the clock +400 days" in text

    def test_a_run_that_could_not_begin_is_told(self) -> None:
        first = Run(number=1, started=self.RUN.started)
        text = summarised(recorded(failure=RecorderFailed("no"), runs=[first])).text
        assert "run 2 could not begin" in text


def test_an_error_is_a_line_for_programs_only() -> None:
    """People see it on standard error, from the frame of the command line."""
    shown = Shown()
    shown.view.failed(RecorderFailed("it ended", why="größe", hint="look"))
    assert shown.text == ""
    assert shown.events == [
        {"event": "failed", "code": "recorder-failed", "what": "it ended", "why": "größe", "exit_status": 3}
    ]
