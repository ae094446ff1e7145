"""What the header lines of a request say about how the rest of it is to be read (RFC 9112)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class HeadFacts(NamedTuple):
    """Facts of one head.

    Attributes:
        hosts: how many Host lines there are.
        length: the largest Content-Length in bytes; 0 when there is none.
        expected: the value of Expect, or empty.
        coding: the values of Content-Encoding, each behind a comma.
        is_coded_for_transfer: by another transfer coding than ``chunked``.

    """

    hosts: int
    length: int
    expected: bytes
    coding: bytes
    is_coded_for_transfer: bool


def read_facts(headers: Iterable[tuple[bytes, bytes]]) -> HeadFacts:
    """Read the facts out of header lines that the parser has accepted."""
    hosts = longest = 0
    expected = coding = b""
    is_coded_for_transfer = False
    for name, value in headers:
        # Comparing lengths first is cheaper than lower-casing every name.
        length = len(name)
        if length == 4 and name.lower() == b"host":
            hosts += 1
        elif length == 14 and name.lower() == b"content-length":
            longest = max(longest, int(value))
        elif length == 6 and name.lower() == b"expect":
            expected = value
        elif length == 16 and name.lower() == b"content-encoding":
            coding += b"," + value
        elif length == 17 and name.lower() == b"transfer-encoding" and value.strip().lower() != b"chunked":
            is_coded_for_transfer = True
    return HeadFacts(hosts, longest, expected, coding, is_coded_for_transfer)
