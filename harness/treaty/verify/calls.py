"""Requests that verification sends by itself, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass

from treaty.session.exchange import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request to send.

    Attributes:
        method: upper case.
        target: path and query as they go on the wire; relative to the provider's base URL.
        headers: header lines.
        body: the bytes, or None for no body.

    """

    method: str
    target: str
    headers: Headers = ()
    body: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back; the body is complete."""

    status: int
    headers: Headers = ()
    body: bytes = b""


class CallFailed(Exception):
    """No complete answer came back: refused, closed, timed out, too large, or not HTTP."""
