"""Wires `treaty diff`: pacts of two files or folders, compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from treaty.adapters.pact_files import read_pacts
from treaty.contract.difference import compare_contracts, compare_pacts
from treaty.contract.difference_changes import PactDifference
from treaty.contract.model import Pact
from treaty.errors import ExitStatus, FileMissing


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What differs between two files, or two folders.

    Attributes:
        pacts: one difference for each consumer and provider, those without changes too.

    """

    pacts: Sequence[PactDifference]

    @property
    def breaking(self) -> int:
        """How many changes are breaking."""
        return sum(change.breaking for pact in self.pacts for change in pact.changes)

    @property
    def safe(self) -> int:
        """How many changes are safe."""
        return sum(not change.breaking for pact in self.pacts for change in pact.changes)

    @property
    def compared(self) -> int:
        """How many interactions were looked at."""
        return sum(pact.compared for pact in self.pacts)

    def exit_status(self) -> ExitStatus:
        """Give 1 when a change is breaking, else 0."""
        return ExitStatus.BROKEN if self.breaking else ExitStatus.KEPT


def compare(old: Path, new: Path) -> Comparison:
    """Compare two pacts, or the pacts of two folders by the names of consumer and provider.

    Two files are compared whatever the names in them are.

    Raises:
        FileMissing: when a file or folder is not there, may not be read, or holds no pact.
        PactUnreadable: when a file is not a pact.

    """
    before, after = _read_all(old), _read_all(new)
    if not old.is_dir() and not new.is_dir():
        return Comparison(pacts=(compare_pacts(before[0], after[0]),))
    return Comparison(pacts=compare_contracts(before, after))


def _read_all(place: Path) -> list[Pact]:
    pacts = list(read_pacts([place]))
    if not pacts:
        raise FileMissing(f"{place} holds no pact", where=str(place), why="it has no file whose name ends with .json")
    return pacts
