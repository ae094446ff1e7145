"""JSON answers, compiled: text that never changes, with pieces between that are made for each answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol, TypeAlias

from treaty.contract.json_value import JsonValue, dumps
from treaty.contract.path import ANY_INDEX, AnyIndex, Place, RulePath
from treaty_stubs.render.context import Context, Source
from treaty_stubs.render.places import NothingThere, document_of, walk

Step: TypeAlias = str | int | AnyIndex
Way: TypeAlias = tuple[Step, ...]
"""A place in an answer; a wildcard stands where a list is made anew for each request."""

_quote: Final = json.encoder.encode_basestring


class Plan(Protocol):
    """Says where an answer's values come from."""

    def source(self, way: Way, example: JsonValue) -> Source | None:
        """Give what makes the value at a place; None keeps the example."""

    def repeated(self, way: Way) -> RulePath | None:
        """Give the list of the request that a list of the answer follows; None for all other lists."""


Piece: TypeAlias = "str | Callable[[Context, tuple[int, ...]], str]"


class Document:
    """A compiled JSON document.

    Args:
        example: the document.
        plan: where its values come from.

    """

    __slots__ = ("_pieces", "is_constant")

    def __init__(self, example: JsonValue, plan: Plan) -> None:
        self._pieces: Final = _join(_compile(example, plan, ()))
        self.is_constant: Final = all(isinstance(piece, str) for piece in self._pieces)

    def render(self, context: Context) -> bytes:
        """Write the document for one request."""
        # Half a surrogate pair has no place in UTF-8; written with a backslash it is an escape of JSON.
        return _write(self._pieces, context, ()).encode("utf-8", "backslashreplace")


def _write(pieces: Sequence[Piece], context: Context, indices: tuple[int, ...]) -> str:
    return "".join([piece if piece.__class__ is str else piece(context, indices) for piece in pieces])  # type: ignore[operator]  # a piece that is no text is a function


def _compile(example: JsonValue, plan: Plan, way: Way) -> list[Piece]:
    source = plan.source(way, example)
    if source is not None:
        return [_from_source(source, example)]
    if isinstance(example, Mapping):
        pieces: list[Piece] = ["{"]
        for position, (key, value) in enumerate(example.items()):
            pieces.append(("," if position else "") + _quote(key) + ":")
            pieces.extend(_compile(value, plan, (*way, key)))
        return [*pieces, "}"]
    if isinstance(example, Sequence) and not isinstance(example, str):
        followed = plan.repeated(way)
        if followed is not None and example:
            return [_repeat(example, plan, way, followed)]
        pieces = ["["]
        for position, value in enumerate(example):
            pieces.append("," if position else "")
            pieces.extend(_compile(value, plan, (*way, position)))
        return [*pieces, "]"]
    return [dumps(example)]


def _from_source(source: Source, example: JsonValue) -> Piece:
    kept = dumps(example)

    def write(context: Context, indices: tuple[int, ...]) -> str:
        value = source(context, indices)
        if value.__class__ is str:
            return _quote(value)
        if value.__class__ is int:
            return str(value)
        return kept if isinstance(value, NothingThere) else dumps(value)

    return write


def _repeat(example: Sequence[JsonValue], plan: Plan, way: Way, followed: RulePath) -> Piece:
    elements = [_join(_compile(value, plan, (*way, ANY_INDEX))) for value in example]
    last = len(elements) - 1

    def write(context: Context, indices: tuple[int, ...]) -> str:
        listed = walk(followed, document_of(context.received), indices)
        count = len(listed) if isinstance(listed, (list, tuple)) else len(elements)
        return (
            "["
            + ",".join([_write(elements[min(index, last)], context, (*indices, index)) for index in range(count)])
            + "]"
        )

    return write


def _join(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Join texts that follow each other."""
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return tuple(joined)


def concrete(way: Way) -> Place:
    """Give the place of the example that a way leads to: wildcards stand for the first element."""
    return tuple(0 if isinstance(step, AnyIndex) else step for step in way)
