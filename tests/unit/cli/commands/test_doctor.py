"""`treaty doctor` as a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from treaty.errors import ExitStatus
from treaty_cli.app import main


def test_all_is_well_without_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["doctor"]) == ExitStatus.KEPT
    shown = capsys.readouterr().out
    assert "ok      Python: 3." in shown
    assert shown.endswith("all that is needed is there\n")


def test_what_would_fail_makes_it_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "treaty.yaml").write_text("services: {user: {url: 'http://127.0.0.1:1'}}")
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    assert main(["doctor"]) == ExitStatus.COULD_NOT
    shown = capsys.readouterr().out
    assert "FAILS   service user: 127.0.0.1:1: connection refused" in shown


def test_a_named_file_is_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "other.yaml"
    path.write_text("{}")
    assert main(["doctor", "--config", str(path)]) == ExitStatus.KEPT
    assert f"ok      {path}: 0 services, 0 edges" in capsys.readouterr().out
