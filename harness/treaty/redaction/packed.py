"""JSON that is packed into base64 inside a text: ``{"data": "eyJwYXNzd29yZCI6..."}`` (RFC 4648, both alphabets)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from typing import Final

_PACKED: Final = re.compile(
    r"(?<![A-Za-z0-9+/_\-.])(?:eyJ|eyAi|ewo[gi]|W3si|W3sg)[A-Za-z0-9+/_\-]{12,65536}(?![A-Za-z0-9+/_\-.])(?:={0,2})"
)
_SHORTEST: Final = 16


def packed(text: str, redact: Callable[[str], str]) -> Iterator[tuple[int, int, str]]:
    """Give start, end and replacement of packed JSON that holds secrets.

    Args:
        text: where to look.
        redact: gives a text without its secrets, of the same length.

    """
    if len(text) < _SHORTEST or not ("eyJ" in text or "eyAi" in text or "ewo" in text or "W3s" in text):
        return
    for match in _PACKED.finditer(text):
        encoded = match[0].rstrip("=")
        urlsafe = "-" in encoded or "_" in encoded
        plain = unpacked(encoded)
        if not plain:
            continue
        new = redact(plain)
        if new == plain:
            continue
        encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
        yield match.start(), match.start() + len(encoded), encode(new.encode()).decode().rstrip("=")


def unpacked(encoded: str) -> str:
    """Give the text inside base64 without padding; empty when there is none."""
    standard = encoded.replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
