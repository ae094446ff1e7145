"""A map from numbers to numbers in sixteen bytes an entry, at a load of at most two thirds."""

from __future__ import annotations

from array import array
from typing import Final

_FIRST_SIZE: Final = 1024
_EMPTY: Final = 0
_KEY_BITS: Final = (1 << 64) - 1


class CompactTable:
    """Open addressing with linear probing; entries are never taken out."""

    def __init__(self) -> None:
        self._count = 0
        self._keys = array("Q", bytes(8 * _FIRST_SIZE))
        self._values = array("Q", bytes(8 * _FIRST_SIZE))

    def __len__(self) -> int:
        return self._count

    def get(self, key: int) -> int | None:
        """Give the value of a key, or None; of a key the lowest 64 bits count."""
        place = self._place(key)
        return self._values[place] if self._keys[place] else None

    def put(self, key: int, value: int) -> None:
        """Set the value of a key: a whole number from 0, below 2 to the power of 64."""
        if self._count * 3 >= len(self._keys) * 2:
            self._grow()
        place = self._place(key)
        self._count += self._keys[place] == _EMPTY
        self._keys[place] = key & _KEY_BITS or 1
        self._values[place] = value

    def _place(self, key: int) -> int:
        key = key & _KEY_BITS or 1
        last = len(self._keys) - 1
        place = key & last
        keys = self._keys
        while keys[place] not in (_EMPTY, key):
            place = (place + 1) & last
        return place

    def _grow(self) -> None:
        keys, values = self._keys, self._values
        size = 2 * len(keys)
        self._keys, self._values = array("Q", bytes(8 * size)), array("Q", bytes(8 * size))
        for key, value in zip(keys, values, strict=True):
            if key:
                place = self._place(key)
                self._keys[place], self._values[place] = key, value
