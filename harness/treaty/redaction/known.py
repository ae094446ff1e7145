"""Find values that are known to be secret wherever they turn up, at a cost that does not grow with their number.

A value of eleven characters or more is found anywhere. Every piece of eight characters at one of its first four
offsets is indexed; the text is then looked at in every fourth place only: an occurrence covers one of them. A shorter
value is found where no letter or digit touches it, and only when it is distinctive: common words are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

_PIECE: Final = 8
_STRIDE: Final = 4
_ANYWHERE: Final = _PIECE + _STRIDE - 1
_SHORTEST: Final = 6
_FEW: Final = 64
MOST: Final = 50_000
"""Texts that are looked for at once, about 50 MB; a secret has three or four spellings."""


def is_distinctive(value: str) -> bool:
    """Tell whether a value is rare enough to be the same secret wherever it turns up.

    At least eleven characters; or six with two classes among lower case, upper case, digits and others. Digits alone
    need eleven: shorter ones are years, amounts and ids.
    """
    if len(value) >= _ANYWHERE:
        return len(set(value)) > 2
    if len(value) < _SHORTEST:
        return False
    classes = {
        "lower"
        if character.islower()
        else "upper"
        if character.isupper()
        else "digit"
        if character.isdigit()
        else "other"
        for character in value
    }
    return len(classes) >= 2 and classes != {"digit", "other"}


class KnownValues:
    """The texts to look for, each with its replacement; of very many the latest ones.

    Args:
        most: how many are looked for at once.

    Attributes:
        dropped: whether there were more.

    """

    def __init__(self, most: int = MOST) -> None:
        self.dropped = False
        self._most = most
        self._replacements: dict[str, str] = {}
        self._pieces: dict[str, list[str]] = {}
        self._short: dict[str, None] = {}
        self._heads: dict[str, list[str]] = {}

    def __len__(self) -> int:
        return len(self._replacements)

    def add(self, value: str, replacement: str) -> None:
        """Look for a value from now on; the caller has found it distinctive."""
        if value in self._replacements:
            return
        if len(self._replacements) >= self._most:
            self.dropped = True
            for oldest in list(islice(self._replacements, max(self._most // 8, 1))):
                self._drop(oldest)
        self._replacements[value] = replacement
        if len(value) < _ANYWHERE:
            self._short[value] = None
            self._heads.setdefault(value[:_SHORTEST], []).append(value)
            return
        for offset in range(_STRIDE):
            self._pieces.setdefault(value[offset : offset + _PIECE], []).append(value)

    def _drop(self, value: str) -> None:
        del self._replacements[value]
        if len(value) < _ANYWHERE:
            del self._short[value]
            _remove(self._heads, value[:_SHORTEST], value)
            return
        for offset in range(_STRIDE):
            _remove(self._pieces, value[offset : offset + _PIECE], value)

    def spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Give start, end and replacement of every occurrence; occurrences of different values may overlap."""
        if not self._replacements:
            return
        pieces = self._pieces
        if pieces:
            hits = {
                value
                for position in range(0, len(text) - _PIECE + 1, _STRIDE)
                if (piece := text[position : position + _PIECE]) in pieces
                for value in pieces[piece]
            }
            for value in hits:
                yield from self._occurrences(text, value, bounded=False)
        for value in self._short_candidates(text):
            yield from self._occurrences(text, value, bounded=True)

    def _short_candidates(self, text: str) -> list[str]:
        if len(self._short) <= _FEW:
            return [value for value in self._short if value in text]
        heads = self._heads
        found = {
            text[position : position + _SHORTEST]
            for position in range(len(text) - _SHORTEST + 1)
            if text[position : position + _SHORTEST] in heads
        }
        return [value for head in found for value in heads[head]]

    def _occurrences(self, text: str, value: str, *, bounded: bool) -> Iterator[tuple[int, int, str]]:
        replacement = self._replacements[value]
        start = text.find(value)
        while start >= 0:
            end = start + len(value)
            if not bounded or not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
                yield start, end, replacement
                start = text.find(value, end)
            else:
                start = text.find(value, start + 1)


def _remove(index: dict[str, list[str]], key: str, value: str) -> None:
    values = index[key]
    values.remove(value)
    if not values:
        del index[key]
