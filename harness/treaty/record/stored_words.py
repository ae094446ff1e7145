r"""Which words a growing session holds, so that a secret found late is looked for only where it can be.

Words are runs of letters and digits; those behind an escape (``\n``, ``%3D``) begin after it. They are not kept: each
sets two bits of a map, 256 KiB for every 16 MiB of the session, so a word may be reported that is not there, but never
the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

BLOCK: Final = 16 * 1024 * 1024
"""Bytes of the session that share a map."""
_BITS: Final = 1 << 21
_WORD: Final = re.compile(rb"\\+[a-z\"/]?|%[0-9A-Fa-f]{2}|([A-Za-z0-9]{4,})")


class StoredWords:
    """The words of a file that grows, by block.

    Attributes:
        size: bytes that were looked at so far.

    """

    def __init__(self) -> None:
        self.size = 0
        self._maps: list[bytearray] = []

    def add(self, data: bytes) -> None:
        """Take what follows in the file; it begins and ends between words."""
        block = self.size // BLOCK
        while len(self._maps) <= block:
            self._maps.append(bytearray(_BITS // 8))
        bits = self._maps[block]
        for word in set(_WORD.findall(data)):
            for position in _positions(word):
                bits[position >> 3] |= 1 << (position & 7)
        self.size += len(data)

    def blocks_with(self, words: Sequence[bytes]) -> list[int]:
        """Give the numbers of the blocks that may hold all the words; all blocks when there are none."""
        wanted = [position for word in words for position in _positions(word)]
        return [
            number
            for number, bits in enumerate(self._maps)
            if all(bits[position >> 3] & (1 << (position & 7)) for position in wanted)
        ]


def words_in(text: str) -> list[bytes]:
    """Give the words of a value by which it can be found."""
    return [word for word in _WORD.findall(text.encode("utf-8", "surrogatepass")) if word]


def _positions(word: bytes) -> tuple[int, int]:
    number = hash(word)
    return number % _BITS, (number >> 24) % _BITS
