"""Bodies that are texts in another wrapping: UTF-16 with its byte order mark, and files that gzip packed (RFC 1952)."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Callable
from typing import Final

Redact = Callable[[bytes], tuple[bytes, tuple[str, ...]]]

_GZIP: Final = b"\x1f\x8b\x08"
_LARGEST: Final = 16 * 1024 * 1024
"""Bytes up to which a packed file is opened; a larger one may be a trap."""


def redact_wrapped(data: bytes, redact: Redact) -> tuple[bytes, tuple[str, ...]] | None:
    """Redact what is inside a wrapping, and wrap it again.

    Returns:
        The body and the places that changed, or None when the body has no wrapping.

    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _utf16(data, redact)
    return _gzipped(data, redact) if data.startswith(_GZIP) else None


def _utf16(data: bytes, redact: Redact) -> tuple[bytes, tuple[str, ...]] | None:
    coding = "utf-16-le" if data.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    try:
        text = data[2:].decode(coding)
        inner, places = redact(text.encode())
    except UnicodeError:
        return None
    return (data[:2] + inner.decode().encode(coding), places) if places else (data, ())


def _gzipped(data: bytes, redact: Redact) -> tuple[bytes, tuple[str, ...]] | None:
    unpacking = zlib.decompressobj(wbits=31)
    try:
        plain = unpacking.decompress(data, _LARGEST)
    except zlib.error:
        return None
    if not unpacking.eof or unpacking.unused_data:
        return None
    inner, places = redact(plain)
    return (gzip.compress(inner, mtime=0), places) if places else (data, ())
