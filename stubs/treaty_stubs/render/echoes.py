"""Values of an answer that repeat a value of its own request, in the type that the answer has there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from treaty.contract.json_value import JsonValue, Number
from treaty.contract.path import Field
from treaty_stubs.render.context import Context, Source
from treaty_stubs.render.places import NOTHING, NothingThere, PlaceName, read_place

_KINDS: Final[Mapping[type, JsonValue]] = {str: "", bool: False, int: 0, type(None): None}
_WHOLE: Final = re.compile(r"-?(0|[1-9]\d{0,400})")
_FRACTION: Final = re.compile(r"-?(0|[1-9]\d{0,400})\.\d{1,400}")


def echo(place: PlaceName, example: JsonValue) -> Source:
    """Make the source of an echo.

    Args:
        place: of the request.
        example: of the answer; its type is kept where the request's value can be written in it.

    """
    # Of these only the type counts, so one source serves all interactions that repeat a place alike.
    kind = type(example)
    return _shared_echo(place, _KINDS[kind]) if kind in _KINDS else _echo(place, example)


@lru_cache(maxsize=1024, typed=True)
def _shared_echo(place: PlaceName, example: JsonValue) -> Source:
    return _echo(place, example)


def _echo(place: PlaceName, example: JsonValue) -> Source:
    if example == "" and place.part == "path" and not place.inside:
        return _segment(place.index)
    if type(example) in _KINDS and not place.inside and place.path is not None and len(place.path.tokens) == 1:
        (token,) = place.path.tokens
        if isinstance(token, Field):
            return _member(place, token.name, example)

    def source(context: Context, indices: tuple[int, ...]) -> JsonValue | NothingThere:
        return convert(read_place(place, context.received, indices), example)

    return source


def _segment(index: int) -> Source:
    """Make the source of the usual echo: a segment of the path, as text."""

    def source(context: Context, _indices: tuple[int, ...]) -> JsonValue | NothingThere:
        segments = context.received.segments
        return segments[index] if index < len(segments) else NOTHING

    return source


def _member(place: PlaceName, name: str, example: JsonValue) -> Source:
    """Make the source of the echo that is next in number: a member of a JSON object."""
    kind = type(example)

    def source(context: Context, indices: tuple[int, ...]) -> JsonValue | NothingThere:
        document = context.received.json
        if type(document) is dict:
            value = document.get(name)
            if type(value) is kind and value is not None:
                return value
        return convert(read_place(place, context.received, indices), example)

    return source


def convert(value: JsonValue | NothingThere, example: JsonValue) -> JsonValue | NothingThere:
    """Write a value of a request in the type of an example; NOTHING when that cannot be."""
    if isinstance(value, NothingThere) or example is None or type(value) is type(example):
        return value if type(value) is not Number else _fraction(value, example)
    if isinstance(example, bool):
        return {"true": True, "false": False}.get(value, NOTHING) if isinstance(value, str) else NOTHING
    if isinstance(example, str):
        return _text(value)
    if isinstance(example, int):
        if isinstance(value, str):
            return int(value) if _WHOLE.fullmatch(value) and value != "-0" else NOTHING
        return value if isinstance(value, Number) else NOTHING
    if isinstance(example, Number):
        return _fraction(value, example)
    return NOTHING


def _text(value: JsonValue) -> JsonValue | NothingThere:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return value.text if isinstance(value, Number) else NOTHING


def _fraction(value: JsonValue, example: JsonValue) -> JsonValue | NothingThere:
    """Write a number with at least as many decimals as the example has; none is ever cut off."""
    if isinstance(value, bool) or not isinstance(value, (int, str, Number)):
        return NOTHING
    text = value.text if isinstance(value, Number) else str(value)
    if not _WHOLE.fullmatch(text) and not _FRACTION.fullmatch(text):
        return value if isinstance(value, Number) else NOTHING
    wanted = example.text if isinstance(example, Number) and _FRACTION.fullmatch(example.text) else ""
    whole, _, digits = text.partition(".")
    digits = digits.ljust(len(wanted.partition(".")[2]), "0")
    return Number(f"{whole}.{digits}") if digits else value
