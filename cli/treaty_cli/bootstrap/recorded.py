"""Sessions read as one: what normalisation and explanations are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from treaty.session.exchange import Edge, Exchange
from treaty.session.reader import SessionReader, open_session
from treaty.session.runs import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One session among others.

    Attributes:
        reader: reads it.
        numbers: what is added to the numbers of its exchanges.
        runs: what is added to those of its runs.

    """

    reader: SessionReader
    numbers: int
    runs: int

    def __iter__(self) -> Iterator[Exchange]:
        """Read its exchanges, numbered as they are among all."""
        for item in self.reader:
            yield replace(item, number=item.number + self.numbers, run=item.run + self.runs) if self.runs else item


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What some sessions hold.

    Iterating streams their exchanges, numbered through; it can be iterated again.

    Attributes:
        declared: the edges that were to be recorded.
        runs: what was around each run.
        numbering: the name of each session, with what was added to the numbers of its exchanges.

    """

    parts: Sequence[_Part]
    declared: Sequence[Edge]
    runs: Sequence[Run]
    numbering: Sequence[tuple[str, int]]

    def __iter__(self) -> Iterator[Exchange]:
        """Read the exchanges."""
        for part in self.parts:
            yield from part

    @property
    def problems(self) -> list[str]:
        """Lines that could not be read, the last time."""
        return [problem for part in self.parts for problem in part.reader.problems]


def read_sessions(sessions: Iterable[Path]) -> Recorded:
    """Open sessions as one; the runs of each are runs of their own.

    Raises:
        FileMissing, SessionUnreadable: when a session cannot be read.

    """
    parts: list[_Part] = []
    numbering: list[tuple[str, int]] = []
    runs: list[Run] = []
    last_number = last_run = 0
    readers = [(folder, open_session(folder)) for folder in sessions]
    for index, (folder, reader) in enumerate(readers):
        part = _Part(reader=reader, numbers=last_number, runs=last_run)
        numbering.append((folder.resolve().name, last_number))
        runs.extend(replace(run, number=run.number + last_run) for run in reader.info.runs)
        parts.append(part)
        if index + 1 < len(readers):
            # Only what comes behind another session is numbered behind it.
            last_run = max([last_run + 1, *(run.number for run in runs)])
            for item in part:
                last_number, last_run = max(last_number, item.number), max(last_run, item.run)
    declared = [edge for _, reader in readers for edge in reader.info.edges]
    return Recorded(parts=parts, declared=declared, runs=runs, numbering=numbering)
