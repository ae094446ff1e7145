"""Where the recorder puts what it sees: secrets replaced, exchanges stored, counts kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from treaty.errors import DiskFull
from treaty.record.late_secrets import LateSecrets
from treaty.record.redacted_exchange import known_redacted, redacted
from treaty.redaction.redactor import Redactor
from treaty.redaction.window import Window
from treaty.session.bodies import BODIES_FOLDER, BodyFile
from treaty.session.exchange import Content, Edge, Exchange
from treaty.session.reader import EXCHANGES_FILE, LARGEST_LOADED
from treaty.session.runs import Run
from treaty.session.writer import SessionWriter

_SWEPT_AT_ONCE: Final = 16 * 1024 * 1024
"""Bytes of a session up to which one that holds a secret found late is rewritten; a larger one is overwritten in
place, and rewritten when it is closed."""
_PIECE: Final = 1024 * 1024
_LOOKED_AT: Final = 64 * 1024


class ExchangeStore:
    """Stores the exchanges of one session.

    Attributes:
        counts: exchanges by edge.
        failed: those without an answer of the provider.
        redactor: what is known of the session's secrets.

    """

    def __init__(self, writer: SessionWriter, redactor: Redactor) -> None:
        self.counts: Counter[Edge] = Counter()
        self.failed: Counter[Edge] = Counter()
        self.redactor = redactor
        self._writer = writer
        self._sweep_at_end = False
        self._late = LateSecrets(writer.folder / EXCHANGES_FILE, writer.folder / BODIES_FOLDER, redactor)

    def store(self, exchange: Exchange) -> None:
        """Store an exchange for good, numbered and without secrets.

        Raises:
            DiskFull: when it could not be stored.

        """
        placed = replace(exchange, number=self._writer.next_number, run=self._run_at(exchange.started))
        clean = redacted(self.redactor, placed)
        if self.redactor.fresh:
            self._look_back()
        self._writer.append(clean)
        self.counts[exchange.edge] += 1
        if exchange.response is None:
            self.failed[exchange.edge] += 1

    def begin_run(self, run: Run) -> None:
        """Count what starts from now on to another run.

        Raises:
            DiskFull: when that could not be written.

        """
        self._writer.begin_run(run)

    def _run_at(self, started: datetime) -> int:
        """Give the run in which a call began; one that is answered late belongs to its beginning."""
        return next((run.number for run in reversed(self._writer.info.runs) if run.started <= started), 1)

    def body_file(self) -> BodyFile:
        """Begin a large body; what is written to it must have gone through a `window`."""
        return self._writer.body_file()

    def laid_down(self, content: Content) -> Content:
        """Redact a large body by a window and put it into a file; smaller ones stay with their exchange.

        Raises:
            DiskFull: when it could not be written.

        """
        if len(content.data) <= LARGEST_LOADED:
            return content
        window = self.window(binary=b"\x00" in content.data[:_LOOKED_AT])
        with self.body_file() as file:
            for start in range(0, len(content.data), _LOOKED_AT):
                file.write(window.feed(content.data[start : start + _LOOKED_AT]))
            file.write(window.finish())
            return file.finish(coding=content.coding)

    def window(self, *, binary: bool) -> Window:
        """Begin to redact a large body."""
        return Window(self.redactor, binary=binary)

    def close(self, ended: datetime) -> None:
        """Replace what was found secret too late, and mark the session as complete.

        Raises:
            DiskFull: when that could not be written.

        """
        if self.redactor.fresh:
            self._look_back()
        if self._sweep_at_end:
            self._sweep()
        self._writer.close(ended)

    def _look_back(self) -> None:
        """Replace secrets that were stored before anybody could know them."""
        fresh, self.redactor.fresh = self.redactor.fresh, []
        try:
            if not self._replaced(fresh):
                self._sweep()
        except OSError as fault:
            raise DiskFull(
                "a secret in what was stored could not be replaced",
                where=str(self._writer.folder),
                why=fault.strerror or str(fault),
            ) from None

    def _replaced(self, fresh: Sequence[str]) -> bool:
        """Tell whether the values are gone from what was stored; False when that takes a rewriting."""
        if self._writer.has_bodies:
            self._sweep_at_end = True
            if self._late.in_bodies(fresh):
                return False
        if self._writer.size > _SWEPT_AT_ONCE:
            self._sweep_at_end = True
            return self._late.replace_in_lines(fresh)
        stored = (self._writer.folder / EXCHANGES_FILE).read_bytes()
        return not any(_stored_spelling(value) in stored for value in fresh)

    def _sweep(self) -> None:
        self._writer.rewrite(self._clean)
        self._late.start_over()

    def _clean(self, exchange: Exchange) -> Exchange:
        exchange = known_redacted(self.redactor, exchange, self._late.patched.get(exchange.number, ()))
        request = self._clean_file(exchange.request.content)
        exchange = replace(exchange, request=replace(exchange.request, content=request))
        if exchange.response is not None:
            response = self._clean_file(exchange.response.content)
            exchange = replace(exchange, response=replace(exchange.response, content=response))
        return exchange

    def _clean_file(self, content: Content) -> Content:
        """Redact a body that is too large to be loaded with its exchange."""
        if content.data or not content.sha256 or not self._writer.body_path(content).exists():
            return content
        window = self.window(binary=True)
        with self._writer.body_path(content).open("rb") as source, self.body_file() as target:
            while piece := source.read(_PIECE):
                target.write(window.feed(piece))
            target.write(window.finish())
            return target.finish(coding=content.coding, missing=content.missing) if window.changed else content


def _stored_spelling(value: str) -> bytes:
    """Give the longest part of a value that is spelled the same in JSON, in URLs and in headers."""
    runs = "".join(character if character.isascii() and character.isalnum() else " " for character in value).split()
    return max(runs, key=len, default="").encode()
