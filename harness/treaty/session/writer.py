"""Write a session: append-only, each exchange with one ``write(2)``, for the owner's eyes only (DESIGN 6)."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from treaty.errors import DiskFull, OutputUnwritable, SessionUnreadable
from treaty.session.bodies import BODIES_FOLDER, BodyFile, lies_in_file
from treaty.session.encoding import encode_exchange
from treaty.session.exchange import Content, Exchange
from treaty.session.info import INFO_FILE, SessionInfo, read_info, write_info
from treaty.session.reader import EXCHANGES_FILE, SessionReader
from treaty.session.runs import Run
from treaty.session.upgrades import FORMAT

_OWNER_FILE: Final = 0o600
_OWNER_FOLDER: Final = 0o700


class SessionWriter:
    """A session that is being recorded; a context manager that closes it.

    The folder is made when it is absent. When it holds a session of the same format already, exchanges are appended
    after its last whole line, and a torn tail is sealed. The folder is locked: a session has one writer, as two would
    give the same numbers, and the same stand-ins for different secrets.

    Raises:
        OutputUnwritable: when the folder cannot be made or written, or another process writes it.
        SessionUnreadable: when the folder holds a session of another format.

    """

    def __init__(self, folder: Path, info: SessionInfo) -> None:
        self.folder = folder
        self._partials = 0
        try:
            folder.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)
            self._lock = _locked(folder)
            try:
                earlier = _earlier(folder)
                self.info = info if earlier is None else _joined(earlier, info)
                _remove_partials(folder / BODIES_FOLDER)
                self._descriptor = _open_lines(folder)
                self._last_number = 0 if earlier is None else _last_number(SessionReader(folder, earlier))
                self._write_info()
            except BaseException:
                os.close(self._lock)
                raise
        except OSError as fault:
            raise OutputUnwritable(
                "the session cannot be written", where=str(folder), why=fault.strerror or str(fault)
            ) from None

    @property
    def next_number(self) -> int:
        """The number that the next exchange should carry."""
        return self._last_number + 1

    @property
    def size(self) -> int:
        """Bytes of ``exchanges.jsonl``."""
        return os.fstat(self._descriptor).st_size

    @property
    def has_bodies(self) -> bool:
        """Whether any body lies in a file of its own."""
        return (self.folder / BODIES_FOLDER).is_dir()

    def body_path(self, content: Content) -> Path:
        """Give the file that holds a content; only for a content with a digest."""
        return self.folder / BODIES_FOLDER / content.sha256

    def append(self, exchange: Exchange) -> None:
        """Store an exchange; when this returns, it survives the death of the process.

        Raises:
            DiskFull: when it could not be stored whole; what was stored before stays readable.

        """
        try:
            line = encode_exchange(self._with_files(exchange))
            _write_whole(self._descriptor, line)
        except OSError as fault:
            raise self._disk_full(fault) from None
        self._last_number = max(self._last_number, exchange.number)

    def begin_run(self, run: Run) -> None:
        """Note that a run begins, or what is known of one by now.

        Raises:
            DiskFull: when ``session.json`` could not be written.

        """
        try:
            others = [each for each in self.info.runs if each.number != run.number]
            self.info = replace(self.info, runs=(*others, run))
            self._write_info()
        except OSError as fault:
            raise self._disk_full(fault) from None

    def body_file(self) -> BodyFile:
        """Begin a body that is written piece by piece.

        Raises:
            DiskFull: when the file cannot be made.

        """
        self._partials += 1
        try:
            return BodyFile(self.folder / BODIES_FOLDER, f"{os.getpid()}-{self._partials}")
        except OSError as fault:
            raise self._disk_full(fault) from None

    def rewrite(self, change: Callable[[Exchange], Exchange]) -> int:
        """Pass every stored exchange through `change`; the old file is replaced at once when all are written.

        Returns:
            How many exchanges became different. Files of bodies that nothing refers to any more are removed.

        Raises:
            DiskFull: when the new file could not be written; the old one is then still there.

        """
        changed = 0
        partial = self.folder / f".{EXCHANGES_FILE}.partial"
        try:
            target = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND, _OWNER_FILE)
            used: set[str] = set()
            for exchange in SessionReader(self.folder, self.info):
                new = self._with_files(change(exchange))
                changed += new != exchange
                used |= _digests(new)
                _write_whole(target, encode_exchange(new))
            partial.replace(self.folder / EXCHANGES_FILE)
        except OSError as fault:
            raise self._disk_full(fault) from None
        os.close(self._descriptor)
        self._descriptor = target
        self._remove_unused(used)
        return changed

    def discard_if_empty(self) -> None:
        """Close a session that never began, and leave nothing of it behind."""
        empty = self.size == 0
        self.close()
        if empty:
            for name in (EXCHANGES_FILE, INFO_FILE):
                (self.folder / name).unlink(missing_ok=True)
            with suppress(OSError):
                self.folder.rmdir()

    def close(self, ended: datetime | None = None) -> None:
        """Close the session; with `ended` it is marked as complete.

        Raises:
            DiskFull: when ``session.json`` could not be written.

        """
        if self._descriptor < 0:
            return
        os.close(self._descriptor)
        self._descriptor = -1
        try:
            if ended is not None:
                self.info = replace(self.info, ended=ended)
                self._write_info()
        except OSError as fault:
            raise self._disk_full(fault) from None
        finally:
            os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _with_files(self, exchange: Exchange) -> Exchange:
        request = self._stored(exchange.request.content)
        exchange = replace(exchange, request=replace(exchange.request, content=request))
        if exchange.response is not None:
            response = self._stored(exchange.response.content)
            exchange = replace(exchange, response=replace(exchange.response, content=response))
        return exchange

    def _stored(self, content: Content) -> Content:
        """Put the bytes into a file where they belong there; the result is what a reader gives back."""
        if not content.data:
            return content
        if not lies_in_file(content.data):
            return replace(content, sha256="", size=max(content.size, len(content.data)))
        self._partials += 1
        with BodyFile(self.folder / BODIES_FOLDER, f"{os.getpid()}-{self._partials}") as file:
            file.write(content.data)
            stored = file.finish(coding=content.coding, missing=content.missing)
        return replace(stored, data=content.data, size=max(content.size, stored.size))

    def _remove_unused(self, used: set[str]) -> None:
        bodies = self.folder / BODIES_FOLDER
        if bodies.is_dir():
            for file in bodies.iterdir():
                if file.name not in used and not file.name.startswith("."):
                    file.unlink(missing_ok=True)

    def _write_info(self) -> None:
        partial = self.folder / f".{INFO_FILE}.partial"
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_FILE)
        try:
            _write_whole(descriptor, write_info(self.info))
        finally:
            os.close(descriptor)
        partial.replace(self.folder / INFO_FILE)

    def _disk_full(self, fault: OSError) -> DiskFull:
        return DiskFull(
            "an exchange could not be stored",
            where=str(self.folder),
            why=fault.strerror or str(fault),
            hint="make room, then record again; what was stored before is intact",
        )


def _locked(folder: Path) -> int:
    """Lock a folder for this process; the lock goes with the descriptor, so a killed process leaves none behind."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise OutputUnwritable(
            "the session is being recorded already",
            where=str(folder),
            why="another process writes into this folder",
            hint="record into a folder of its own",
        ) from None
    return descriptor


def _remove_partials(bodies: Path) -> None:
    """Remove bodies that a killed process began, and that nothing refers to."""
    if bodies.is_dir():
        for file in bodies.glob(".partial-*"):
            file.unlink(missing_ok=True)


def _earlier(folder: Path) -> SessionInfo | None:
    path = folder / INFO_FILE
    if not path.exists():
        return None
    info = read_info(path.read_bytes(), source=str(path))
    if info.format != FORMAT:
        raise SessionUnreadable(
            "the session has an older format and cannot be continued",
            where=str(path),
            why=f"its format is {info.format}, new exchanges are written in format {FORMAT}",
            hint="record into a new folder",
        )
    return info


def _joined(earlier: SessionInfo, info: SessionInfo) -> SessionInfo:
    """Give the information of a session that is continued."""
    edges = earlier.edges + tuple(edge for edge in info.edges if edge not in earlier.edges)
    addresses = earlier.addresses + tuple(item for item in info.addresses if item not in earlier.addresses)
    return replace(info, started=earlier.started, edges=edges, addresses=addresses, runs=earlier.runs, ended=None)


def _open_lines(folder: Path) -> int:
    descriptor = os.open(folder / EXCHANGES_FILE, os.O_RDWR | os.O_CREAT | os.O_APPEND, _OWNER_FILE)
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        _write_whole(descriptor, b"\n")
    return descriptor


def _last_number(reader: SessionReader) -> int:
    return max((exchange.number for exchange in reader), default=0)


def _digests(exchange: Exchange) -> set[str]:
    found = {exchange.request.content.sha256}
    if exchange.response is not None:
        found.add(exchange.response.content.sha256)
    return found


def _write_whole(descriptor: int, data: bytes) -> None:
    """Write with one call; of a write that was cut short nothing stays."""
    before = os.fstat(descriptor).st_size
    written = os.write(descriptor, data)
    try:
        while written < len(data):
            written += os.write(descriptor, data[written:])
    except OSError:
        with suppress(OSError):
            os.ftruncate(descriptor, before)
        raise
