"""Items as answers show them: where in an answer an item is, and what it says there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, TypeGuard

from treaty.contract.json_value import JsonValue, Number, decimal_of
from treaty.contract.path import Field
from treaty_stubs.lifecycle.calls import Values, leaves_of, open_way, place_of
from treaty_stubs.lifecycle.notes import Notes, tokens_of
from treaty_stubs.render.times import read_moment

TIME: Final = "a time"
"""Stands for any time, where it matters that there is one."""
SOMETHING: Final = "something"
"""Stands for any value that varies, where it matters that there is one."""
_LONGEST_CODE: Final = 40


def way_to_made(notes: Notes) -> tuple[str, ...] | None:
    """Find the item in the answer of a call that made it: where what the provider created lies least deep."""
    if not isinstance(notes.document, Mapping):
        return None
    ways: list[tuple[str, ...]] = []
    for place, cause in notes.causes.items():
        tokens = tokens_of(place)
        named = cause == "created" or (cause == "echo" and notes.origins.get(place, "").startswith("path["))
        if named and tokens and all(isinstance(token, Field) for token in tokens):
            ways.append(tuple(token.name for token in tokens if isinstance(token, Field))[:-1])
    return min(ways, key=len, default=())


def way_to_item(notes: Notes, fields: AbstractSet[str]) -> tuple[str, ...] | None:
    """Find an item in an answer: the object, at the root or one step below, that has most of its fields.

    Args:
        notes: of the answer.
        fields: the places of values that such items are known to have.

    Returns:
        None where no object has half of its values in common with it.

    """
    if not isinstance(notes.document, Mapping):
        return None
    best: tuple[int, int] | None = None
    found: tuple[str, ...] | None = None
    for way in ((), *((name,) for name, value in notes.document.items() if isinstance(value, Mapping))):
        places = {place for place, _ in leaves_of(open_way(notes.document, way))}
        same = len(places & fields)
        if same and 2 * same >= min(len(places), len(fields)) and (best is None or (same, len(way)) > best):
            best, found = (same, len(way)), way
    return found


def said_of_item(values: Values, way: tuple[str, ...]) -> dict[str, str]:
    """Give the places of a request's body by the places of the item that they would fill.

    Args:
        values: of the request.
        way: to the item in answers; a request that wraps it likewise is unwrapped.

    """
    prefix = place_of(way)
    wrapped = bool(way) and any(place.startswith((f"body.{prefix}.", f"body.{prefix}[")) for place in values)
    found: dict[str, str] = {}
    for place in values:
        if place.startswith("body.$"):
            inner = place.removeprefix("body.")
            if wrapped:
                if not inner.startswith((f"{prefix}.", f"{prefix}[")):
                    continue
                inner = "$" + inner.removeprefix(prefix)
            found[inner] = place
    return found


def tokens_in(document: JsonValue, notes: Notes, prefix: str, *, real: bool = False) -> Iterator[tuple[str, JsonValue]]:
    """Yield what an item says at places that may tell its phase: codes, booleans, nulls, and that something is there.

    Args:
        document: the item.
        notes: of the answer that it lies in.
        prefix: its place there, as ``$.data``.
        real: its values are those of the recording, even where rules leave them open.

    """
    for place, value in leaves_of(document):
        full = f"body.{prefix}{place[1:]}"
        cause = notes.cause(full)
        if cause == "clock" or (isinstance(value, str) and read_moment(value) is not None):
            yield place, TIME
        elif cause in {"created", "echo", "minted"} and not isinstance(value, bool):
            continue
        elif value is None or isinstance(value, bool):
            yield place, value
        elif isinstance(value, str) and not real and notes.varies(full):
            yield place, SOMETHING
        elif _is_code(value):
            yield place, value


def token_of(value: JsonValue, *, loose: bool) -> JsonValue:
    """Give what of a value tells a phase.

    Args:
        value: of an item.
        loose: values vary there, so that only whether there is one tells anything.

    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and (value == TIME or read_moment(value) is not None):
        return TIME
    return SOMETHING if loose else value


def same(one: JsonValue, other: JsonValue) -> bool:
    """Compare values as what a client sends and what a provider answers: numbers and texts that read alike are one."""
    if _is_number(one) and _is_number(other):
        return decimal_of(one) == decimal_of(other)
    return text_of(one) == text_of(other)


def text_of(value: JsonValue) -> str:
    """Write a value for comparing."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return value.text if isinstance(value, Number) else repr(value)


def _is_code(value: JsonValue) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_CODE and not any(mark.isspace() for mark in value)


def _is_number(value: JsonValue) -> TypeGuard[int | Number]:
    return isinstance(value, (int, Number)) and not isinstance(value, bool)
