from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.output.verification_events import events
from treaty.errors import OutputUnwritable
from treaty_cli.output.verification_handlers import handlers


def test_all_outputs_are_fed_and_folders_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Terminal, JSON lines, JUnit and HTML from the same events."""
    lines, junit, html = tmp_path / "new" / "events.jsonl", tmp_path / "other" / "junit.xml", tmp_path / "report.html"
    with handlers(json_lines=str(lines), junit=junit, html=html) as handle:
        for event in events():
            handle(event)
    assert "1 kept, 1 broken" in capsys.readouterr().out
    assert len(lines.read_text().splitlines()) == 8
    assert junit.read_text().startswith("<?xml")
    assert "shop breaks 1 promise" in html.read_text()


def test_reports_are_written_when_the_run_is_cut_short(tmp_path: Path) -> None:
    """With what was found out until then."""
    junit, html = tmp_path / "junit.xml", tmp_path / "report.html"

    def run() -> None:
        with handlers(junit=junit, html=html) as handle:
            for event in events()[:3]:
                handle(event)
            raise OutputUnwritable("cut short")

    with pytest.raises(OutputUnwritable, match="cut short"):
        run()
    assert 'failures="1"' in junit.read_text()
    assert "was cut short" in html.read_text()
    assert "GET /b -&gt; 200" in html.read_text()


def test_people_are_told_how_far_a_run_came_that_is_cut_short(capsys: pytest.CaptureFixture[str]) -> None:
    """By Ctrl-C, for example."""
    with pytest.raises(KeyboardInterrupt), handlers() as handle:  # noqa: PT012 - it is raised inside the context
        for event in events()[:2]:
            handle(event)
        raise KeyboardInterrupt
    assert "Cut short: 1 of 5 interactions judged" in capsys.readouterr().out


def test_standard_output_is_json_alone_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """The text for people goes to standard error."""
    with handlers(json_lines="-", junit=None) as handle:
        handle(events()[-1])
    output, errors = capsys.readouterr()
    assert json.loads(output)["event"] == "run-finished"
    assert "1 kept" in errors


def test_annotations_are_written_inside_github_actions_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beside the text for people, so never between lines of JSON."""
    for value, expected in (("true", 1), ("", 0)):
        monkeypatch.setenv("GITHUB_ACTIONS", value)
        with handlers(json_lines="-", junit=None) as handle:
            for event in events():
                handle(event)
        output, errors = capsys.readouterr()
        assert all(json.loads(line) for line in output.splitlines())
        assert errors.count("\n::error file=pacts/web-shop.json,line=1,") == expected


def test_a_file_that_cannot_be_written_is_an_error_before_anything_runs(tmp_path: Path) -> None:
    """With its path."""
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(OutputUnwritable, match="junit"),
        handlers(json_lines=None, junit=tmp_path / "file" / "junit.xml"),
    ):
        pass
