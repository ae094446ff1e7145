"""Noticing that pact files change, by looking at them: works on every file system, and needs no library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeAlias

from treaty.adapters.pact_files import files_of

LOOKS_EVERY: Final = 0.3
"""Seconds between two looks."""

_Marks: TypeAlias = dict[Path, tuple[int, int, int]]


class PactWatch:
    """What the files of some places looked like when they were last looked at.

    Args:
        places: files and folders; files that come and go in a folder count as changes.

    """

    def __init__(self, places: Sequence[Path]) -> None:
        self._places = tuple(places)
        self._marks = _look(self._places)

    def has_changed(self) -> bool:
        """Tell whether anything is different from the last look."""
        marks = _look(self._places)
        changed = marks != self._marks
        self._marks = marks
        return changed


def _look(places: Sequence[Path]) -> _Marks:
    marks: _Marks = {}
    for file in files_of(places):
        try:
            found = file.stat()
        except OSError:
            continue  # it went away between two looks; that is a change like any other
        marks[file] = (found.st_mtime_ns, found.st_size, found.st_ino)
    return marks
