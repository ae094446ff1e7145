"""Content codings of answers: gzip for clients that ask for it, where it pays (RFC 9110 sections 8.4 and 12.5.3)."""

from __future__ import annotations

import re
import zlib
from typing import Final

from treaty.contract.media_type import parse_media_type
from treaty_stubs.http.wire import encode_answer
from treaty_stubs.message import Answer, Received

SHORTEST_CODED: Final = 1024
"""Bytes of content below which coding saves nothing."""
_LONGEST_CODED: Final = 4 * 1024 * 1024
"""Bytes of content above which coding would keep other clients waiting."""
_LEVEL: Final = 1
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_NO_CONTENT: Final = frozenset({204, 206, 304})
_CONTENT_TYPE: Final = re.compile(rb"^content-type: *([^\r]*)\r", re.IGNORECASE | re.MULTILINE)
_BOUND_TO_BYTES: Final = re.compile(
    rb'^(?:content-encoding|content-range|content-digest|digest|content-md5|etag: *"|cache-control:[^\r]*no-transform)',
    re.IGNORECASE | re.MULTILINE,
)
"""Headers that speak of the very bytes that are sent."""


def encode_for(received: Received, answer: Answer, *, version: str, keep_alive: bool) -> bytes:
    """Write an answer as bytes for whoever sent a request, as `encode_answer`; compressed where that pays."""
    if len(answer.body) >= SHORTEST_CODED:
        answer = code_answer(answer, received)
    return encode_answer(answer, method=received.method, version=version, keep_alive=keep_alive)


def code_answer(answer: Answer, received: Received) -> Answer:
    """Compress an answer if its client accepts that; else give it as it is.

    Left alone are contents that are short, very long or no text, and those with headers that speak of the bytes:
    another coding, a range, a digest, a strong ETag, ``no-transform``. An answer to HEAD is coded, too: its headers are
    those of GET, the length of the content that is left out as well (RFC 9110 section 9.3.2).
    """
    if not SHORTEST_CODED <= len(answer.body) <= _LONGEST_CODED or answer.status in _NO_CONTENT:
        return answer
    if not _accepts_gzip(received.header("accept-encoding")):
        return answer
    declared = _CONTENT_TYPE.search(answer.head)
    if declared is None or not parse_media_type(declared[1].decode("latin-1")).is_text:
        return answer
    if _BOUND_TO_BYTES.search(answer.head):
        return answer
    engine = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
    body = engine.compress(answer.body) + engine.flush()
    head = answer.head + b"Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n"
    return answer._replace(head=head, body=body)


def _accepts_gzip(header: str | None) -> bool:
    """Read Accept-Encoding; what is not named is refused unless ``*`` is accepted."""
    if header is None:
        return False
    weights: dict[str, bool] = {}
    for part in header.lower().split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip()] = not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", parameter)
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", False)))
