"""A request as it reached the stub and the answer it gets; the values between the server and the rest of the stub.

These are built once per request, on the way that the budget of DESIGN 8 counts, so they are plain classes with slots
and read lazily; nobody changes them after they were made.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from json import JSONDecoder
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from treaty.contract.actual_body import ActualBody
from treaty.contract.json_value import JsonInvalid, JsonValue, Number, loads
from treaty.contract.matching_headers import GroupedHeaders
from treaty.contract.media_type import NO_MEDIA_TYPE, MediaType, detect_media_type, parse_media_type
from treaty.contract.model import ActualRequest, HeaderLines, QueryMap
from treaty.contract.query import parse_query
from treaty_stubs.header_block import HeaderBlock, RawHeaders


class NotJson(enum.Enum):
    """What `Received.json` gives for a body that is not JSON."""

    NOT_JSON = "not JSON"


NOT_JSON: Final = NotJson.NOT_JSON

_NO_VALUES: Final = ("",)
_NEVER_DEEP: Final = 200
"""Bytes, and brackets among them, up to which a document is nested no deeper than readers bear."""


def _refuse_constant(constant: str) -> JsonValue:
    raise ValueError(f"{constant} is not JSON")


_decoder: Final = JSONDecoder(parse_float=Number, parse_constant=_refuse_constant)
_decode: Final = _decoder.decode
_decode_first: Final = _decoder.raw_decode


class Received:
    """A request that came in; parts that few interactions look at are parsed when they are first asked for.

    Args:
        method, target, body: as the attributes.
        raw_headers: all header lines in order, or a block of them that other requests share.

    Attributes:
        method: as sent.
        target: the target of the request line: path and query, or an absolute URL.
        block: the header lines.
        body: the bytes after chunks were joined; content codings are still in place.
        scheme: by which it came: ``http``, or ``https``.
        base_path: the path that comes before every target here, for links that the stub makes; mostly empty.

    """

    scheme = "http"
    base_path = ""

    __slots__ = (
        "_actual",
        "_json",
        "_json_is_read",
        "_path",
        "_query",
        "_segments",
        "block",
        "body",
        "method",
        "target",
    )

    def __init__(
        self, *, method: str, target: str, raw_headers: RawHeaders | HeaderBlock = (), body: bytes = b""
    ) -> None:
        self.method = method
        self.target = target
        self.block = raw_headers if isinstance(raw_headers, HeaderBlock) else HeaderBlock(raw_headers)
        self.body = body
        self._path: str | None = None
        self._query: QueryMap | None = None
        self._segments: tuple[str, ...] | None = None
        self._json: JsonValue | NotJson = None
        self._json_is_read = False
        self._actual: ActualRequest | None = None

    @property
    def raw_headers(self) -> RawHeaders:
        """All header lines in order, as they came."""
        return self.block.raw

    @property
    def path(self) -> str:
        """The path of the target, as it came."""
        path = self._path
        if path is None:
            path = self._path = _path_of(self.target)
        return path

    @property
    def segments(self) -> tuple[str, ...]:
        """The percent-decoded segments of the path; ``/a/b`` has two."""
        segments = self._segments
        if segments is None:
            segments = self._segments = segments_of(self.path)
        return segments

    @property
    def query(self) -> QueryMap:
        """The decoded parameters in order; None stands for a name without ``=``."""
        if self._query is None:
            _, mark, text = self.target.partition("?")
            self._query = parse_query(text) if mark and text else {}
        return self._query

    @property
    def header_lines(self) -> HeaderLines:
        """All header lines as text."""
        return self.block.lines

    @property
    def headers(self) -> GroupedHeaders:
        """The values of each header, by its name in lower case."""
        return self.block.grouped

    def header(self, name: str) -> str | None:
        """Give a header by its name in lower case; several values are joined by a comma (RFC 9110 section 5.3)."""
        line = self.block.single_lines.get(name.encode("latin-1", "replace"))
        if line is not None and b"," not in line:
            return line.decode("latin-1").strip()
        values = self.headers.get(name)
        if values is None:
            return None
        return values[0] if len(values) == 1 else ", ".join(values)

    @property
    def single_lines(self) -> Mapping[bytes, bytes]:
        """The values of the headers that came once, as they came, by their names in lower case."""
        return self.block.single_lines

    def first_header(self, name: bytes) -> str | None:
        """Give the first value of a header, by its name in lower case; for names that hardly any request has."""
        size = len(name)
        for line_name, value in self.block.raw:
            if len(line_name) == size and line_name.lower() == name:
                return value.decode("latin-1")
        return None

    def own_headers(self) -> Mapping[bytes, str]:
        """Give the first value of each header of Treaty's own, by its name in lower case; mostly there is none."""
        return self.block.own

    @property
    def json(self) -> JsonValue | NotJson:
        """The body read as JSON, whatever its media type says; NOT_JSON when it is none."""
        if not self._json_is_read:
            self._json = _parse_json(self.body)
            self._json_is_read = True
        return self._json

    @property
    def actual(self) -> ActualRequest:
        """The request as the rules of a contract look at it."""
        if self._actual is None:
            grouped = self.block.grouped
            actual = ActualRequest(
                method=self.method, path=self.path, query=self.query, headers=self.block.lines, body=self.body or None
            )
            actual.parsed.headers = grouped
            media_type = parse_media_type(grouped.get("content-type", _NO_VALUES)[0])
            if media_type is NO_MEDIA_TYPE and self.body:
                media_type = detect_media_type(self.body)
            actual.parsed.body = _SharedBody(self, media_type)
            self._actual = actual
        return self._actual

    def forget(self) -> None:
        """Let go of all that was parsed, for keeping; it is parsed again when it is asked for.

        What is parsed takes many times the memory of what came, and sooner or later all of it from a cold place.
        """
        self._path = self._query = self._segments = self._actual = self._json = None
        self._json_is_read = False
        self.block.forget()

    def cut(self, size: int) -> Received:
        """Give the same request with at most so many bytes of its body, for keeping."""
        return Received(method=self.method, target=self.target, raw_headers=self.block, body=bytes(self.body[:size]))


class Relocated(Received):
    """A request as a stub sees it that lies below a path, or behind TLS.

    Args:
        received: as it came.
        target: what the stub takes for its target; None leaves it.
        scheme: by which it came; None leaves it.
        base_path: what the stub's own links have to begin with; None leaves it.

    """

    __slots__ = ("base_path", "scheme")

    def __init__(
        self,
        received: Received,
        *,
        target: str | None = None,
        scheme: str | None = None,
        base_path: str | None = None,
    ) -> None:
        super().__init__(
            method=received.method,
            target=received.target if target is None else target,
            raw_headers=received.block,
            body=received.body,
        )
        self.scheme = received.scheme if scheme is None else scheme
        self.base_path = received.base_path if base_path is None else base_path


class _SharedBody(ActualBody):
    """The body as the rules look at it; what was parsed for the index is not parsed again."""

    __slots__ = ("_received",)

    def __init__(self, received: Received, media_type: MediaType) -> None:
        super().__init__(received.body, media_type)
        self._received = received

    def json(self) -> JsonValue:
        document = self._received.json
        return super().json() if document is NOT_JSON else document


class Ending(enum.Enum):
    """How an answer ends on the wire."""

    WHOLE = "whole"
    RESET = "reset"
    """The connection is reset before the first byte."""
    EMPTY = "empty"
    """The connection is closed before the first byte."""
    TRUNCATED = "truncated"
    """The connection is closed when half of the content was sent."""


class Awaited(NamedTuple):
    """An answer that somebody else is making, in another thread.

    Attributes:
        done: finished when it is made.
        settle: gives the answer, once `done` is; called in the thread of the server.

    """

    done: Future[Any]
    settle: Callable[[], Answer]


class Delivery(NamedTuple):
    """How an answer goes out where it does not go out at once and whole; only the server knows the wire.

    Attributes:
        delay: seconds before the first byte.
        spread: seconds over which the content goes out in small pieces.
        ending: see `Ending`.
        awaited: what makes the answer; the answer that holds this is then never sent.

    """

    delay: float = 0.0
    spread: float = 0.0
    ending: Ending = Ending.WHOLE
    awaited: Awaited | None = None


class Answer(NamedTuple):
    """What the stub answers.

    Attributes:
        status: the status code.
        head: finished header lines, each ended by CR LF, without those that the server itself writes
            (Content-Length, Date, Connection).
        body: the bytes of the content.
        length: a Content-Length to tell in an answer to HEAD whose content is not known, else None.
        delivery: how it goes out; None sends it at once and whole.
        why: how it came about, for people; empty where whoever asked for it knows.

    """

    status: int
    head: bytes
    body: bytes = b""
    length: int | None = None
    delivery: Delivery | None = None
    why: str = ""


def reshaped(answer: Answer, change: Callable[[Answer], Answer]) -> Answer:
    """Change an answer, also one that somebody else is still making."""
    delivery = answer.delivery
    if delivery is None or delivery.awaited is None:
        return change(answer)
    made = delivery.awaited.settle
    awaited = delivery.awaited._replace(settle=lambda: change(made()))
    return answer._replace(delivery=delivery._replace(awaited=awaited))


def segments_of(path: str) -> tuple[str, ...]:
    """Split a raw path behind its leading slash and decode each segment."""
    parts = path[1:].split("/")
    return tuple(map(unquote, parts)) if "%" in path else tuple(parts)


def _path_of(target: str) -> str:
    if "?" not in target and target[:1] == "/":
        return target
    path = target.partition("?")[0]
    if not path.startswith("/"):
        # RFC 9112 section 3.2.2: a server accepts the absolute form too.
        _, mark, rest = path.partition("://")
        if mark:
            _, slash, tail = rest.partition("/")
            return slash + tail or "/"
    return path


def _parse_json(data: bytes) -> JsonValue | NotJson:
    try:
        if len(data) > _NEVER_DEEP and data.count(b"[") + data.count(b"{") > _NEVER_DEEP:
            return loads(data)  # it bounds how deep a document is nested
        text = data.decode()
        # `decode` looks for blanks around the document first, which takes longer than a short one.
        if text[:1] == "{":
            value: JsonValue
            value, end = _decode_first(text)
            if end == len(text):
                return value
        value = _decode(text)
    except (ValueError, RecursionError):
        try:
            return loads(data)
        except JsonInvalid:
            return NOT_JSON
    return value
