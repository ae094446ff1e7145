"""Sessions read as one: what normalisation and explanations are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from treaty.session.exchange import Edge, Exchange
from treaty.session.reader import open_session
from treaty.session.runs import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What some sessions hold.

    Attributes:
        exchanges: of all, numbered through.
        declared: the edges that were to be recorded.
        runs: what was around each run.
        problems: lines that could not be read.
        numbering: the name of each session, with what was added to the numbers of its exchanges.

    """

    exchanges: Sequence[Exchange]
    declared: Sequence[Edge]
    runs: Sequence[Run]
    problems: Sequence[str]
    numbering: Sequence[tuple[str, int]]


def read_sessions(sessions: Iterable[Path]) -> Recorded:
    """Read sessions as one; the runs of each are runs of their own.

    Raises:
        FileMissing, SessionUnreadable: when a session cannot be read.

    """
    exchanges: list[Exchange] = []
    declared: list[Edge] = []
    runs: list[Run] = []
    problems: list[str] = []
    numbering: list[tuple[str, int]] = []
    last_number = last_run = 0
    for folder in sessions:
        reader = open_session(folder)
        numbering.append((folder.resolve().name, last_number))
        found = [
            replace(item, number=item.number + last_number, run=item.run + last_run) if last_run else item
            for item in reader
        ]
        exchanges.extend(found)
        declared.extend(reader.info.edges)
        runs.extend(replace(run, number=run.number + last_run) for run in reader.info.runs)
        problems.extend(reader.problems)
        last_number = max((item.number for item in found), default=last_number)
        last_run = max([last_run + 1, *(item.run for item in found), *(run.number for run in runs)])
    return Recorded(exchanges=exchanges, declared=declared, runs=runs, problems=problems, numbering=numbering)
