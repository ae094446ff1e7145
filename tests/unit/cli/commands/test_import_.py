"""`treaty import` as a command: its options, its JSON lines, its exit status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.harness.record.captures.har_files import entry, har
from treaty.errors import CaptureUnreadable, ExitStatus
from treaty_cli.app import main
from treaty_cli.bootstrap import importing
from treaty_cli.bootstrap.importing import ImportObserver, ImportRequest, ImportSummary


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    return iter(())


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("kind", ["keploy", "har", "flow"])
def test_every_option_reaches_the_import(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    requests: list[ImportRequest] = []

    def taken(request: ImportRequest, observer: ImportObserver) -> ImportSummary:
        observer.progress(1)
        requests.append(request)
        return ImportSummary(session=Path("s"))

    monkeypatch.setattr(importing, "import_capture", taken)
    arguments = "where --session s --service a=http://a.test --service b=http://b.test/x --consumer c=d --only"
    arguments += " --allow-secret e --no-redact --allow-empty --config f.yaml"
    assert main(["import", kind, *arguments.split()]) == ExitStatus.KEPT
    assert main(["import", kind, "where"]) == ExitStatus.KEPT
    assert requests == [
        ImportRequest(
            kind=kind,
            path=Path("where"),
            session=Path("s"),
            services=("a=http://a.test", "b=http://b.test/x"),
            consumers=("c=d",),
            only=True,
            allowed=("e",),
            redact=False,
            allow_empty=True,
            config=Path("f.yaml"),
        ),
        ImportRequest(kind=kind, path=Path("where"), services=(), consumers=(), allowed=()),
    ]


def test_a_capture_becomes_a_session_and_the_next_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.har").write_bytes(har(entry(), entry(status=0)))
    assert main(["import", "har", "a.har", "--session", "s"]) == ExitStatus.KEPT
    shown = capsys.readouterr().out
    assert "client -> shop.test          1 call\n" in shown
    assert "entry 2  GET /books/7" in shown
    assert "next: treaty normalize s\n" in shown
    assert main(["normalize", "s"]) == ExitStatus.KEPT


def test_json_lines_say_it_all(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.har").write_bytes(har(entry(), entry(status=0)))
    assert main(["import", "har", "a.har", "--session", "s", "--json", "-"]) == ExitStatus.KEPT
    shown = capsys.readouterr()
    odd, whole, edge, imported = lines(shown.out)
    assert (whole["place"], whole["kept"]) == ("the whole file", True)
    assert odd["event"] == "odd"
    assert (odd["place"], odd["kept"]) == ("entry 2", False)
    assert edge == {"event": "edge", "consumer": "client", "provider": "shop.test", "exchanges": 1, "failed": 0}
    assert imported == {
        "event": "imported",
        "session": "s",
        "exchanges": 1,
        "left_out": 1,
        "next": "treaty normalize s",
        "exit_status": 0,
    }
    assert "session s" in shown.err


def test_nothing_imported_is_an_error_unless_it_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.har").write_bytes(har())
    assert main(["import", "har", "a.har", "--json", "events"]) == ExitStatus.NOTHING_TO_DO
    assert "[nothing-recorded]" in capsys.readouterr().err
    assert lines(Path("events").read_text(encoding="utf-8"))[-1]["exit_status"] == ExitStatus.NOTHING_TO_DO
    assert main(["import", "har", "a.har", "--allow-empty"]) == ExitStatus.KEPT


def test_another_kind_of_file_is_named_with_its_command(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.har").write_bytes(har())
    assert main(["import", "flow", "a.har", "--json", "events"]) == ExitStatus.USAGE
    shown = capsys.readouterr().err
    assert f"[{CaptureUnreadable.code}]" in shown
    assert "treaty import har a.har" in shown
    assert lines(Path("events").read_text(encoding="utf-8")) == [
        {
            "event": "failed",
            "code": "capture-unreadable",
            "what": "this is not a flow file of mitmproxy",
            "why": "it looks like a HAR file",
            "exit_status": 2,
        }
    ]


def test_lines_that_cannot_be_written_are_told_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "har", "a.har", "--json", "gone/events"]) == ExitStatus.USAGE
    assert "[output-unwritable]" in capsys.readouterr().err


def test_a_kind_that_there_is_not_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "pcap", "a"]) == ExitStatus.USAGE
    assert "pcap" in capsys.readouterr().err
