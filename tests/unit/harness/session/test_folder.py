"""Where sessions lie."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from treaty.errors import OutputUnwritable
from treaty.session.folder import new_session_folder

_NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_sessions_of_one_second_get_a_folder_each_for_their_owner(tmp_path: Path) -> None:
    made = [new_session_folder(tmp_path / "a" / "sessions", _NOW) for _ in range(3)]
    assert [folder.name for folder in made] == ["20260102-030405", "20260102-030405-2", "20260102-030405-3"]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in made} == {0o700}


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputUnwritable, match="the session cannot be written"):
        new_session_folder(tmp_path / "file", _NOW)
