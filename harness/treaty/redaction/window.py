"""Redact a body that is too large to hold, as it streams by, through a window that slides over it."""

from __future__ import annotations

from typing import Final

from treaty.redaction.redactor import Redactor
from treaty.redaction.spans import Span

_OVERLAP: Final = 32 * 1024
_STEP: Final = 256 * 1024


class Window:
    """A sliding window over one body.

    A secret of up to 32 KiB is found wherever the pieces are cut. Names are understood as in text
    (``"password": "..."``); the body is looked at as bytes, so that it may be anything.

    Attributes:
        changed: whether anything was replaced.

    """

    def __init__(self, redactor: Redactor, *, binary: bool = False) -> None:
        self.changed = False
        self._redactor = redactor
        self._only_equals = binary
        self._pieces: list[str] = []
        self._size = 0

    def feed(self, data: bytes) -> bytes:
        """Take a piece and give what can be stored so far."""
        if not self._redactor.policy.enabled:
            return data
        self._pieces.append(data.decode("latin-1"))
        self._size += len(data)
        if self._size < _STEP + _OVERLAP:
            return b""
        return self._release(self._size - _OVERLAP)

    def finish(self) -> bytes:
        """Give the rest."""
        return self._release(self._size)

    def _release(self, cut: int) -> bytes:
        text = "".join(self._pieces)
        spans: list[Span] = self._redactor.text_spans(text, only_equals=self._only_equals, until=cut)
        parts: list[str] = []
        position = 0
        for start, end, replacement in spans:
            if start >= cut:
                break
            parts += (text[position:start], replacement)
            position = end
            self.changed = True
        if position < cut:
            parts.append(text[position:cut])
            position = cut
        self._pieces = [text[position:]]
        self._size = len(self._pieces[0])
        # A stand-in has no character that its secret has not a likeness of; what came as bytes goes as bytes.
        return "".join(parts).encode("latin-1", "replace")
