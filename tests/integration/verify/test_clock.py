"""`treaty verify --clock`: the provider lives at another time, our engine follows, and what cannot move is refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.integration.verify.test_provider_alone import events, project, verify
from treaty.adapters import clock_launcher
from treaty.session.exchange import Edge
from treaty.session.info import SessionInfo, write_info

pytest.importorskip("aiosmtpd", reason="the mail sink needs aiosmtpd")

LEAP_DAY = datetime(2024, 2, 29, 12, 0, tzinfo=UTC)
LATER = datetime.now(UTC) + timedelta(days=400)

BOOKING = """
import datetime, http.server, json, sys

CUTS_DATE, KEEPS_TIME = "no-date" in sys.argv, "real-date" in sys.argv

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200, {"ok": True})

    def do_POST(self):
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        now = datetime.datetime.now(datetime.timezone.utc)
        when = datetime.datetime.fromisoformat(given["when"])
        if not datetime.timedelta(0) < when - now < datetime.timedelta(days=2):
            self.answer(422, {"error": f"{when} is not tomorrow of {now}"})
        elif abs(datetime.datetime.fromisoformat(given["sent"]) - now) > datetime.timedelta(minutes=1):
            self.answer(422, {"error": "sent long ago"})
        else:
            self.answer(201, {"made": now.isoformat(), "due": (now + datetime.timedelta(hours=1)).isoformat()})

    def do_HEAD(self):
        self.answer(200, {})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_header(self, name, value):
        if name == "Date" and CUTS_DATE:
            return
        super().send_header(name, "Fri, 01 Jan 2010 00:00:00 GMT" if name == "Date" and KEEPS_TIME else value)

    def log_message(self, *arguments):
        pass

http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
BOOK: dict[str, Any] = contracts.interaction(
    "POST /bookings -> 201",
    {
        "method": "POST",
        "path": "/bookings",
        "headers": contracts.JSON_HEADERS,
        "body": contracts.json_body({"when": "2000-01-02T00:00:00+00:00", "sent": "2000-01-01T00:00:00+00:00"}),
        "generators": {
            "body": {
                "$.when": {"type": "DateTime", "format": "yyyy-MM-dd'T'HH:mm:ssxxx", "expression": "+1 day"},
                "$.sent": contracts.from_state("${sent_4f1c}"),
            }
        },
    },
    {
        "status": 201,
        "body": contracts.json_body({"made": "2000-01-01T00:00:00+00:00", "due": "2000-01-01T01:00:00+00:00"}),
        "matchingRules": contracts.rules(made={"match": "type"}, due={"match": "type"}),
    },
    providerStates=contracts.ours("a time", "1234"),
    comments={"treaty": {"response": {"body.$.made": {"cause": "clock"}, "body.$.due": {"cause": "clock"}}}},
)
TIMES = {
    "1234": {
        "name": "a time",
        "mint": {"sent_4f1c": {"type": "datetime", "like": "2000-01-01T00:00:00+00:00"}},
        "steps": [],
    }
}


def booking(folder: Path, *more: str, launcher: Sequence[str] = ()) -> Path:
    """Write a project whose shop takes bookings for tomorrow, and tells when they were made."""
    config = project(folder, start=["${python}", *launcher, "booking.py", "${port}", *more])
    (folder / "booking.py").write_text(BOOKING)
    contracts.write(folder / "pacts", contracts.pact([BOOK], states=TIMES))
    return config


def started(report: Path) -> dict[str, Any]:
    (found,) = [event for event in events(report) if event["event"] == "run-started"]
    return found


@pytest.mark.parametrize(
    ("clock", "moment"), [("+400d", LATER), ("2024-02-29T12:00:00Z", LEAP_DAY), ("2024-02-29", LEAP_DAY)]
)
@pytest.mark.parametrize("more", [(), ("no-date",)], ids=["date", "no-date"])
def test_times_in_requests_and_checks_follow_the_provider(
    tmp_path: Path, clock: str, moment: datetime, more: tuple[str, ...]
) -> None:
    """Generated, minted and checked ones, on a leap day, too; without a Date header by the clock that we set."""
    config, report = booking(tmp_path, *more), tmp_path / "events.jsonl"
    assert verify(config, "--clock", clock, "--json", report) == 0, report.read_text()
    begun = started(report)
    assert abs(datetime.fromisoformat(begun["clock"].split(" ")[0]) - moment) < timedelta(days=1)
    assert "set by time-machine" in begun["clock"]
    assert [("no header Date" in note) for note in begun["notes"]] == [True] * len(more)


def test_a_time_that_is_not_the_providers_is_broken(tmp_path: Path) -> None:
    """It lives in the past, and its answer has the time of ours, which lies in its future."""
    config, report = booking(tmp_path), tmp_path / "events.jsonl"
    program = tmp_path / "booking.py"
    program.write_text(BOOKING.replace('"made": now', '"made": (now + datetime.timedelta(days=400))'))
    assert verify(config, "--clock", "-400d", "--json", report) == 1
    (judged,) = [event for event in events(report) if event["event"] == "interaction"]
    assert [each["location"] for each in judged["differences"]] == ["body.$.made"]


def test_a_provider_with_another_clock_is_asked_for_its_time(tmp_path: Path) -> None:
    """Nobody has told it before the first request, so it is asked when that needs a time."""
    launcher = [clock_launcher.__file__, "+400d", "--"]
    config, report = booking(tmp_path, launcher=launcher), tmp_path / "events.jsonl"
    assert verify(config, "--json", report) == 0, report.read_text()
    assert started(report)["clock"] == ""


def test_a_provider_that_does_not_follow_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its Date tells."""
    assert verify(booking(tmp_path, "real-date"), "--clock", "+400d") == 3
    errors = capsys.readouterr().err
    assert "[clock-unsupported]" in errors
    assert "2010-01-01" in errors


def test_a_program_that_no_library_reaches_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before it is started."""
    config = booking(tmp_path)
    program = tmp_path / "shop"
    program.write_bytes(b"\x7fELF\x02\x01\xff Go buildinf:")
    program.chmod(0o755)
    config.write_text(config.read_text().replace("- ${python}\n", "- ./shop\n", 1))
    assert verify(config, "--clock", "+1d") == 3
    errors = capsys.readouterr().err
    assert "[clock-unsupported]" in errors
    assert "Go" in errors


def test_recorded_is_the_time_of_the_named_session(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pact does not know it, so without a session it is refused."""
    config, report = booking(tmp_path), tmp_path / "events.jsonl"
    assert verify(config, "--clock", "recorded") == 2
    assert "--session" in capsys.readouterr().err
    session = tmp_path / "session"
    session.mkdir()
    info = SessionInfo(started=LEAP_DAY, edges=(Edge(consumer="web", provider="shop"),))
    (session / "session.json").write_bytes(write_info(info))
    assert verify(config, "--clock", "recorded", "--session", session, "--json", report) == 0
    assert started(report)["clock"].startswith("2024-02-29T12:00")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--clock", "soon"], "soon"),
        (["--clock", "-99999d"], "out of reach"),
        (["--clock", "+1d", "--base-url", "http://127.0.0.1:1"], "already running"),
        (["--session", "x"], "--session"),
    ],
)
def test_a_clock_that_makes_no_sense_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], why: str
) -> None:
    """Nothing is started."""
    assert verify(booking(tmp_path), *arguments) == 2
    assert why in capsys.readouterr().err
