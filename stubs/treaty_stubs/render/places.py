"""Names of places as ``comments.treaty`` has them: ``path[3]``, ``query.page[0]``, ``header.NAME``, ``body.$.id``.

A way into a text may follow behind a bar (`treaty.contract.embedded`), and ``response.`` may come before the name of
another place of the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from treaty.contract.embedded import Embedded, EmbeddedInvalid, EmbeddedMissing, parse_embedded, split_place, take
from treaty.contract.json_value import JsonValue
from treaty.contract.media_type import parse_media_type
from treaty.contract.path import ANY_INDEX, ANY_STEP, Field, Index, PathInvalid, RulePath, parse_path
from treaty.contract.query import parse_query
from treaty_stubs.message import NOT_JSON, Received

_PATH: Final = re.compile(r"path\[(\d+)\]")
_QUERY: Final = re.compile(r"query\.(.+?)(?:\[(\d+)\])?", re.DOTALL)
_SAME_ANSWER: Final = "response."
_HEADER: Final = re.compile(r"header\.(.+?)(?:\[(\d+)\])?", re.DOTALL)


class NothingThere:
    """What is read where a request has nothing."""

    __slots__ = ()


NOTHING: Final = NothingThere()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceName:
    """A place in a request or response.

    Attributes:
        part: ``path``, ``query``, ``header``, ``body`` or ``status``.
        name: of the parameter, or of the header in lower case.
        index: of the segment, or of one of several values.
        path: into a JSON body; None stands for the whole body as text.
        inside: the way into the text there; empty for the text itself.
        answered: it is a place of the answer, not of the request.

    """

    part: str
    name: str = ""
    index: int = 0
    path: RulePath | None = None
    inside: tuple[Embedded, ...] = ()
    answered: bool = False


def parse_place(text: str) -> PlaceName | None:
    """Read the name of a place; None when it is none that we know."""
    if text.startswith(_SAME_ANSWER):
        found = parse_place(text.removeprefix(_SAME_ANSWER))
        return None if found is None else replace(found, answered=True)
    outside, way = split_place(text)
    if way:
        found = parse_place(outside)
        try:
            return None if found is None else replace(found, inside=parse_embedded(way))
        except EmbeddedInvalid:
            return None
    if match := _PATH.fullmatch(text):
        return PlaceName(part="path", index=int(match[1]))
    if match := _QUERY.fullmatch(text):
        return PlaceName(part="query", name=match[1], index=int(match[2] or 0))
    if match := _HEADER.fullmatch(text):
        return PlaceName(part="header", name=match[1].lower(), index=int(match[2] or 0))
    if text in {"body", "status"}:
        return PlaceName(part=text)
    if text.startswith("body.$"):
        try:
            return PlaceName(part="body", path=parse_path(text.removeprefix("body.")))
        except PathInvalid:
            return None
    return None


def read_place(place: PlaceName, received: Received, indices: tuple[int, ...]) -> JsonValue | NothingThere:
    """Take the value at a place out of a request.

    Args:
        place: a place of a request.
        received: the request.
        indices: what the wildcards of a path stand for, from the outermost on; a missing one is 0.

    """
    value = _outside(place, received, indices)
    return take_inside(value, place.inside) if place.inside else value


def take_inside(value: JsonValue | NothingThere, way: tuple[Embedded, ...]) -> JsonValue | NothingThere:
    """Take a value out of a text; NOTHING where the text holds none."""
    if isinstance(value, NothingThere):
        return value
    try:
        return take(value, way)
    except EmbeddedMissing:
        return NOTHING


def _outside(place: PlaceName, received: Received, indices: tuple[int, ...]) -> JsonValue | NothingThere:
    if place.part == "path":
        segments = received.segments
        return segments[place.index] if place.index < len(segments) else NOTHING
    if place.part == "query":
        values = received.query.get(place.name, ())
        value = values[place.index] if place.index < len(values) else None
        return NOTHING if value is None else value
    if place.part == "header":
        header = received.header(place.name)
        return NOTHING if header is None else header
    if place.path is None:
        return received.body.decode("utf-8", "replace") if place.part == "body" else NOTHING
    return walk(place.path, document_of(received), indices)


def document_of(received: Received) -> JsonValue | NothingThere:
    """Read the body of a request as a document: JSON, or the fields of a form."""
    document = received.json
    if document is not NOT_JSON:
        return document
    if parse_media_type(received.header("content-type") or "").is_form:
        fields = parse_query(received.body.decode("utf-8", "replace"))
        return {name: values[0] for name, values in fields.items()}
    return NOTHING


def walk(path: RulePath, document: JsonValue | NothingThere, indices: tuple[int, ...]) -> JsonValue | NothingThere:
    """Follow a path through a document; wildcards take their index from `indices` in turn."""
    value = document
    used = 0
    for token in path.tokens:
        if isinstance(token, Field):
            if not isinstance(value, Mapping) or token.name not in value:
                return NOTHING
            value = value[token.name]
            continue
        if token is ANY_STEP or not isinstance(value, (list, tuple)):
            return NOTHING
        if token is ANY_INDEX:
            position = indices[used] if used < len(indices) else 0
            used += 1
        else:
            assert isinstance(token, Index)
            position = token.position
        if position >= len(value):
            return NOTHING
        value = value[position]
    return value
