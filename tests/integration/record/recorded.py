"""A running recorder with one edge, and what it has stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from treaty.adapters.recorder import RunningRecorder, start_recorder
from treaty.record.settings import RecordedEdge, RecorderSettings
from treaty.session.exchange import Content, Edge, Exchange
from treaty.session.reader import SessionReader, open_session

EDGE = Edge(consumer="web", provider="shop")


class Recorded:
    """A recorder; `url` is what the consumer uses."""

    def __init__(self, recorder: RunningRecorder, folder: Path) -> None:
        self.recorder = recorder
        self.folder = folder

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.recorder.edges[0].port}"

    @property
    def session(self) -> SessionReader:
        return open_session(self.folder)

    def exchanges(self) -> list[Exchange]:
        """Stop recording and read the session."""
        self.recorder.stop()
        reader = self.session
        found = list(reader)
        assert reader.problems == []
        return found

    def only(self) -> Exchange:
        (exchange,) = self.exchanges()
        return exchange

    def everything(self) -> bytes:
        """Give every byte of the session."""
        return b"\n".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())

    @classmethod
    @contextmanager
    def start(cls, folder: Path, url: str, **settings: Any) -> Iterator[Self]:
        plain = RecorderSettings(
            session=folder / "session",
            edges=(RecordedEdge(edge=EDGE, port=0, upstream=url),),
            authority_folder=folder / "authority",
        )
        chosen = replace(plain, **settings)
        recorder = start_recorder(chosen)
        try:
            yield cls(recorder, chosen.session)
        finally:
            recorder.__exit__(Exception, None, None)


def content_of(exchange: Exchange) -> Content:
    """Give the content of the answer."""
    assert exchange.response is not None
    return exchange.response.content
