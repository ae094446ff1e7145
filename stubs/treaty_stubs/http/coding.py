"""Content codings of request bodies, undone within a bound (RFC 9110 section 8.4)."""

from __future__ import annotations

import zlib
from typing import Final

_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS


class CodingBroken(ValueError):
    """A body is not what its content coding says."""


class CodingTooLarge(ValueError):
    """A body grows beyond the bound."""


def undo_coding(data: bytes, coding: str, *, limit: int) -> bytes:
    """Undo a content coding.

    Args:
        data: the body as it came.
        coding: the value of Content-Encoding; of several codings the last is undone first.
        limit: bytes that the result may have.

    Returns:
        the content; from the first coding that we do not know, the data is left as it is.

    Raises:
        CodingBroken: when the data does not follow the coding.
        CodingTooLarge: when the content is larger than the limit.

    """
    for name in reversed([part.strip().lower() for part in coding.split(",")]):
        if name in {"", "identity"}:
            continue
        if name not in {"gzip", "x-gzip", "deflate"}:
            return data
        data = _inflate(data, limit)
    return data


def _inflate(data: bytes, limit: int) -> bytes:
    # Some clients send "deflate" without the zlib wrapper that RFC 9110 asks for.
    for window in (_GZIP_OR_ZLIB, -zlib.MAX_WBITS):
        engine = zlib.decompressobj(window)
        try:
            content = engine.decompress(data, limit + 1)
        except zlib.error:
            continue
        if len(content) > limit:
            raise CodingTooLarge
        if engine.eof:
            return content
    raise CodingBroken
