"""One captured exchange, as a value: a request with its response, its edge, its times and errors (DESIGN 1, 6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

Headers: TypeAlias = tuple[tuple[str, str], ...]
"""Header lines in the order of the wire, repeated names kept; values are latin-1 text with surrogateescape left out."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Edge:
    """Who calls whom."""

    consumer: str
    provider: str

    def __str__(self) -> str:
        return f"{self.consumer} -> {self.provider}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A body after its content codings were undone.

    Attributes:
        data: the bytes; empty when the body is only known by size and digest.
        coding: the content coding that was undone (``gzip``), or empty.
        size: bytes of the whole decoded body, also when `data` is not at hand.
        sha256: hexadecimal digest of the decoded (and redacted) body when it lies in a file of its own; of the decoded
            body when it was not kept because of its size (`missing` then says so); else empty.
        missing: why `data` is not the whole body, else empty.

    """

    data: bytes
    coding: str = ""
    size: int = 0
    sha256: str = ""
    missing: str = ""

    @property
    def is_at_hand(self) -> bool:
        """Whether `data` is the whole body."""
        return not self.missing and len(self.data) >= self.size


NO_CONTENT: Final = Content(data=b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedRequest:
    """A request as the consumer sent it, secrets replaced.

    Attributes:
        method: upper case.
        path: the raw path, percent-encoded as sent, without the query; never empty.
        query: the raw query without ``?``, or None when there was no ``?``.
        headers: all header lines.
        content: the body.
        authority: the Host header or ``:authority``, as sent.
        http_version: ``1.0``, ``1.1`` or ``2``.

    """

    method: str
    path: str
    query: str | None = None
    headers: Headers = ()
    content: Content = NO_CONTENT
    authority: str = ""
    http_version: str = "1.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedResponse:
    """A response as the provider sent it, secrets replaced. Trailers are those of HTTP/2."""

    status: int
    headers: Headers = ()
    content: Content = NO_CONTENT
    trailers: Headers = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request with its response, or with the error that took its place.

    Attributes:
        number: position in the session, from 1, in the order of storing.
        edge: consumer and provider.
        started: when the request's first byte came in.
        ended: when the response was complete (or the error seen).
        request: what was sent.
        response: what was answered; None when `error` says why there was no answer of the provider.
        error: empty, or what went wrong on the wire.
        redacted: places whose values are stand-ins for secrets, as ``request.header.Authorization`` or
            ``response.body.$.token``.
        run: the run of the session that it belongs to, from 1.

    """

    number: int
    edge: Edge
    started: datetime
    ended: datetime
    request: CapturedRequest
    response: CapturedResponse | None
    error: str = ""
    redacted: tuple[str, ...] = field(default=())
    run: int = 1
