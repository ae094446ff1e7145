"""Walk through the text of a JSON document (RFC 8259) without parsing it into values.

The text must come out of redaction with the same blanks, number spellings, key order and repeated keys, so values are
replaced inside the text. The walk is forgiving: of a damaged document it gives what it can make out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.|\\\Z)*)(?:"|\Z)|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_\-]*")


@dataclass(slots=True)
class _Level:
    """An open object or list on the way to a leaf."""

    is_list: bool
    index: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A key, a text or a bare word (number, true, false, null) of the document.

    Attributes:
        start, end: the span in the document; of a text without its quotes.
        kind: ``key``, ``text`` or ``word``.
        name: the key that leads here; inside a list the one that leads to the list; of a key itself empty.
        enclosing: the keys above `name`, from the outside in.

    """

    start: int
    end: int
    kind: str
    name: str = ""
    enclosing: tuple[str, ...] = field(default=())


def leaves(text: str) -> Iterator[tuple[Leaf, list[_Level]]]:
    """Give the leaves in order, each with the levels above it (which change as the walk goes on)."""
    levels: list[_Level] = []
    names: list[str] = []
    expects_key = False
    for match in _TOKEN.finditer(text):
        token = match[0]
        first = token[0]
        if first == '"':
            # The last text of a document that was cut off has no end, and may be a secret all the same.
            start, end = match.span(1)
            if expects_key:
                levels[-1].key = unescaped(text[start:end])
                yield Leaf(start, end, "key"), levels
            else:
                yield Leaf(start, end, "text", *_names(levels, names)), levels
        elif first == ":":
            expects_key = False
        elif first == ",":
            if levels:
                levels[-1].index += 1
                expects_key = not levels[-1].is_list
        elif first in "{[":
            names.append(levels[-1].key if levels and not levels[-1].is_list else "")
            levels.append(_Level(is_list=first == "["))
            expects_key = first == "{"
        elif first in "}]":
            if levels:
                levels.pop()
                names.pop()
            expects_key = False
        else:
            yield Leaf(match.start(), match.end(), "word", *_names(levels, names)), levels


def _names(levels: list[_Level], names: list[str]) -> tuple[str, tuple[str, ...]]:
    if not levels:
        return "", ()
    if not levels[-1].is_list:
        return levels[-1].key, tuple(name for name in names if name)
    above = [name for name in names if name]
    return (above[-1], tuple(above[:-1])) if above else ("", ())


def path_of(levels: list[_Level]) -> str:
    """Spell the place of the walk as a JSON path: ``$.items[0]['odd key']``."""
    parts = ["$"]
    for level in levels:
        if level.is_list:
            parts.append(f"[{level.index}]")
        elif _PLAIN_KEY.fullmatch(level.key):
            parts.append(f".{level.key}")
        else:
            parts.append("['" + level.key.replace("\\", "\\\\").replace("'", "\\'") + "']")
    return "".join(parts)


def unescaped(raw: str) -> str:
    """Give the value of a JSON text without its quotes; what is no valid escape stays as it is."""
    if "\\" not in raw:
        return raw
    try:
        value = json.loads(f'"{raw}"', strict=False)
    except ValueError:
        return raw
    return str(value)


def escaped(value: str) -> str:
    """Write a value as a JSON text without its quotes."""
    return json.dumps(value, ensure_ascii=False)[1:-1]
