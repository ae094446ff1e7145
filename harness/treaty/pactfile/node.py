"""A place in a JSON document that knows its pointer, so that every complaint can say where (RFC 6901)."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from treaty.contract.json_value import JsonValue, Number, dumps

_BLANKS: Final = " \t\r\n"


class Fault(Exception):
    """Something at a place of a document is not as a Pact file has it; becomes a `PactUnreadable`."""

    def __init__(self, tokens: tuple[str, ...], why: str, hint: str = "") -> None:
        super().__init__(why)
        self.tokens = tokens
        self.why = why
        self.hint = hint


class Node:
    """A JSON value with the way to it."""

    __slots__ = ("tokens", "value")

    def __init__(self, value: JsonValue, tokens: tuple[str, ...] = ()) -> None:
        self.value = value
        self.tokens = tokens

    def fault(self, why: str, hint: str = "") -> Fault:
        """Give a complaint about this place, to be raised."""
        return Fault(self.tokens, why, hint)

    def object(self) -> Mapping[str, JsonValue]:
        """Give the value as an object, or complain."""
        if not isinstance(self.value, Mapping):
            raise self.fault(f"should be an object, and is {describe(self.value)}")
        return self.value

    def members(self) -> Iterator[tuple[str, Node]]:
        """Give the members of an object in order, or complain."""
        for key, value in self.object().items():
            yield key, Node(value, (*self.tokens, key))

    def elements(self) -> Iterator[Node]:
        """Give the elements of a list in order, or complain."""
        if isinstance(self.value, str) or not isinstance(self.value, Sequence):
            raise self.fault(f"should be a list, and is {describe(self.value)}")
        for position, value in enumerate(self.value):
            yield Node(value, (*self.tokens, str(position)))

    def get(self, key: str) -> Node | None:
        """Give a member of an object, or None; complain when this is no object."""
        members = self.object()
        return Node(members[key], (*self.tokens, key)) if key in members else None

    def need(self, key: str, meaning: str) -> Node:
        """Give a member of an object, or complain that `meaning` is missing."""
        found = self.get(key)
        if found is None:
            near = closest(key, self.object())
            raise self.fault(f"has no {key!r}: {meaning}", f"{near!r} should perhaps be {key!r}" if near else "")
        return found

    def text(self) -> str:
        """Give the value as text; numbers and booleans as written."""
        if isinstance(self.value, str):
            return self.value
        if self.value is None or isinstance(self.value, (Mapping, Sequence)):
            raise self.fault(f"should be a text, and is {describe(self.value)}")
        return dumps(self.value)

    def whole(self) -> int:
        """Give the value as a whole number; one written as text or with a zero fraction counts."""
        value = self.value
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, Number) and _is_short_whole(value.value):
            return int(value.value)
        if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 10:
            return int(value)
        raise self.fault(f"should be a whole number, and is {describe(value)}")

    def flag(self) -> bool:
        """Give the value as a boolean."""
        if not isinstance(self.value, bool):
            raise self.fault(f"should be true or false, and is {describe(self.value)}")
        return self.value

    def others(self, *known: str) -> dict[str, JsonValue]:
        """Give the members of an object that are not `known`."""
        return {key: value for key, value in self.object().items() if key not in known}


def _is_short_whole(number: Decimal) -> bool:
    # With an exponent of many digits arithmetic would overflow, so the size is asked for first.
    return number.is_finite() and number.adjusted() < 9 and number == number.to_integral_value()


def describe(value: JsonValue) -> str:
    """Name the kind of a value, with the value when it is short."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {shorten(dumps(value))}"
    if isinstance(value, (int, Number)):
        return f"the number {shorten(dumps(value))}"
    return "an object" if isinstance(value, Mapping) else "a list"


def shorten(text: str, limit: int = 60) -> str:
    """Cut a text for a message."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def closest(word: str, known: Iterable[str]) -> str:
    """Give the known word that is most like `word`, or an empty text."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else ""


def pointer(tokens: Iterable[str]) -> str:
    """Write a JSON pointer."""
    return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in tokens)


def line_of(text: str, tokens: Sequence[str]) -> int:
    """Find the line (from 1) on which the value at a place of a valid JSON text begins, or its key."""
    position = _skip(text, 0)
    for token in tokens:
        found = _enter(text, position, token)
        if found is None:
            break
        position = found
    return text.count("\n", 0, position) + 1


def _enter(text: str, start: int, token: str) -> int | None:
    """Find the beginning of a member's or element's value; None when it is not there."""
    decoder = json.JSONDecoder(parse_int=len, parse_float=len)
    is_object = text[start] == "{"
    position, index = _skip(text, start + 1), 0
    while text[position] not in "}]":
        key = str(index)
        if is_object:
            key, position = decoder.raw_decode(text, position)
            position = _skip(text, _skip(text, position) + 1)
        if key == token:
            return position
        _, position = decoder.raw_decode(text, position)
        position = _skip(text, position)
        if text[position] == ",":
            position = _skip(text, position + 1)
        index += 1
    return None


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in _BLANKS:
        position += 1
    return position
