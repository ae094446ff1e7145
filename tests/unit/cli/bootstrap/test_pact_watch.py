"""Noticing that pact files change."""

from __future__ import annotations

import os
from pathlib import Path

from treaty_cli.bootstrap.pact_watch import PactWatch


def test_changes_are_noticed_once(tmp_path: Path) -> None:
    """New, changed, replaced and deleted pact files; other files do not count."""
    named = tmp_path / "named.json"
    folder = tmp_path / "pacts"
    folder.mkdir()
    watch = PactWatch([named, folder])
    assert not watch.has_changed()
    for change in (
        lambda: named.write_text("{}"),
        lambda: (folder / "a.json").write_text("{}"),
        lambda: (folder / "a.json").write_text("{ }"),
        lambda: os.utime(folder / "a.json", ns=(1, 1)),
        lambda: (folder / "a.json").rename(folder / "b.json"),
        (folder / "b.json").unlink,
        named.unlink,
    ):
        change()
        assert watch.has_changed()
        assert not watch.has_changed()
    (folder / "notes.txt").write_text("")
    assert not watch.has_changed()
