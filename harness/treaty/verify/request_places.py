"""Names of places in a request, as echoes refer to them: `path[3]`, `query.NAME[0]`, `header.NAME`, `body.$.id`.

A way into a text may follow behind a bar (`treaty.contract.embedded`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from treaty.contract.embedded import Embedded, EmbeddedInvalid, EmbeddedMissing, parse_embedded, split_place, take
from treaty.contract.fitted import fitted
from treaty.contract.json_value import JsonValue
from treaty.contract.query import parse_query
from treaty.verify.locations import Any, LocationInvalid, Segment, parse_path
from treaty.verify.sending import Sent

_PATH: Final = re.compile(r"path\[(\d{1,9})\]")
_NAMED: Final = re.compile(r"(query|header)\.(.+?)(?:\[(\d{1,9})\])?", re.DOTALL)


class Missing:
    """What is read where a request has nothing."""

    __slots__ = ()


MISSING: Final = Missing()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPlace:
    """A place in a request.

    Attributes:
        part: `path`, `query`, `header` or `body`.
        name: of the parameter, or of the header in lower case.
        index: of the segment, or of one of several values.
        path: into a body of JSON or a form; None is the whole body as text.
        inside: the way into the text there; empty for the text itself.

    """

    part: str
    name: str = ""
    index: int = 0
    path: tuple[Segment, ...] | None = None
    inside: tuple[Embedded, ...] = ()

    def read(self, sent: Sent, indices: tuple[int, ...]) -> JsonValue | Missing:
        """Take the value out of a request; wildcards stand for `indices` in turn, from the outermost on."""
        value = self._outside(sent, indices)
        if not self.inside or isinstance(value, Missing):
            return value
        try:
            return take(value, self.inside)
        except EmbeddedMissing:
            return MISSING

    def _outside(self, sent: Sent, indices: tuple[int, ...]) -> JsonValue | Missing:
        if self.part == "path":
            return sent.segments[self.index] if self.index < len(sent.segments) else MISSING
        if self.part == "query":
            values = parse_query(sent.call.target.partition("?")[2]).get(self.name, ())
            value = values[self.index] if self.index < len(values) else None
            return MISSING if value is None else value
        if self.part == "header":
            lines = [value for name, value in sent.call.headers if name.lower() == self.name]
            return lines[self.index] if self.index < len(lines) else MISSING
        if self.path is None:
            return MISSING if sent.call.body is None else sent.call.body.decode("utf-8", "replace")
        return _walk(sent.document, self.path, indices)

    def length(self, sent: Sent) -> int:
        """Give the length of the list that the first wildcard runs over; 0 when there is none."""
        if self.path is None or Any.INDEX not in self.path:
            return 0
        found = _walk(sent.document, self.path[: self.path.index(Any.INDEX)], ())
        return len(found) if isinstance(found, (list, tuple)) else 0


@lru_cache(maxsize=4096)
def parse_request_place(text: str) -> RequestPlace | None:
    """Read the name of a place; None when it is none."""
    outside, inside = split_place(text)
    if inside:
        place = parse_request_place(outside)
        try:
            return None if place is None else replace(place, inside=parse_embedded(inside))
        except EmbeddedInvalid:
            return None
    if found := _PATH.fullmatch(text):
        return RequestPlace(part="path", index=int(found[1]))
    if found := _NAMED.fullmatch(text):
        name = found[2].lower() if found[1] == "header" else found[2]
        return RequestPlace(part=found[1], name=name, index=int(found[3] or 0))
    if text == "body":
        return RequestPlace(part="body")
    if text.startswith("body.$"):
        try:
            return RequestPlace(part="body", path=parse_path(text.removeprefix("body.")))
        except LocationInvalid:
            return None
    return None


def _walk(value: JsonValue, path: tuple[Segment, ...], indices: tuple[int, ...]) -> JsonValue | Missing:
    rest = list(indices)
    for segment in path:
        value = fitted(value, segment)
        if isinstance(segment, str):
            if not isinstance(value, Mapping) or segment not in value:
                return MISSING
            value = value[segment]
            continue
        position: int | None = segment if isinstance(segment, int) else rest.pop(0) if rest else None
        if position is None or not isinstance(value, (list, tuple)) or position >= len(value):
            return MISSING
        value = value[position]
    return value
