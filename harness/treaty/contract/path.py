"""Rule paths: where in a body a matching rule or generator applies (Pact specification V2, "Matching rule paths").

A path is ``$`` with steps: ``.name``, ``['any name']``, ``[3]``, ``[*]`` (any element), ``.*`` (any element or member).
Each step that fits exactly weighs 2, each that fits by a wildcard 1; the weight of a path is the product, and of the
paths that fit a place or one above it, the one with the greatest weight times length wins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_NAME: Final = re.compile(r"[^.\[\]'*]+")
_POSITION: Final = re.compile(r"[0-9]{1,9}")
_DEEPEST: Final = 600


class PathInvalid(ValueError):
    """A text is not a rule path."""


@dataclass(frozen=True, slots=True)
class Field:
    """A member of an object, or an element or attribute of XML."""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """An element of a list, from 0."""

    position: int


class AnyIndex:
    """Any element of a list, ``[*]``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ANY_INDEX"


class AnyStep:
    """Any element or member, ``*``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ANY_STEP"


ANY_INDEX: Final = AnyIndex()
ANY_STEP: Final = AnyStep()

Token: TypeAlias = Field | Index | AnyIndex | AnyStep
Place: TypeAlias = tuple[str | int, ...]
"""A place in a concrete document: names and positions."""


@dataclass(frozen=True, slots=True)
class RulePath:
    """A parsed path."""

    tokens: tuple[Token, ...]

    def __str__(self) -> str:
        return "$" + "".join(_print(token) for token in self.tokens)

    def weight(self, place: Place) -> int:
        """Weigh this path against a place as the specification says; 0 when it does not fit it or one above it."""
        if len(self.tokens) > len(place):
            return 0
        weight = 2  # the root fits exactly
        for token, step in zip(self.tokens, place, strict=False):
            weight *= weigh(token, step)
            if not weight:
                return 0
        return weight

    def covers(self, place: Place) -> bool:
        """Tell whether this path fits a place exactly, not only one above it."""
        return len(self.tokens) == len(place) and self.weight(place) > 0


def weigh(token: Token, step: str | int) -> int:
    """Weigh one token against one step of a place: 2, 1, or 0 when it does not fit."""
    if isinstance(token, Field):
        return 2 if token.name == (step if isinstance(step, str) else str(step)) else 0
    if isinstance(token, Index):
        return 2 if str(token.position) == str(step) else 0
    if isinstance(token, AnyIndex):
        return 1 if isinstance(step, int) or step.isdecimal() else 0
    return 1


def best(paths: Sequence[RulePath], place: Place) -> RulePath | None:
    """Choose the path that decides about a place: greatest weight times length, the later one when they are equal."""
    chosen, greatest = None, 0
    for path in paths:
        score = path.weight(place) * (len(path.tokens) + 1)
        if score and score >= greatest:
            chosen, greatest = path, score
    return chosen


@lru_cache(maxsize=8192)
def parse_path(text: str) -> RulePath:
    """Read a rule path.

    Raises:
        PathInvalid: with the position and the reason.

    """
    tokens: list[Token] = []
    position = 1 if text.startswith("$") else 0
    if not position:
        if not text:
            return RulePath(())
        name = _NAME.match(text)
        if not name:
            raise PathInvalid("it does not begin with $")
        tokens.append(Field(name[0]))
        position = name.end()
    while position < len(text):
        token, position = _step(text, position)
        tokens.append(token)
    if len(tokens) > _DEEPEST:
        raise PathInvalid("it is too deep")
    return RulePath(tuple(tokens))


def _step(text: str, position: int) -> tuple[Token, int]:
    if text[position] == ".":
        if text.startswith("*", position + 1):
            return ANY_STEP, position + 2
        name = _NAME.match(text, position + 1)
        if not name:
            raise PathInvalid(f"a name is missing at character {position + 2}")
        return Field(name[0]), name.end()
    if text[position] == "[":
        return _bracket(text, position + 1)
    raise PathInvalid(f"unexpected {text[position]!r} at character {position + 1}")


def _bracket(text: str, position: int) -> tuple[Token, int]:
    token: Token
    if text.startswith(("'", '"'), position):
        name, position = _quoted(text, position)
        token = Field(name)
    elif text.startswith("*", position):
        token, position = ANY_INDEX, position + 1
    else:
        digits = _POSITION.match(text, position)
        if not digits:
            raise PathInvalid(f"a number, * or a quoted name is missing at character {position + 1}")
        token, position = Index(int(digits[0])), digits.end()
    if not text.startswith("]", position):
        raise PathInvalid(f"] is missing at character {position + 1}")
    return token, position + 1


def _quoted(text: str, start: int) -> tuple[str, int]:
    quote, position, name = text[start], start + 1, ""
    while position < len(text) and text[position] != quote:
        if text[position] == "\\" and text[position + 1 : position + 2] in {"\\", "'"}:
            position += 1
        name += text[position]
        position += 1
    if position >= len(text):
        raise PathInvalid(f"the quote at character {start + 1} is not closed")
    return name, position + 1


def _print(token: Token) -> str:
    if isinstance(token, Field):
        if _IDENTIFIER.match(token.name):
            return f".{token.name}"
        escaped = token.name.replace("\\", "\\\\").replace("'", "\\'")
        return f"['{escaped}']"
    if isinstance(token, Index):
        return f"[{token.position}]"
    return "[*]" if isinstance(token, AnyIndex) else ".*"


def print_place(place: Place) -> str:
    """Write a place of a document as a path."""
    return str(RulePath(tuple(Field(step) if isinstance(step, str) else Index(step) for step in place)))
