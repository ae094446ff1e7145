"""Heads of requests that were read before: clients send the same header lines again and again.

What the parser makes of a request depends on its bytes alone. So where the bytes of all header lines are those of an
earlier request, what it made of those holds again, and only the request line and the length of the body are looked at.
Everything that is not the plain case is left to the parser.
"""

from __future__ import annotations

from typing import Final

from treaty_stubs.header_block import HeaderBlock
from treaty_stubs.message import Received

_METHODS: Final = {name.encode("ascii"): name for name in ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")}
_VERSION: Final = b"HTTP/1.1"
_LONGEST_HEAD: Final = 1024
_LONGEST_LINE: Final = 4096
_MOST_KNOWN: Final = 2048
_MOST_SEEN: Final = 8192
_END: Final = b"\r\n\r\n"


class KnownHead(HeaderBlock):
    """Header lines that were read before.

    Args:
        raw: as the parser gave them.
        length: bytes of body that come behind them.

    Attributes:
        length: as given.

    """

    __slots__ = ("length",)

    def __init__(self, raw: list[tuple[bytes, bytes]], *, length: int) -> None:
        super().__init__(raw, is_shared=True)
        self.length = length


class KnownHeads:
    """Remembers the heads of requests that one listener got, within a bound."""

    def __init__(self) -> None:
        self._known: dict[bytes, KnownHead] = {}
        self._seen: set[int] = set()

    def read(self, data: bytes) -> Received | None:
        """Read what came in when it is one whole request, in plain HTTP/1.1, with header lines that are known.

        Args:
            data: what came in, where a request may begin.

        Returns:
            None when the parser must read it.

        """
        line_end = data.find(b"\r\n")
        head_end = data.find(_END, line_end) + len(_END)
        known = self._known.get(data[line_end:head_end])
        if known is None or len(data) - head_end != known.length:
            return None
        line = _read_line(data, line_end)
        if line is None:
            return None
        method, target = line
        return Received(method=method, target=target, raw_headers=known, body=data[head_end:])

    def learn(self, data: bytes, received: Received) -> None:
        """Remember the head of a request that the parser has read, when it comes for the second time.

        The request must be one after which the connection stays open, without an expectation, an upgrade or a content
        coding.

        Args:
            data: what came in: the whole request, from its first byte to its last.
            received: what the parser made of it.

        """
        line_end = data.find(b"\r\n")
        head_end = data.find(_END, line_end) + len(_END)
        block = data[line_end:head_end]
        if len(block) > _LONGEST_HEAD or data[head_end:] != received.body or _read_line(data, line_end) is None:
            return
        mark = hash(block)
        if mark not in self._seen:
            # Heads that hold something new each time, as a trace, would only drive out the others.
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            self._seen.add(mark)
            return
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[block] = KnownHead(list(received.raw_headers), length=len(received.body))


def _read_line(data: bytes, end: int) -> tuple[str, str] | None:
    """Read a request line of the plainest form; None for all others."""
    if end > _LONGEST_LINE:
        return None
    parts = data[:end].split(b" ")
    if len(parts) != 3 or parts[2] != _VERSION:
        return None
    method = _METHODS.get(parts[0])
    target = parts[1].decode("latin-1")
    if method is None or target[:1] != "/" or not (target.isascii() and target.isprintable()):
        return None
    return method, target
