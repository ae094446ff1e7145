"""What people and programs are told about an import."""

from __future__ import annotations

import io
import json
from pathlib import Path

from treaty.errors import CaptureUnreadable
from treaty.record.captures.finds import Oddity
from treaty.session.exchange import Edge
from treaty_cli.bootstrap.importing import ImportSummary
from treaty_cli.output.importing import SHOWN_PLACES, ImportView
from treaty_cli.output.terminal import Terminal

EDGE = Edge(consumer="web", provider="shop")


def view(*, lines: io.StringIO | None = None) -> tuple[ImportView, io.StringIO]:
    stream = io.StringIO()
    return ImportView(Terminal(stream), lines=lines), stream


def test_edges_oddities_and_the_next_command_are_shown() -> None:
    seen, stream = view()
    seen.progress(7)
    seen.odd(Oddity(place="entry 3", reason="is a WebSocket", method="GET", path="/live", detail="x"))
    seen.odd(Oddity(place="entry 4", reason="has another length", kept=True))
    seen.odd(Oddity(place="entry 5", reason="is a WebSocket"))
    seen.summary(ImportSummary(session=Path("s"), counts={EDGE: 12}, failed={EDGE: 1}, left_out=2))
    assert stream.getvalue() == (
        "session s\n"
        "  web -> shop                  12 calls  (1 without an answer)\n"
        "odd, but taken\n"
        "  has another length:\n"
        "    entry 4\n"
        "left out\n"
        "  is a WebSocket (2 times):\n"
        "    entry 3  GET /live  (x)\n"
        "    entry 5\n"
        "next: treaty normalize s\n"
    )


def test_of_many_places_people_see_some_and_programs_all() -> None:
    lines = io.StringIO()
    seen, stream = view(lines=lines)
    for number in range(SHOWN_PLACES + 5):
        seen.odd(Oddity(place=f"entry {number}", reason="is no HTTP"))
    seen.summary(ImportSummary(session=None, left_out=SHOWN_PLACES + 5))
    assert "is no HTTP (25 times):" in stream.getvalue()
    assert "    entry 19\n    and 5 more; --json lists them all\n" in stream.getvalue()
    assert "next:" not in stream.getvalue()
    assert len([line for line in lines.getvalue().splitlines() if json.loads(line)["event"] == "odd"]) == 25


def test_what_steers_a_terminal_is_shown_as_text() -> None:
    seen, stream = view()
    seen.odd(Oddity(place="entry 1", reason="is no HTTP", path="/\x1b[2J"))
    seen.summary(ImportSummary(session=None, left_out=1))
    assert "\x1b" not in stream.getvalue()


def test_an_error_is_an_event() -> None:
    lines = io.StringIO()
    seen, stream = view(lines=lines)
    seen.failed(CaptureUnreadable("it is odd", why="because"))
    assert json.loads(lines.getvalue())["code"] == "capture-unreadable"
    assert stream.getvalue() == ""
