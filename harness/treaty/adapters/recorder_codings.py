"""Undo content codings (RFC 9110, section 8.4.1) piece by piece: gzip, deflate, br and zstd."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Final, Protocol

import brotli
import zstandard

_GZIP_WINDOW: Final = 31
_ZLIB_WINDOW: Final = 15
_RAW_WINDOW: Final = -15
_ZLIB_HEADER: Final = 2


class CodingBroken(ValueError):
    """The data is not what its Content-Encoding says."""


class Decoder(Protocol):
    """Undoes one content coding."""

    def feed(self, data: bytes) -> bytes:
        """Give what the next piece decodes to.

        Raises:
            CodingBroken: when the data is not of this coding.

        """

    def finish(self) -> bytes:
        """Give the rest.

        Raises:
            CodingBroken: when the data ended too early.

        """


class _Zlib:
    """Undoes gzip (RFC 1952), also of several members in a row, and deflate (RFC 1950, and RFC 1951 as some send)."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._stream = zlib.decompressobj(window)
        self._head = b""
        self._begun = False

    def feed(self, data: bytes) -> bytes:
        if not self._begun:
            self._head += data
            if len(self._head) < _ZLIB_HEADER:
                return b""
            data, self._head = self._head, b""
            self._begin(data)
        out = bytearray()
        while data:
            try:
                out += self._stream.decompress(data)
            except zlib.error as fault:
                raise CodingBroken(str(fault)) from None
            data = self._stream.unused_data
            if self._stream.eof and data:
                self._stream = zlib.decompressobj(self._window)
        return bytes(out)

    def finish(self) -> bytes:
        if self._head:
            raise CodingBroken("the data is too short")
        rest = self._stream.flush()
        if self._begun and not self._stream.eof:
            raise CodingBroken("the data ended too early")
        return rest

    def _begin(self, data: bytes) -> None:
        self._begun = True
        # RFC 1950, section 2.2: method 8, and both bytes together a multiple of 31.
        has_header = data[0] & 15 == 8 and int.from_bytes(data[:_ZLIB_HEADER], "big") % 31 == 0
        if self._window == _ZLIB_WINDOW and not has_header:
            self._window = _RAW_WINDOW
            self._stream = zlib.decompressobj(_RAW_WINDOW)


class _Brotli:
    """Undoes br (RFC 7932)."""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def feed(self, data: bytes) -> bytes:
        try:
            return bytes(self._stream.process(data))
        except brotli.error as fault:
            raise CodingBroken(str(fault)) from None

    def finish(self) -> bytes:
        if not self._stream.is_finished():
            raise CodingBroken("the data ended too early")
        return b""


class _Zstandard:
    """Undoes zstd (RFC 8878)."""

    def __init__(self) -> None:
        self._stream = zstandard.ZstdDecompressor().decompressobj()

    def feed(self, data: bytes) -> bytes:
        try:
            return bytes(self._stream.decompress(data))
        except (zstandard.ZstdError, EOFError) as fault:
            raise CodingBroken(str(fault)) from None

    def finish(self) -> bytes:
        return b""


class _Chain:
    """Undoes several codings, the last applied first."""

    def __init__(self, decoders: list[Decoder]) -> None:
        self._decoders = decoders

    def feed(self, data: bytes) -> bytes:
        for decoder in self._decoders:
            data = decoder.feed(data)
        return data

    def finish(self) -> bytes:
        data = b""
        for decoder in self._decoders:
            data = (decoder.feed(data) if data else b"") + decoder.finish()
        return data


_DECODERS: Final[dict[str, Callable[[], Decoder]]] = {
    "gzip": lambda: _Zlib(_GZIP_WINDOW),
    "x-gzip": lambda: _Zlib(_GZIP_WINDOW),
    "deflate": lambda: _Zlib(_ZLIB_WINDOW),
    "br": _Brotli,
    "zstd": _Zstandard,
}


def decoder_of(coding: str) -> Decoder | None:
    """Give what undoes a Content-Encoding (``gzip``, ``gzip, br``), or None when a part of it is unknown."""
    names = [name.strip().lower() for name in coding.split(",")]
    decoders: list[Decoder] = []
    for name in reversed(names):
        if name in {"", "identity"}:
            continue
        make = _DECODERS.get(name)
        if make is None:
            return None
        decoders.append(make())
    return decoders[0] if len(decoders) == 1 else _Chain(decoders)


def decoded(data: bytes, coding: str) -> tuple[bytes, str]:
    """Undo the coding of a whole body.

    Returns:
        The plain body and the coding; when it cannot be undone, the body as it came and an empty text.

    """
    if not data or not coding.strip() or coding.strip().lower() == "identity":
        return data, ""
    decoder = decoder_of(coding)
    if decoder is None:
        return data, ""
    try:
        return decoder.feed(data) + decoder.finish(), coding.strip().lower()
    except CodingBroken:
        return data, ""
