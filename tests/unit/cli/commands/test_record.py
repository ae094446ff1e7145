"""`treaty record` as a command: its options, its JSON lines, its exit status."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from treaty.errors import ExitStatus, NothingRecorded, PortTaken, ProviderFailed, TreatyError
from treaty.record.events import Stored
from treaty.session.exchange import Edge
from treaty_cli.app import main
from treaty_cli.bootstrap import recording
from treaty_cli.bootstrap.normalizing import NormalizeSummary
from treaty_cli.bootstrap.recording import Listening, RecordingObserver, RecordingSummary
from treaty_cli.bootstrap.recording_plan import RecordingRequest

WEB_USER = Edge(consumer="web", provider="user")
NOTHING = NothingRecorded("nothing was recorded that could become a promise", why="the session holds no exchange")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    previous = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in previous.items():
        signal.signal(number, handler)


class Recording:
    """Stands for a recording that comes to a given end, and keeps what was asked for."""

    def __init__(self) -> None:
        self.requests: list[RecordingRequest] = []
        self.error: TreatyError | None = None
        self.nothing: NothingRecorded | None = None
        self.failure: TreatyError | None = None
        self.command_status: int | None = 0

    def __call__(self, request: RecordingRequest, observer: RecordingObserver) -> RecordingSummary:
        self.requests.append(request)
        observer.listening(Listening(edges={WEB_USER: "http://127.0.0.1:1"}, upstreams={WEB_USER: "http://user.test"}))
        if self.error is not None:
            raise self.error
        observer.ended(Path("session"))
        content = NormalizeSummary(pacts=(), findings=(), observed={}, problems=())
        return RecordingSummary(
            session=Path("session"),
            declared=[WEB_USER],
            stored=Stored(counts={WEB_USER: 1}),
            cut=0,
            command_status=self.command_status,
            normalized=None if self.nothing else content,
            nothing=self.nothing,
            failure=self.failure,
        )


@pytest.fixture(name="recorded")
def _recorded(monkeypatch: pytest.MonkeyPatch) -> Recording:
    recorded = Recording()
    monkeypatch.setattr(recording, "record", recorded)
    return recorded


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


class TestOptions:
    def test_every_option_reaches_the_recording(self, recorded: Recording) -> None:
        """Texts are handed on as typed; what follows the dashes is the command."""
        arguments = "--edge web:user=http://a.test --edge order:user --proxy 0 --service user=http://b.test --host ::1"
        arguments += " --out p --session s --prune --allow-secret a --allow-secret b --no-redact --allow-empty"
        arguments += " --runs 3 --steady clock --steady FIRST_ID --config c.yaml -- make test --edge x"
        assert main(["record", *arguments.split()]) == ExitStatus.KEPT
        assert recorded.requests == [
            RecordingRequest(
                edges=("web:user=http://a.test", "order:user"),
                proxy_port=0,
                services=("user=http://b.test",),
                host="::1",
                out=Path("p"),
                session=Path("s"),
                config=Path("c.yaml"),
                allowed=("a", "b"),
                redact=False,
                prune=True,
                allow_empty=True,
                command=("make", "test", "--edge", "x"),
                runs=3,
                steady=("clock", "FIRST_ID"),
            )
        ]

    def test_without_options_secrets_are_replaced_and_nobody_else_can_call(self, recorded: Recording) -> None:
        main(["record"])
        assert recorded.requests == [RecordingRequest(edges=(), services=(), allowed=(), command=())]
        assert recorded.requests[0].redact
        assert recorded.requests[0].host == "127.0.0.1"

    def test_options_of_the_command_need_no_dashes(self, recorded: Recording) -> None:
        """From its first word on everything is the command's."""
        main(["record", "--prune", "pytest", "-x", "--out", "y"])
        assert recorded.requests[0].command == ("pytest", "-x", "--out", "y")
        assert recorded.requests[0].out is None

    @pytest.mark.parametrize("arguments", [["--proxy", "70000"], ["--runs", "0"], ["--edge"], ["--egde", "a:b"]])
    def test_mistakes_are_told(
        self, recorded: Recording, arguments: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["record", *arguments]) == ExitStatus.USAGE
        assert capsys.readouterr().err.startswith("error: ")
        assert recorded.requests == []


class TestStatus:
    def test_the_commands_failure_is_ours(self, recorded: Recording, capsys: pytest.CaptureFixture[str]) -> None:
        """Also when nothing was recorded: then that is not a second error."""
        recorded.command_status = 7
        assert main(["record", "x"]) == 7
        recorded.nothing = NOTHING
        assert main(["record", "x"]) == 7
        assert capsys.readouterr().err == ""

    def test_a_run_that_could_not_begin_is_an_error_after_the_summary(
        self, recorded: Recording, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """What was recorded before it is kept."""
        recorded.failure = ProviderFailed("user did not become ready")
        assert main(["record", "--runs", "2", "x"]) == ExitStatus.COULD_NOT
        shown = capsys.readouterr()
        assert "could not begin" in shown.out
        assert "[provider-failed]" in shown.err

    @pytest.mark.parametrize("command_status", [None, 0])
    def test_nothing_recorded_is_an_error_of_its_own(
        self, recorded: Recording, command_status: int | None, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """After the summary, which shows the edges."""
        recorded.nothing = NOTHING
        recorded.command_status = command_status
        assert main(["record"]) == ExitStatus.NOTHING_TO_DO
        shown = capsys.readouterr()
        assert "web -> user" in shown.out
        assert "[nothing-recorded]" in shown.err

    def test_an_error_ends_it_with_its_status(self, recorded: Recording, capsys: pytest.CaptureFixture[str]) -> None:
        recorded.error = PortTaken("port 9101 is in use")
        assert main(["record"]) == ExitStatus.COULD_NOT
        assert "[port-taken]" in capsys.readouterr().err


class TestLines:
    def test_on_standard_output_they_stand_alone(self, recorded: Recording, capsys: pytest.CaptureFixture[str]) -> None:
        """What people read goes to standard error then."""
        assert main(["record", "--json", "-", "x"]) == ExitStatus.KEPT
        shown = capsys.readouterr()
        assert [event["event"] for event in events(shown.out)] == ["listening", "recorded", "edge", "finished"]
        assert "recording web -> user" in shown.err
        assert len(recorded.requests) == 1

    @pytest.mark.usefixtures("recorded")
    def test_in_a_file_they_leave_standard_output_to_people(self, capsys: pytest.CaptureFixture[str]) -> None:
        main(["record", "--json", "events.jsonl"])
        assert events(Path("events.jsonl").read_text(encoding="utf-8"))[-1]["event"] == "finished"
        assert "recording web -> user" in capsys.readouterr().out

    def test_an_error_is_one_of_them(self, recorded: Recording) -> None:
        """With its code and status, so that a program need not read prose."""
        recorded.error = PortTaken("port 9101 is in use", why="something listens there")
        main(["record", "--json", "events.jsonl"])
        assert events(Path("events.jsonl").read_text(encoding="utf-8"))[-1] == {
            "event": "failed",
            "code": "port-taken",
            "what": "port 9101 is in use",
            "why": "something listens there",
            "exit_status": 3,
        }

    def test_a_file_that_cannot_be_written_is_told_before_anything_starts(
        self, recorded: Recording, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["record", "--json", "gone/events.jsonl"]) == ExitStatus.USAGE
        shown = capsys.readouterr().err
        assert "[output-unwritable]" in shown
        assert "gone/events.jsonl" in shown
        assert recorded.requests == []
