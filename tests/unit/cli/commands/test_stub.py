"""`treaty stub` as a command: what it takes and refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from treaty.errors import ExitStatus
from treaty_cli.app import main
from treaty_cli.commands.stub import command


@pytest.mark.parametrize(
    "arguments", [["--port", "70000"], ["--port", "x"], ["--miss-status", "200"], ["--admin-host", "::1"], ["--vari"]]
)
def test_mistakes_of_the_command_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Values out of range, and options that there are not, end with status 2 and say why."""
    assert main(["stub", *arguments]) == ExitStatus.USAGE
    assert capsys.readouterr().err.startswith("error: ")


def test_missing_pacts_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without pacts there is nothing to stand in for."""
    monkeypatch.chdir(tmp_path)
    assert main(["stub"]) == ExitStatus.USAGE
    assert "[file-missing]" in capsys.readouterr().err


def test_the_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    names = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    assert {"--provider", "--consumer", "--port", "--host", "--seed", "--miss-status", "--admin-port"} <= names
    assert main(["stub", "--help"]) == ExitStatus.KEPT
    shown = capsys.readouterr().out
    assert [name for name in names if name not in shown] == []
