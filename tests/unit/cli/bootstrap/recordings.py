"""A recorder that is none, and an observer that remembers, for tests of what happens around a recording."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.unit.harness.normalize.sessions import START
from treaty.errors import TreatyError
from treaty.record.events import Stored
from treaty.record.settings import RecordedEdge, RecorderSettings
from treaty.session.exchange import Exchange
from treaty.session.info import SessionInfo
from treaty.session.runs import Run
from treaty.session.writer import SessionWriter
from treaty_cli.bootstrap.recording import Listening


@dataclass
class StoredRecording:
    """Stands for the recorder process: its session is there from the start."""

    settings: RecorderSettings
    exchanges: Sequence[Exchange] = ()
    cut: int = 0
    error: Callable[[], TreatyError | None] = lambda: None
    stopped: int = 0
    runs: list[Run] = field(default_factory=list)
    edges: tuple[RecordedEdge, ...] = ()
    proxy_port: int | None = None

    def __enter__(self) -> Self:
        self.edges = tuple(
            RecordedEdge(edge=each.edge, port=each.port or 9000 + position, upstream=each.upstream)
            for position, each in enumerate(self.settings.edges)
        )
        self.proxy_port = None if self.settings.proxy_port is None else 9999
        info = SessionInfo(started=START, edges=tuple(each.edge for each in self.edges))
        with SessionWriter(self.settings.session, info) as writer:
            for exchange in self.exchanges:
                writer.append(exchange)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped += 1

    @property
    def stored(self) -> Stored:
        """How many exchanges there are."""
        edges = [exchange.edge for exchange in self.exchanges]
        return Stored(counts={edge: edges.count(edge) for edge in edges})

    def failure(self) -> TreatyError | None:
        """Give the error that ended it."""
        return self.error()

    def begin_run(self, run: Run) -> None:
        """Remember the run."""
        self.runs.append(run)

    def stop(self) -> None:
        """End in good order."""
        self.stopped += 1


@dataclass
class RememberingObserver:
    """Remembers what it was told, and may act when it learns where to listen or how much is stored."""

    on_listening: Callable[[], object] = lambda: None
    on_progress: Callable[[], object] = lambda: None
    told: list[str] = field(default_factory=list)
    heard: Listening | None = None

    def listening(self, listening: Listening) -> None:
        self.told.append("listening")
        self.heard = listening
        self.on_listening()

    def run_begins(self, run: Run, *, of: int) -> None:
        self.told.append(f"run {run.number} of {of}")

    def progress(self, stored: Stored) -> None:
        self.told.append(f"progress {sum(stored.counts.values())}")
        self.on_progress()

    def ended(self, session: Path) -> None:
        self.told.append(f"ended {session.name}")
