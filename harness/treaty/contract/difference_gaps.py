"""What one promise allows and another does not, as a value; found part by part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from treaty.contract.json_value import JsonValue, dumps
from treaty.contract.matching_values import describe_rule
from treaty.contract.rules import Matcher, Type

ABSENT_TEXT: Final = "absent"
"""How a place is described that a contract does not speak of."""

_LONGEST: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A place where a narrower promise allows something that a wider one should allow, but does not.

    Attributes:
        location: as in `treaty.contract.mismatch`; ``[*]`` stands for any element.
        narrow, wide: what the two promises say there, for people.
        extra: what only the first allows: ``the number 12``; empty when that is a doubt and no example was found.

    """

    location: str
    narrow: str
    wide: str
    extra: str


def shorten(text: str) -> str:
    """Cut a text that is too long for a line."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def describe_value(value: JsonValue) -> str:
    """Write a value for a line."""
    return shorten(dumps(value))


def describe_matchers(matchers: Sequence[Matcher], kind: str, example: str, *, any_of: bool) -> str:
    """Describe what matchers demand: ``integer``, ``string`` for a type, the example where they demand equality.

    Args:
        matchers: those of the place.
        kind: the type of the example.
        example: the example as text.
        any_of: one of them is enough.

    """
    words = []
    for matcher in matchers:
        word = describe_rule(matcher)
        if isinstance(matcher, Type):
            word = kind + word.removeprefix("type")
        elif matcher.name == "equality":
            word = example
        words.append(shorten(word))
    return (" or " if any_of else " and ").join(words) or "anything"
