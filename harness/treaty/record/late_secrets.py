"""Replace secrets that were stored before anybody could know them, in place, in a session too large to be rewritten.

Stand-ins have the length of their secrets, so lines keep theirs. What is overwritten survives the death of the process
as every exchange does; the places are named when the session is closed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from treaty.record.stored_words import BLOCK, StoredWords, words_in
from treaty.redaction.redactor import Redactor

_PIECE: Final = 1024 * 1024


class LateSecrets:
    """Looks back through one session's lines and files of bodies.

    Methods raise OSError as the file system does.

    Attributes:
        patched: stand-ins that were written into a line, by the number of its exchange.

    """

    def __init__(self, lines: Path, bodies: Path, redactor: Redactor) -> None:
        self.patched: dict[int, set[str]] = {}
        self._lines = lines
        self._bodies = bodies
        self._redactor = redactor
        self._words = StoredWords()
        self._body_words = StoredWords()
        self._seen_bodies: set[str] = set()
        self._listed = 0

    def start_over(self) -> None:
        """Forget what the lines hold, after they were rewritten."""
        self._words = StoredWords()

    def replace_in_lines(self, values: Sequence[str]) -> bool:
        """Overwrite values in the lines; False when one does not fit, so that the session must be rewritten."""
        self._read_on()
        blocks = sorted({block for value in values for block in self._words.blocks_with(words_in(value))})
        if not blocks:
            return True
        descriptor = os.open(self._lines, os.O_RDWR)
        try:
            return all(self._patch_block(descriptor, block, values) for block in blocks)
        finally:
            os.close(descriptor)

    def in_bodies(self, values: Sequence[str]) -> bool:
        """Tell whether a file of a body holds one of the values."""
        self._read_bodies()
        likely = [value.encode() for value in values if self._body_words.blocks_with(words_in(value))]
        return bool(likely) and any(_holds(self._bodies / name, likely) for name in self._seen_bodies)

    def _read_on(self) -> None:
        with self._lines.open("rb") as file:
            file.seek(self._words.size)
            while lines := file.readlines(_PIECE):
                for line in lines:
                    self._words.add(line)

    def _read_bodies(self) -> None:
        try:
            changed = self._bodies.stat().st_mtime_ns
        except FileNotFoundError:
            return
        if changed == self._listed:
            return
        self._listed = changed
        names = {path.name for path in self._bodies.iterdir() if not path.name.startswith(".")}
        for name in names - self._seen_bodies:
            with (self._bodies / name).open("rb") as file:
                while piece := file.read(_PIECE):
                    # A word that is cut by the end of a piece is looked at whole.
                    self._body_words.add(piece + file.readline(_PIECE))
        self._seen_bodies = names

    def _patch_block(self, descriptor: int, block: int, values: Sequence[str]) -> bool:
        fits = True
        for start, line in _lines_of(descriptor, block, [value.encode() for value in values]):
            old = line.decode()
            new = self._redactor.known_in(old)
            if new == old:
                continue
            written = new.encode()
            number = _number_of(written)
            if len(written) != len(line) or number is None:
                fits = False
                continue
            os.pwrite(descriptor, written, start)
            made = {self._redactor.known_in(value) for value in values if value in old}
            self.patched.setdefault(number, set()).update(made)
        return fits


def _lines_of(descriptor: int, block: int, values: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    """Give the lines that begin in a block and hold a value, each with its place in the file."""
    base = block * BLOCK
    data = os.pread(descriptor, BLOCK, base)
    while data and not data.endswith(b"\n") and (more := os.pread(descriptor, _PIECE, base + len(data))):
        end = more.find(b"\n") + 1
        data += more[:end] if end else more
    starts: set[int] = set()
    for value in values:
        position = data.find(value)
        while position >= 0:
            start = data.rfind(b"\n", 0, position) + 1
            starts.add(start)
            position = data.find(value, data.find(b"\n", position) + 1 or len(data))
    for start in sorted(starts):
        if start or not block:
            yield base + start, data[start : data.find(b"\n", start) + 1 or len(data)]
        else:
            # Its beginning lies in the block before; a line is never longer than a block.
            before = os.pread(descriptor, BLOCK, base - BLOCK).rpartition(b"\n")[2]
            yield base - len(before), before + data[: data.find(b"\n") + 1 or len(data)]


def _number_of(line: bytes) -> int | None:
    """Give the number of the exchange of a line; None when it is no exchange any more."""
    try:
        number = json.loads(line)["number"]
    except (ValueError, KeyError, TypeError):
        return None
    return number if isinstance(number, int) else None


def _holds(path: Path, values: Sequence[bytes]) -> bool:
    longest = max(map(len, values))
    tail = b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            piece = tail + piece
            if any(value in piece for value in values):
                return True
            tail = piece[-longest:]
    return False
