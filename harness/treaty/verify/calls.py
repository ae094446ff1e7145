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
        made: names, in lower case, of the headers whose values this run made or bound.
        status: that the answer is to have; None when that is not known.

    """

    method: str
    target: str
    headers: Headers = ()
    body: bytes | None = None
    made: frozenset[str] = frozenset()
    status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back.

    Attributes:
        status: of the answer.
        headers: header lines.
        body: complete.
        added: names of the headers that the connection put into the request, in the place of those with the same name.

    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    added: tuple[str, ...] = ()


class CallFailed(Exception):
    """No complete answer came back: refused, closed, timed out, too large, or not HTTP.

    Attributes:
        added: as of `Answer`, when it was sent.

    """

    added: tuple[str, ...] = ()
