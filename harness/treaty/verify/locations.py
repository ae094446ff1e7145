"""Names of places in an answer: `status`, `header.NAME`, `body`, `body.$.items[0].id` (`[*]` stands for any index).

A way into a text may follow behind a bar: `header.Location|number[0]` (`treaty.contract.embedded`).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, TypeAlias

from treaty.contract.embedded import (
    Embedded,
    EmbeddedInvalid,
    EmbeddedMissing,
    is_cookie,
    parse_embedded,
    split_place,
    take,
)
from treaty.contract.fitted import fitted
from treaty.contract.json_value import JsonInvalid, JsonValue
from treaty.contract.media_type import parse_media_type
from treaty.contract.structured import read_document
from treaty.verify.calls import Answer

_TOKEN: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[(\*)\]|\['((?:[^'\\]|\\.)*)'\]")
_HEADER: Final = re.compile(r"header\.([^\[\]]+)(?:\[(\d+)\])?")


class Any(enum.Enum):
    """Stands for every index of a list."""

    INDEX = "*"


Segment: TypeAlias = str | int | Any


class LocationInvalid(ValueError):
    """A text is not the name of a place in an answer."""


class LocationMissing(LookupError):
    """An answer has nothing at a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A parsed name of a place.

    Attributes:
        part: `status`, `header` or `body`.
        header: the header's name in lower case, for the part `header`.
        index: which of several lines of that header.
        path: the way into a JSON body; None is the body as text, empty the whole JSON value.
        inside: the way into the text there; empty for the text itself.

    """

    part: str
    header: str = ""
    index: int = 0
    path: tuple[Segment, ...] | None = None
    inside: tuple[Embedded, ...] = ()

    def covers(self, other: Location) -> bool:
        """Tell whether the other place is this one, `[*]` standing for any index."""
        if (self.part, self.header, self.inside) != (other.part, other.header, other.inside):
            return False
        if self.path is None or other.path is None or len(self.path) != len(other.path):
            return self.path == other.path
        return all(
            mine == theirs or (mine is Any.INDEX and isinstance(theirs, int))
            for mine, theirs in zip(self.path, other.path, strict=True)
        )


@lru_cache(maxsize=4096)
def parse_location(text: str) -> Location:
    """Parse the name of a place in an answer.

    Raises:
        LocationInvalid: when it is none.

    """
    outside, inside = split_place(text)
    if inside:
        try:
            return replace(parse_location(outside), inside=parse_embedded(inside))
        except EmbeddedInvalid as fault:
            raise LocationInvalid(str(fault)) from None
    if text == "status":
        return Location(part="status")
    if text == "body":
        return Location(part="body")
    if header := _HEADER.fullmatch(text):
        return Location(part="header", header=header[1].lower(), index=int(header[2] or 0))
    if text.startswith("body.$"):
        return Location(part="body", path=parse_path(text.removeprefix("body.")))
    raise LocationInvalid(f"{text!r} is not status, header.NAME, body or body.$...")


def parse_path(text: str) -> tuple[Segment, ...]:
    """Parse a JSON path such as `$.items[*]['odd key']`.

    Raises:
        LocationInvalid: when it is none.

    """
    if not text.startswith("$"):
        raise LocationInvalid(f"{text!r} does not begin with $")
    segments: list[Segment] = []
    position = 1
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise LocationInvalid(f"{text!r} is not a path, at character {position + 1}")
        name, index, wildcard, quoted = token.groups()
        if wildcard:
            segments.append(Any.INDEX)
        elif index is not None:
            segments.append(int(index))
        else:
            segments.append(name if name is not None else re.sub(r"\\(.)", r"\1", quoted))
        position = token.end()
    return tuple(segments)


def join_path(path: str, key: str) -> str:
    """Name a key below a JSON path."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", key):
        return f"{path}.{key}"
    escaped = key.replace("\\", "\\\\").replace("'", "\\'")
    return f"{path}['{escaped}']"


def read(location: Location, answer: Answer) -> JsonValue:
    """Take the value at a place out of an answer.

    Raises:
        LocationMissing: when there is nothing; the text says what is missing.

    """
    if not location.inside:
        return _outside(location, answer)
    try:
        if location.inside[0].kind == "cookie":
            return take(cookie_line(location.inside[0].name, answer), location.inside)
        return take(_outside(location, answer), location.inside)
    except EmbeddedMissing as fault:
        raise LocationMissing(str(fault)) from None


def cookie_line(name: str, answer: Answer) -> str:
    """Give the last `Set-Cookie` line that sets a cookie (RFC 6265 section 5.3); empty when none does."""
    lines = [value for key, value in answer.headers if key.lower() == "set-cookie"]
    return next((line for line in reversed(lines) if is_cookie(line.partition("=")[0].strip(), name)), "")


def _outside(location: Location, answer: Answer) -> JsonValue:
    if location.part == "status":
        return answer.status
    if location.part == "header":
        values = [value for name, value in answer.headers if name.lower() == location.header]
        if location.index >= len(values):
            raise LocationMissing(f"the answer has no header {location.header}")
        return values[location.index]
    if location.path is None:
        return answer.body.decode("utf-8", "replace")
    media_type = parse_media_type(_media_type(answer))
    try:
        body = read_document(answer.body, media_type)
    except JsonInvalid as fault:
        notation = "XML" if media_type.is_xml else "JSON"
        raise LocationMissing(f"the body of the answer is not {notation}: {fault}") from None
    return value_at(body, location.path)


def _media_type(answer: Answer) -> str:
    return next((value for name, value in answer.headers if name.lower() == "content-type"), "")


def value_at(value: JsonValue, path: tuple[Segment, ...]) -> JsonValue:
    """Walk into a JSON value.

    Raises:
        LocationMissing: when there is nothing; the text says what is missing.

    """
    for segment in path:
        value = fitted(value, segment)
        if isinstance(segment, str):
            if not isinstance(value, Mapping) or segment not in value:
                raise LocationMissing(f"the body of the answer has no key {segment!r} there")
            value = value[segment]
        else:
            if isinstance(segment, Any) or isinstance(value, str) or not isinstance(value, Sequence):
                raise LocationMissing("the body of the answer has no list there")
            if segment >= len(value):
                raise LocationMissing(f"the list in the body of the answer ends before index {segment}")
            value = value[segment]
    return value
