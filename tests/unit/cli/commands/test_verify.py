from __future__ import annotations

from pathlib import Path

import pytest

from treaty.errors import ExitStatus
from treaty_cli.app import main
from treaty_cli.commands.verify import command


def test_a_provider_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(command.name)]) == ExitStatus.USAGE
    assert "--provider" in capsys.readouterr().err


def test_a_bad_header_is_refused_without_its_value(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is sent."""
    assert main(["verify", "--provider", "p", "--header", "s3cret", str(tmp_path)]) == ExitStatus.USAGE
    complaint = capsys.readouterr().err
    assert "--header" in complaint
    assert "s3cret" not in complaint
