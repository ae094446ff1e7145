"""The answers of one interaction: constant bytes where nothing varies, else pieces that are filled in each time."""

from __future__ import annotations

import contextlib
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from treaty.contract.json_value import JsonInvalid, JsonValue, dumps
from treaty.contract.matching import match_response
from treaty.contract.model import ActualResponse, BodyState, HttpInteraction, header_value
from treaty.contract.query import write_query
from treaty_stubs.message import Answer, Received
from treaty_stubs.render.context import Context, Source
from treaty_stubs.render.document import Document
from treaty_stubs.render.places import NOTHING, NothingThere
from treaty_stubs.render.plan import AnswerPlan

_NOT_SENT: Final = frozenset(
    {"connection", "content-length", "date", "keep-alive", "transfer-encoding", "x-treaty-match"}
)
"""Headers that the server writes itself, or that belong to one connection (RFC 9110 section 7.6.1)."""
_CODED_BEGINNINGS: Final = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_UNSENDABLE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_MOST_TRIALS: Final = 4

_Line: TypeAlias = tuple[str, str, Source | None]


class Body(Protocol):
    """Makes the content of answers."""

    def render(self, context: Context) -> bytes:
        """Make it for one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """Makes the answers of one interaction when it was selected for one reason; small, since every request needs it.

    Attributes:
        status: the status code.
        head: the finished header lines; None when they are made each time, from `lines` and `match`.
        lines: names and examples of the headers, with what makes them.
        match: the header line that names the interaction.
        body: makes the content.
        length: as `Answer.length`.

    """

    status: int
    head: bytes | None
    lines: Sequence[_Line]
    match: bytes
    body: Body
    length: int | None

    def render(self, context: Context) -> Answer:
        """Make an answer to the request of a context."""
        head = self.head
        if head is None:
            head = _encode_lines((name, _fill(source, text, context)) for name, text, source in self.lines)
            head += self.match
        # As `Answer(...)`, whose own way there is several times as long.
        return tuple.__new__(Answer, (self.status, head, self.body.render(context), self.length, None, ""))


class Renderer:
    """Makes the answers of one interaction.

    Args:
        interaction: the promise.

    """

    __slots__ = ("_body", "_data", "_head", "_interaction", "_length", "_lines", "_status", "is_constant")

    def __init__(self, interaction: HttpInteraction) -> None:
        self._interaction = interaction
        self._status: Final = interaction.response.status
        self._data: Final = interaction.response.body.data
        self._length = _told_length(interaction)
        self._compile(frozenset())
        if not self.is_constant:
            self._keep_what_breaks_rules()

    def constant(self, match: bytes) -> Answer | None:
        """Give the answer where it does not depend on request, time or chance; None where it does.

        Args:
            match: the finished header line that names the interaction.

        """
        if not self.is_constant or self._head is None:
            return None
        return Answer(self._status, self._head + match, self._data, self._length)

    def rendering(self, match: bytes) -> Rendering:
        """Give what makes answers with a header line.

        Args:
            match: the finished header line that names the interaction.

        """
        return Rendering(
            status=self._status,
            head=None if self._head is None else self._head + match,
            lines=self._lines,
            match=match,
            body=self._body,
            length=self._length,
        )

    def render(self, context: Context, match: bytes) -> Answer:
        """Make an answer; arguments as of `Rendering.render` and `rendering`."""
        return self.rendering(match).render(context)

    def _compile(self, kept: frozenset[str]) -> None:
        document = _document_of(self._interaction)
        is_json = not isinstance(document, NothingThere)
        example = None if isinstance(document, NothingThere) else document
        plan = AnswerPlan(self._interaction, example, kept)
        self._lines = list(_header_lines(self._interaction, plan))
        self._head = None
        if all(source is None for _, _, source in self._lines):
            self._head = _encode_lines((name, text) for name, text, _ in self._lines)
        self._body: Body = _Unchanging(self._data)
        varies = False
        if is_json and not plan.is_empty:
            compiled = Document.compiled(example, plan)
            varies = not compiled.is_constant
            if varies:
                self._body = compiled
        elif not is_json and (source := plan.whole_body()) is not None:
            varies = True
            self._body = _Text(source, self._data)
        self.is_constant = self._head is not None and not varies

    def _keep_what_breaks_rules(self) -> None:
        """Try an answer to the example request; what its own rules would not accept keeps the example instead."""
        request = self._interaction.request
        target = request.path + (f"?{write_query(request.query)}" if request.query else "")
        received = Received(
            method=request.method,
            target=target,
            raw_headers=[
                (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
                for name, values in request.headers.items()
                for value in values
            ],
            body=request.body.data,
        )
        chance = random.Random(0)  # noqa: S311 - an answer that nobody gets
        context = Context(received=received, chance=chance)
        kept: frozenset[str] = frozenset()
        for _ in range(_MOST_TRIALS):
            answer = self.render(context, b"")
            headers = tuple(_decode_lines(answer.head))
            actual = ActualResponse(status=answer.status, headers=headers, body=answer.body)
            broken = {
                _in_lower_case(mismatch.location) for mismatch in match_response(self._interaction.response, actual)
            }
            if not broken - kept:
                return
            kept |= broken
            self._compile(kept)


def _document_of(interaction: HttpInteraction) -> JsonValue | NothingThere:
    response = interaction.response
    if response.body.state is BodyState.PRESENT and response.media_type().is_json:
        with contextlib.suppress(JsonInvalid):
            return response.body.json()
    return NOTHING


def _header_lines(interaction: HttpInteraction, plan: AnswerPlan) -> Iterator[_Line]:
    response = interaction.response
    names = set()
    for name, values in response.headers.items():
        lowered = name.lower()
        names.add(lowered)
        if (
            lowered in _NOT_SENT
            or not _TOKEN.fullmatch(name)
            or (lowered == "content-encoding" and not _is_coded(values, response.body.data))
        ):
            continue
        if lowered == "set-cookie":
            yield from ((name, value, None) for value in values)
        else:
            text = ", ".join(values)
            yield name, text, plan.header(lowered, text)
    if "content-type" not in names and response.body.data:
        media_type = response.body.content_type or response.media_type().essence
        if media_type:
            yield "Content-Type", media_type, None


def _is_coded(values: Sequence[str], data: bytes) -> bool:
    """Tell whether the example is still in its content coding; recorders undo it and leave the header."""
    beginning = _CODED_BEGINNINGS.get(", ".join(values).strip().lower())
    return beginning is not None and data.startswith(beginning)


def _told_length(interaction: HttpInteraction) -> int | None:
    """Give the Content-Length that an answer to HEAD tells, if the pact says one."""
    if interaction.request.method.upper() != "HEAD":
        return None
    text = header_value(interaction.response.headers, "content-length")
    return int(text) if text.isascii() and text.isdigit() else None


class _Unchanging:
    """A body that is always the same."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    def render(self, _context: Context) -> bytes:
        return self._data


class _Text:
    """A body that is one text from elsewhere."""

    __slots__ = ("_example", "_source")

    def __init__(self, source: Source, example: bytes) -> None:
        self._source = source
        self._example = example

    def render(self, context: Context) -> bytes:
        value = self._source(context, ())
        return value.encode("utf-8", "replace") if isinstance(value, str) else self._example


def _fill(source: Source | None, text: str, context: Context) -> str:
    if source is None:
        return text
    value = source(context, ())
    if isinstance(value, NothingThere):
        return text
    return value if isinstance(value, str) else dumps(value)


def _encode_lines(lines: Iterable[tuple[str, str]]) -> bytes:
    return b"".join(_encode_line(name, value) for name, value in lines)


def _encode_line(name: str, value: str) -> bytes:
    # A line break inside a value would end the header and begin another one.
    clean = _UNSENDABLE.sub(" ", value)
    try:
        return f"{name}: {clean}\r\n".encode("latin-1")
    except UnicodeEncodeError:
        return f"{name}: {clean}\r\n".encode("utf-8", "replace")


def _decode_lines(head: bytes) -> Iterator[tuple[str, str]]:
    for line in head.decode("latin-1").splitlines():
        name, _, value = line.partition(": ")
        yield name, value


def _in_lower_case(location: str) -> str:
    return location.lower() if location.startswith("header.") else location
