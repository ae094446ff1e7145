"""`treaty explain` as a command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.bootstrap.test_normalizing import health, stored
from treaty.errors import ExitStatus
from treaty_cli.app import main


@pytest.fixture(autouse=True)
def _recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    stored(Path("s"), health())
    assert main(["normalize", "s"]) == ExitStatus.KEPT
    capsys.readouterr()


def test_a_pact_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "pacts/web-user.json", "--session", "s"]) == ExitStatus.KEPT
    shown = capsys.readouterr().out
    assert shown.startswith("web -> user  pacts/web-user.json\n")
    assert '    rule     exactly "ok"\n' in shown


def test_an_unknown_interaction_ends_with_the_status_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "pacts", "--interaction", "GET /helth -> 200"]) == ExitStatus.USAGE
    assert "did you mean 'GET /health -> 200'?" in capsys.readouterr().err


def test_json_lines_on_standard_output_leave_it_to_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "pacts", "--json", "-"]) == ExitStatus.KEPT
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1] == {"event": "finished", "pacts": 1, "interactions": 1, "doubtful": 0, "sessions": []}


@pytest.mark.parametrize("arguments", [["none.json"], ["pacts", "--session", "none"], []])
def test_what_cannot_be_read_ends_with_the_status_of_usage(arguments: list[str]) -> None:
    assert main(["explain", *arguments]) == ExitStatus.USAGE
