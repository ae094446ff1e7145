"""Take a copy of a body while mitmproxy streams it: small ones in memory, large ones redacted into a file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Final

from treaty.adapters.recorder_codings import CodingBroken, Decoder, decoded, decoder_of
from treaty.errors import DiskFull
from treaty.record.store import ExchangeStore
from treaty.redaction.window import Window
from treaty.session.bodies import BodyFile
from treaty.session.exchange import Content

IN_MEMORY: Final = 1024 * 1024
"""Bytes up to which a body is looked at as a whole."""
LARGEST_OPAQUE: Final = 64 * 1024 * 1024
"""Bytes up to which a large body is kept that is no text, so that its secrets cannot be seen."""
_PROBED: Final = 4096
_CUT_OFF: Final = "the connection ended before the body did"


class BodyCopy:
    """The copy of one body.

    Feeding raises OSError or DiskFull when a large body cannot be written.
    """

    def __init__(self, store: ExchangeStore, coding: str) -> None:
        self._store = store
        self._coding = coding
        self._pieces: list[bytes] = []
        self._size = 0
        self._spilled: _Spilled | None = None

    def feed(self, data: bytes) -> None:
        """Take the next piece, as it was sent."""
        self._size += len(data)
        if self._spilled is not None:
            self._spilled.feed(data)
            return
        self._pieces.append(data)
        if self._size > IN_MEMORY:
            self._spilled = _Spilled(self._store, self._coding)
            for piece in self._pieces:
                self._spilled.feed(piece)
            self._pieces.clear()

    def finish(self, *, complete: bool = True) -> Content:
        """Give the content; `complete` is False when the body was cut off."""
        missing = "" if complete else _CUT_OFF
        if self._spilled is not None:
            return self._spilled.finish(missing)
        data, coding = decoded(b"".join(self._pieces), self._coding)
        return Content(data=data, coding=coding, size=len(data), missing=missing)

    def give_up(self) -> None:
        """Forget the copy."""
        self._pieces.clear()
        if self._spilled is not None:
            self._spilled.give_up()


class _Spilled:
    """A body that is too large for memory: decoded, redacted by a window, and written to a file as it comes."""

    def __init__(self, store: ExchangeStore, coding: str) -> None:
        plain = not coding.strip() or coding.strip().lower() == "identity"
        self._store = store
        self._coding = "" if plain else coding.strip().lower()
        self._decoder: Decoder | None = None if plain else decoder_of(coding)
        self._opaque = not plain and self._decoder is None
        self._file: BodyFile | None = None
        self._window: Window | None = None
        self._digest = hashlib.sha256()
        self._size = 0
        self._missing = ""
        self._broken = False

    def feed(self, data: bytes) -> None:
        if self._broken:
            return
        try:
            self._take(self._decoder.feed(data) if self._decoder else data)
        except CodingBroken:
            self._broken = True
            self._stop("its content coding could not be undone")

    def finish(self, missing: str) -> Content:
        if not self._broken and not missing and self._decoder is not None:
            try:
                self._take(self._decoder.finish())
            except CodingBroken:
                missing = "its content coding could not be undone to the end"
        coding = "" if self._opaque else self._coding
        if self._file is None or self._window is None:
            digest = "" if self._broken else self._digest.hexdigest()
            return Content(data=b"", coding=coding, size=self._size, sha256=digest, missing=self._missing or missing)
        self._file.write(self._window.finish())
        return self._file.finish(coding=coding, missing=missing)

    def give_up(self) -> None:
        if self._file is not None:
            self._file.give_up()
            self._file = None

    def _take(self, data: bytes) -> None:
        if not data:
            return
        if self._window is None:
            self._opaque = self._opaque or _is_binary(data[:_PROBED])
            self._window = self._store.window(binary=self._opaque)
            self._file = self._store.body_file()
        self._size += len(data)
        self._digest.update(data)
        if self._missing:
            return
        if self._opaque and self._size > LARGEST_OPAQUE and self._store.redactor.policy.enabled:
            self._stop("too large to be looked through for secrets")
            return
        if self._file is not None:
            self._file.write(self._window.feed(data))

    def _stop(self, why: str) -> None:
        self._missing = why
        self.give_up()


def _is_binary(data: bytes) -> bool:
    return b"\x00" in data


class Tee:
    """What mitmproxy calls with each piece of a body that it streams, and with an empty one at its end.

    A body with a declared length is answered with its last byte, so the piece that completes it is held back until
    `at_end` has stored the exchange. When that fails the rest is withheld, and so is it when a piece cannot be written.

    Attributes:
        copy: what went by.
        begun: whether any piece, or the end, was seen.
        ended: whether the end was seen.

    """

    def __init__(
        self,
        copy: BodyCopy,
        *,
        length: int | None = None,
        at_end: Callable[[], bool] = lambda: True,
        on_fault: Callable[[OSError | DiskFull], None],
    ) -> None:
        self.copy = copy
        self.begun = False
        self.ended = False
        self._length = length
        self._seen = 0
        self._held: list[bytes] = []
        self._at_end = at_end
        self._on_fault = on_fault
        self._broken = False

    def __call__(self, data: bytes) -> Iterable[bytes]:
        """Give the pieces to send on."""
        self.begun = True
        if self._broken:
            return ()
        if not data:
            self.ended = True
            held, self._held = self._held, []
            return held if self._at_end() else ()
        try:
            self.copy.feed(data)
        except (OSError, DiskFull) as fault:
            self._broken = True
            self._on_fault(fault)
            return ()
        self._seen += len(data)
        if self._length is not None and self._seen >= self._length:
            self._held.append(data)
            return ()
        return (data,)
