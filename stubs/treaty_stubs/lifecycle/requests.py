"""Requests with other values at some places, so that interactions recorded with examples of their own accept them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

from treaty.contract.json_value import JsonValue, dumps
from treaty.contract.path import Field, Index, parse_path
from treaty.contract.query import write_query
from treaty_stubs.lifecycle.model import Batch
from treaty_stubs.lifecycle.views import text_of
from treaty_stubs.message import NOT_JSON, Received

_PATH: Final = re.compile(r"path\[(\d+)\]")
_OF_BODY: Final = frozenset({b"content-length", b"content-encoding", b"transfer-encoding"})
_QUERY: Final = re.compile(r"query\.(.+)\[(\d+)\]", re.DOTALL)


def with_values(received: Received, values: Mapping[str, JsonValue]) -> Received:
    """Give a request that says something else at some places.

    Args:
        received: the request.
        values: by place; those that the request does not have are left out.

    """
    segments = list(received.segments)
    query = {name: list(listed) for name, listed in received.query.items()}
    document = received.json
    changed = False
    for place, value in values.items():
        if (match := _PATH.fullmatch(place)) and int(match[1]) < len(segments):
            segments[int(match[1])] = text_of(value)
        elif (match := _QUERY.fullmatch(place)) and int(match[2]) < len(query.get(match[1], [])):
            query[match[1]][int(match[2])] = text_of(value)
        elif place.startswith("body.$") and document is not NOT_JSON:
            document = replaced(document, tuple(steps(place.removeprefix("body."))), value)
            changed = True
    target = _path(segments)
    if query:
        target += "?" + write_query({name: tuple(listed) for name, listed in query.items()})
    elif "?" in received.target:
        target += "?" + received.target.partition("?")[2]
    body = received.body
    if changed and document is not NOT_JSON:
        body = dumps(document).encode("utf-8", "backslashreplace")
    return Received(method=received.method, target=target, raw_headers=received.block, body=body)


def with_target(received: Received, target: str) -> Received:
    """Give the same request to another target."""
    return Received(method=received.method, target=target, raw_headers=received.block, body=received.body)


def asked_alone(received: Received, batch: Batch, element: JsonValue) -> Received:
    """Give the request that would make one item of a batch alone."""
    method, template = batch.resource
    segments = [given if own is None else own for own, given in zip(template, received.segments, strict=False)]
    lines = [(name, value) for name, value in received.raw_headers if name.lower() not in _OF_BODY]
    body = dumps(element).encode("utf-8", "backslashreplace")
    return Received(method=method, target=_path(segments), raw_headers=lines, body=body)


def _path(segments: Iterable[str]) -> str:
    return "/" + "/".join(quote(segment, safe="!$&'()*+,;=:@-._~") for segment in segments)


def steps(place: str) -> list[str | int]:
    """Read a place of a document as names and positions."""
    found: list[str | int] = []
    for token in parse_path(place).tokens:
        if isinstance(token, Field):
            found.append(token.name)
        elif isinstance(token, Index):
            found.append(token.position)
    return found


def replaced(document: JsonValue, way: tuple[str | int, ...], value: JsonValue) -> JsonValue:
    """Give a document with another value at a place; objects on the way are made where they are missing.

    A list keeps its length: what would lie behind its end is left out.
    """
    if not way:
        return value
    step, rest = way[0], way[1:]
    if isinstance(step, str):
        members = dict(document) if isinstance(document, Mapping) else {}
        members[step] = replaced(members.get(step), rest, value)
        return members
    if isinstance(document, list) and step < len(document):
        return [replaced(each, rest, value) if index == step else each for index, each in enumerate(document)]
    return document
