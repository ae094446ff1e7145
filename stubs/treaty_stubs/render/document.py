"""JSON answers, compiled: text that never changes, with pieces between that are made for each answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, Protocol, TypeAlias

from treaty.contract.json_value import JsonValue, dumps
from treaty.contract.path import ANY_INDEX, AnyIndex, Place, RulePath
from treaty_stubs.render.context import Context, Source
from treaty_stubs.render.places import NothingThere, document_of, walk

Step: TypeAlias = str | int | AnyIndex
Way: TypeAlias = tuple[Step, ...]
"""A place in an answer; a wildcard stands where a list is made anew for each request."""

_LONGEST_SHARED: Final = 4096
_quote: Final = json.encoder.encode_basestring


class Plan(Protocol):
    """Says where an answer's values come from."""

    def source(self, way: Way, example: JsonValue) -> Source | None:
        """Give what makes the value at a place; None keeps the example."""

    def repeated(self, way: Way) -> RulePath | None:
        """Give the list of the request that a list of the answer follows; None for all other lists."""


class _Written(str):
    """A piece of JSON that stands in the document as it is."""

    __slots__ = ()


_Part: TypeAlias = "str | tuple[Source, JsonValue]"


class Document:
    """A compiled JSON document.

    Kept apart are the texts, which are of this document alone, and what makes values: a tuple that documents of one
    kind share. So an answer of one among ten thousand interactions has little of its own to fetch from memory.

    Args:
        parts: texts that never change, and what makes values, with the example that stands there otherwise.

    """

    __slots__ = ("_examples", "_first", "_sources", "_texts")

    def __init__(self, parts: Iterable[_Part]) -> None:
        texts: list[list[str]] = [[]]
        sources: list[Source] = []
        examples: list[JsonValue] = []
        for part in parts:
            if isinstance(part, str):
                texts[-1].append(part)
            else:
                sources.append(part[0])
                examples.append(part[1])
                texts.append([])
        first, *rest = [_shared("".join(listed)) for listed in texts]
        self._first = first
        self._texts = tuple(rest)
        self._sources = _shared_sources(tuple(sources))
        self._examples = tuple(examples)

    @classmethod
    def compiled(cls, example: JsonValue, plan: Plan) -> Document:
        """Compile an example, whose values come from where the plan says."""
        return cls(_compile(example, plan, ()))

    @property
    def is_constant(self) -> bool:
        """Nothing in it is made anew."""
        return not self._sources

    def render(self, context: Context) -> bytes:
        """Write the document for one request."""
        # Half a surrogate pair has no place in UTF-8; written with a backslash it is an escape of JSON.
        sources = self._sources
        if len(sources) == 1:
            # The usual answer to GET repeats one text, an id of the path.
            value = sources[0](context, ())
            text = f"{self._first}{_quote(value)}{self._texts[0]}" if type(value) is str else self.write(context, ())
        else:
            text = self.write(context, ())
        try:
            return text.encode()
        except UnicodeEncodeError:
            return text.encode("utf-8", "backslashreplace")

    def write(self, context: Context, indices: tuple[int, ...]) -> str:
        """Write the document as text; the indices say which elements of lists it lies in."""
        written = [self._first]
        add = written.append
        for source, text in zip(self._sources, self._texts, strict=False):
            value = source(context, indices)
            kind = value.__class__
            if kind is str:
                add(_quote(value))  # type: ignore[arg-type]  # a text, as its class says
            elif kind is int:
                add(str(value))
            elif kind is _Written:
                add(value)  # type: ignore[arg-type]  # likewise
            elif isinstance(value, NothingThere):
                add(dumps(self._examples[len(written) // 2]))
            else:
                add(dumps(value))
            add(text)
        return "".join(written)


def _shared(text: str) -> str:
    """Give the one text of its kind: documents of one endpoint mostly have the same ones."""
    return _shared_text(text) if len(text) <= _LONGEST_SHARED else text


@lru_cache(maxsize=1024)
def _shared_text(text: str) -> str:
    return text


@lru_cache(maxsize=1024)
def _shared_sources(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    return sources


def _compile(example: JsonValue, plan: Plan, way: Way) -> list[_Part]:
    source = plan.source(way, example)
    if source is not None:
        return [(source, example)]
    if isinstance(example, Mapping):
        parts: list[_Part] = ["{"]
        for position, (key, value) in enumerate(example.items()):
            parts.append(("," if position else "") + _quote(key) + ":")
            parts.extend(_compile(value, plan, (*way, key)))
        return [*parts, "}"]
    if isinstance(example, Sequence) and not isinstance(example, str):
        followed = plan.repeated(way)
        if followed is not None and example:
            return [(_repeat(example, plan, way, followed), example)]
        parts = ["["]
        for position, value in enumerate(example):
            parts.append("," if position else "")
            parts.extend(_compile(value, plan, (*way, position)))
        return [*parts, "]"]
    return [dumps(example)]


def _repeat(example: Sequence[JsonValue], plan: Plan, way: Way, followed: RulePath) -> Source:
    elements = [Document(_compile(value, plan, (*way, ANY_INDEX))) for value in example]
    last = len(elements) - 1

    def source(context: Context, indices: tuple[int, ...]) -> JsonValue:
        listed = walk(followed, document_of(context.received), indices)
        count = len(listed) if isinstance(listed, (list, tuple)) else len(elements)
        written = [elements[min(index, last)].write(context, (*indices, index)) for index in range(count)]
        return _Written(f"[{','.join(written)}]")

    return source


def concrete(way: Way) -> Place:
    """Give the place of the example that a way leads to: wildcards stand for the first element."""
    return tuple(0 if isinstance(step, AnyIndex) else step for step in way)
