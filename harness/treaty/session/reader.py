"""Read a session: its exchanges one after the other, with flat memory, whatever became of its last line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Final

from treaty.errors import FileMissing, SessionUnreadable
from treaty.session.bodies import BODIES_FOLDER
from treaty.session.encoding import decode_exchange
from treaty.session.exchange import Content, Exchange
from treaty.session.info import INFO_FILE, SessionInfo, read_info
from treaty.session.upgrades import upgrade_exchange

EXCHANGES_FILE: Final = "exchanges.jsonl"
LARGEST_LOADED: Final = 1024 * 1024
"""Bytes up to which a body in a file is read along with its exchange."""
_LONGEST_LINE: Final = 16 * 1024 * 1024


class SessionReader:
    """An open session.

    Iterating streams its exchanges in the order of storing; it can be iterated again. Lines that are torn or damaged
    are skipped and described in `problems`, which is filled by the last iteration.
    """

    def __init__(self, folder: Path, info: SessionInfo) -> None:
        self.folder = folder
        self.info = info
        self.problems: list[str] = []

    def __iter__(self) -> Iterator[Exchange]:
        """Give the exchanges; bodies in files are loaded up to 1 MiB, larger ones stay at size and digest."""
        self.problems = []
        try:
            file = (self.folder / EXCHANGES_FILE).open("rb")
        except FileNotFoundError:
            return
        with file:
            yield from self._exchanges(file)

    def body_path(self, content: Content) -> Path:
        """Give the file that holds a content; only for a content with a digest."""
        return self.folder / BODIES_FOLDER / content.sha256

    def _exchanges(self, file: IO[bytes]) -> Iterator[Exchange]:
        number = 0
        while line := file.readline(_LONGEST_LINE):
            number += 1
            if not line.endswith(b"\n"):
                if len(line) < _LONGEST_LINE:
                    self.problems.append(f"{EXCHANGES_FILE} line {number}: the last line is torn and was skipped")
                    return
                self._skip_rest(file)
                self.problems.append(f"{EXCHANGES_FILE} line {number}: longer than any exchange, skipped")
                continue
            if line == b"\n":
                continue
            try:
                record = upgrade_exchange(json.loads(line), self.info.format)
                exchange = decode_exchange(record)
            except (KeyError, TypeError, ValueError, RecursionError, AttributeError) as fault:
                self.problems.append(f"{EXCHANGES_FILE} line {number}: damaged and skipped ({type(fault).__name__})")
                continue
            yield self._with_bodies(exchange, number)

    @staticmethod
    def _skip_rest(file: IO[bytes]) -> None:
        while (piece := file.readline(_LONGEST_LINE)) and not piece.endswith(b"\n"):
            continue

    def _with_bodies(self, exchange: Exchange, number: int) -> Exchange:
        request = self._loaded(exchange.request.content, number)
        if request is not exchange.request.content:
            exchange = replace(exchange, request=replace(exchange.request, content=request))
        if exchange.response is not None:
            response = self._loaded(exchange.response.content, number)
            if response is not exchange.response.content:
                exchange = replace(exchange, response=replace(exchange.response, content=response))
        return exchange

    def _loaded(self, content: Content, number: int) -> Content:
        if not content.sha256 or content.size > LARGEST_LOADED:
            return content
        try:
            return replace(content, data=self.body_path(content).read_bytes())
        except OSError as fault:
            self.problems.append(f"{EXCHANGES_FILE} line {number}: a body file is missing ({fault.strerror})")
            return replace(content, missing=content.missing or "the body file is missing")


def open_session(folder: Path) -> SessionReader:
    """Open a session folder for reading.

    Raises:
        FileMissing: when there is no such folder or it may not be read.
        SessionUnreadable: when it is not a session, or one of a newer format.

    """
    if not folder.is_dir():
        raise FileMissing("there is no such session folder", where=str(folder))
    path = folder / INFO_FILE
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise SessionUnreadable(
            "the folder is not a session", where=str(folder), why=f"it has no {INFO_FILE}"
        ) from None
    except OSError as fault:
        raise FileMissing("a session cannot be read", where=str(path), why=fault.strerror or str(fault)) from None
    return SessionReader(folder, read_info(data, source=str(path)))
