"""Where in the text of a pact file its interactions begin, for tools that point at lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

_LISTS: Final = ("interactions", "messages")
_BLANK: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str)


def interaction_lines(text: str) -> tuple[int, ...]:
    """Give the line, from 1, in which each interaction begins; messages of V3 follow the interactions.

    Args:
        text: the text of a pact; what is no JSON, or nested too deeply to look at, has no lines.

    """
    try:
        starts = dict(_lists(text))
    except (ValueError, IndexError, RecursionError):
        return ()
    positions = [position for name in _LISTS for position in starts.get(name, ())]
    line, before = 1, 0
    by_position: dict[int, int] = {}
    for position in sorted(positions):
        line += text.count("\n", before, position)
        before = position
        by_position[position] = line
    return tuple(by_position[position] for position in positions)


def _lists(text: str) -> Iterator[tuple[str, list[int]]]:
    """Walk over the members of the outermost object."""
    position = _expect(text, _skip(text, 0), "{")
    while text[position] != "}":
        name, position = _DECODER.raw_decode(text, position)
        position = _skip(text, _expect(text, _skip(text, position), ":"))
        if name in _LISTS and text[position] == "[":
            starts, position = _elements(text, position)
            yield name, starts
        else:
            _, position = _DECODER.raw_decode(text, position)
        position = _next(text, position)


def _elements(text: str, position: int) -> tuple[list[int], int]:
    starts: list[int] = []
    position = _skip(text, position + 1)
    while text[position] != "]":
        starts.append(position)
        _, position = _DECODER.raw_decode(text, position)
        position = _next(text, position)
    return starts, position + 1


def _next(text: str, position: int) -> int:
    """Go over blanks and a comma."""
    position = _skip(text, position)
    return _skip(text, position + 1) if text[position] == "," else position


def _expect(text: str, position: int, character: str) -> int:
    if text[position] != character:
        raise ValueError(f"{character} is missing at character {position}")
    return _skip(text, position + 1)


def _skip(text: str, position: int) -> int:
    blank = _BLANK.match(text, position)
    return blank.end() if blank else position
