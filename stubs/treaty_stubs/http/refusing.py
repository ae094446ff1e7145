"""Requests that a server refuses to read to their end, and why."""

from __future__ import annotations

from typing import Final, NamedTuple

import httptools

_TLS_HELLO: Final = b"\x16\x03"
"""How a client begins that speaks TLS (RFC 8446 section 5.1)."""


class Refused(Exception):
    """A request is refused while it is read; ends the parser's work on its connection."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Refusal(NamedTuple):
    """What is told of a request that was refused.

    Attributes:
        status: of the answer.
        reason: a clause.
        method, target: of the request, as far as they were read; else empty.

    """

    status: int
    reason: str
    method: str = ""
    target: str = ""


def malformed(fault: httptools.HttpParserError, data: bytes) -> Refused:
    """Say why what came is no request.

    Args:
        fault: of the parser.
        data: in which it found it.

    """
    if data.startswith(_TLS_HELLO):
        return Refused(400, "the client speaks TLS, and this port does not")
    if isinstance(fault, httptools.HttpParserInvalidMethodError):
        return Refused(400, "the request is not well-formed HTTP/1.1, or of a method that is not known")
    return Refused(400, "the request is not well-formed HTTP/1.1")
