"""Heads of requests without the offer of another protocol that they made (RFC 9110 section 7.8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_NAMES: Final = frozenset({b"upgrade", b"http2-settings"})


def head_without_upgrade(line: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Write a head again as if nothing had been offered.

    Args:
        line: of the request.
        headers: all lines of the head.

    """
    head = [line]
    for name, value in headers:
        lowered = name.lower()
        kept = value
        if lowered == b"connection":
            tokens = [token.strip() for token in value.split(b",")]
            kept = b", ".join(token for token in tokens if token.lower() not in _NAMES)
        if lowered not in _NAMES and kept:
            head.append(name + b": " + kept)
    return b"\r\n".join(head) + b"\r\n\r\n"
