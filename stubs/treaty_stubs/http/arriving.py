"""Bodies that are on their way: each connection may send a large one, and all together no more than a bound."""

from __future__ import annotations

from typing import Final

MOST_ARRIVING: Final = 1024 * 1024 * 1024
"""Bytes of bodies that come in pieces, over all connections of a listener."""


class Arriving:
    """Counts what the connections of one listener hold of bodies that are not complete yet.

    Args:
        most: bytes.

    Attributes:
        held: bytes that are held now.

    """

    def __init__(self, most: int = MOST_ARRIVING) -> None:
        self._most: Final = most
        self.held = 0

    def begin(self) -> Pieces:
        """Begin a body that comes in pieces."""
        return Pieces(self)

    def has_room(self, size: int) -> bool:
        """Count further bytes, if there is room for them."""
        if self.held + size > self._most:
            return False
        self.held += size
        return True


class Pieces:
    """The pieces of one body; whoever lets go of it gives its room back.

    Args:
        arriving: counts them.

    """

    __slots__ = ("_arriving", "_data")

    def __init__(self, arriving: Arriving) -> None:
        self._arriving = arriving
        # Clients may send chunks of a byte; a list of them would take many times the memory of the body.
        self._data = bytearray()

    def take(self, piece: bytes) -> bool:
        """Add a piece; False when all connections hold too much already."""
        if not self._arriving.has_room(len(piece)):
            return False
        self._data += piece
        return True

    def whole(self) -> bytes:
        """Give the body so far."""
        return bytes(self._data)

    def __del__(self) -> None:
        """Give the room back, however the request ended."""
        self._arriving.held -= len(self._data)
