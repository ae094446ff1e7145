"""Find the entries of a HAR file in its bytes, one at a time, so that a large file needs the memory of one entry.

Each entry is cut out by its brackets and parsed by itself: one that is damaged does not take the others with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_OUTSIDE: Final = re.compile(rb'["{}\[\],]')
_INSIDE: Final = re.compile(rb'["{}\[\]]')
_STRING: Final = re.compile(rb'(?s)"[^"\\]*+(?:\\.[^"\\]*+)*+"')
_LOG: Final = b'"log"'
_ENTRIES: Final = b'"entries"'
_ENTRY_DEPTH: Final = 3
"""Brackets around an entry: those of the file, of ``log`` and of ``entries``."""


class HarScanner:
    """Takes the bytes of a HAR file and gives the texts of its entries.

    Attributes:
        found: whether the list of entries was seen.
        ended: whether its end was seen.

    """

    def __init__(self) -> None:
        self.found = False
        self.ended = False
        self._buffer = bytearray()
        self._position = 0
        self._start = 0
        self._depth = 0
        self._keys = [b"", b"", b"", b""]

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take a piece and give the entries that it completes, without white space around them."""
        self._buffer += data
        while (element := self._next_element()) is not None:
            if element:
                yield element
        kept = self._start if self.found else self._position
        del self._buffer[:kept]
        self._position -= kept
        self._start = 0

    def rest(self) -> bytes:
        """Give what is left of an entry when the file ends before it does."""
        return bytes(self._buffer[self._start :]).strip() if self.found and not self.ended else b""

    def _next_element(self) -> bytes | None:
        """Go on to the end of an entry; None when more bytes are needed for that, or the list has ended."""
        if self.ended:
            self._start = self._position = len(self._buffer)
            return None
        while True:
            wanted = _OUTSIDE if self._depth <= _ENTRY_DEPTH else _INSIDE
            token = wanted.search(self._buffer, self._position)
            if token is None:
                self._position = len(self._buffer)
                return None
            mark = token[0]
            if mark == b'"':
                text = _STRING.match(self._buffer, token.start())
                if text is None:
                    self._position = token.start()
                    return None
                self._position = text.end()
                if 0 <= self._depth < _ENTRY_DEPTH:
                    self._keys[self._depth] = text[0]
                continue
            self._position = token.end()
            inside = self._is_in_entries()
            if mark in b"{[":
                self._open(mark, token.end())
            elif mark in b"}]":
                self._depth -= 1
                if inside and mark == b"]":
                    self.ended = True
                    return bytes(self._buffer[self._start : token.start()]).strip()
            elif inside:
                start, self._start = self._start, token.end()
                return bytes(self._buffer[start : token.start()]).strip()

    def _open(self, mark: bytes, position: int) -> None:
        self._depth += 1
        if mark == b"[" and self._depth == _ENTRY_DEPTH and self._keys[1:3] == [_LOG, _ENTRIES] and not self.found:
            self.found = True
            self._start = position

    def _is_in_entries(self) -> bool:
        return self.found and not self.ended and self._depth == _ENTRY_DEPTH
