"""Sessions read as one."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.bootstrap.test_normalizing import WEB_USER, health, stored
from treaty_cli.bootstrap.recorded import read_sessions


def test_exchanges_and_runs_of_several_sessions_are_numbered_through(tmp_path: Path) -> None:
    folders = [stored(tmp_path / name, health(), WEB_USER) for name in ("one", "two")]
    found = read_sessions(folders)
    assert [(item.number, item.run) for item in found] == [(1, 1), (2, 2)]
    assert found.declared == [WEB_USER, WEB_USER]
    assert found.numbering == [("one", 0), ("two", 1)]
    assert found.problems == []
