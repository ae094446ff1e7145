"""A reply that was never sent: what is mutated, and what the mutants are."""

from __future__ import annotations

import enum
import gzip
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from treaty.contract.json_value import JsonValue, Number, dumps
from treaty.session.exchange import Headers
from treaty.strength.places import same
from treaty.verify.calls import Answer
from treaty.verify.moments import Window
from treaty.verify.sending import Sent
from treaty.verify.variables import as_text


class BodyKind(enum.Enum):
    """How a body is written."""

    NONE = "none"
    JSON = "json"
    TEXT = "text"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply.

    Attributes:
        status: the status.
        headers: header lines.
        kind: how the body is written.
        document: of a JSON body.
        data: of any other body.

    """

    status: int
    headers: Headers = ()
    kind: BodyKind = BodyKind.NONE
    document: JsonValue = None
    data: bytes = b""

    def answer(self) -> Answer:
        """Give it as it would have come over the wire: in the content coding that its header names."""
        coding = (self.header("content-encoding") or "").strip().lower()
        body = _CODERS[coding](self.body) if coding in _CODERS and self.body else self.body
        return Answer(status=self.status, headers=self.headers, body=body)

    @property
    def body(self) -> bytes:
        """The bytes of the body."""
        return dumps(self.document).encode() if self.kind is BodyKind.JSON else self.data

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def with_document(self, document: JsonValue) -> Reply:
        """Give it with another JSON body."""
        return replace(self, kind=BodyKind.JSON, document=document)

    def with_bytes(self, data: bytes) -> Reply:
        """Give it with a body of these bytes."""
        return replace(self, kind=BodyKind.BYTES, document=None, data=data)

    def with_text(self, data: bytes) -> Reply:
        """Give it with a body of this text."""
        return replace(self, kind=BodyKind.TEXT, document=None, data=data)

    def header(self, name: str) -> str | None:
        """Give the first value of a header, whatever the case of its name; None when there is none."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)

    def with_header(self, name: str, value: str | None) -> Reply:
        """Give it with another value of a header, or without the header."""
        rest = tuple(line for line in self.headers if line[0].lower() != name.lower())
        return replace(self, headers=rest if value is None else (*rest, (name, value)))

    def means(self, other: Reply) -> bool:
        """Tell whether two replies are one: numbers count by value, the order of keys and of headers does not."""
        if (self.status, self.kind, _lines(self)) != (other.status, other.kind, _lines(other)):
            return False
        return self.data == other.data and same(self.document, other.document)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A reply with what it is held against.

    Attributes:
        reply: the reply.
        sent: the request that it answers.
        variables: what the set-up would have made and bound.
        window: when it was made.

    """

    reply: Reply
    sent: Sent
    variables: Mapping[str, JsonValue]
    window: Window

    def texts(self) -> set[str]:
        """Give the values of the set-up as they appear inside texts: those that are texts or numbers."""
        return {
            as_text(value)
            for value in self.variables.values()
            if isinstance(value, (str, int, Number)) and not isinstance(value, bool)
        }


_CODERS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "gzip": lambda data: gzip.compress(data, compresslevel=1, mtime=0),
    "deflate": lambda data: zlib.compress(data, level=1),
}


def _lines(reply: Reply) -> list[tuple[str, str]]:
    return sorted((name.lower(), value) for name, value in reply.headers)
