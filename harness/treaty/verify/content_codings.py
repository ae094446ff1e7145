"""Undoing the content codings of an answer (RFC 9110 section 8.4.1), with a bound on what comes out."""

from __future__ import annotations

import zlib
from typing import Final

from treaty.verify.calls import Answer, CallFailed

DECODED: Final = frozenset({"gzip", "x-gzip", "deflate", "identity"})
"""The codings that are undone."""

_LARGEST: Final = 64 * 1024 * 1024


def decoded_body(answer: Answer) -> bytes:
    """Give the body of an answer without its content codings; an unknown coding stays as it is.

    Raises:
        CallFailed: when the body is not in its coding, or too large without it.

    """
    codings = [
        coding.strip().lower()
        for name, value in answer.headers
        if name.lower() == "content-encoding"
        for coding in value.split(",")
    ]
    data = answer.body
    for coding in reversed(codings):
        if coding not in DECODED or not data:
            break
        if coding != "identity":
            data = _inflate(data, coding)
    return data


def _inflate(data: bytes, coding: str) -> bytes:
    # Some servers send deflate without the header that RFC 9110 section 8.4.1.2 asks for.
    windows = (zlib.MAX_WBITS, -zlib.MAX_WBITS) if coding == "deflate" else (zlib.MAX_WBITS | 16,)
    for window in windows:
        try:
            decoder = zlib.decompressobj(window)
            found = decoder.decompress(data, _LARGEST)
        except zlib.error:
            continue
        if decoder.unconsumed_tail:
            raise CallFailed(f"the answer is larger than {_LARGEST} bytes when its {coding} coding is undone")
        if decoder.eof:
            return found
    raise CallFailed(f"the body of the answer is not in its coding {coding}")
