"""How the value of a leaf may be spelt elsewhere, and what it may be called there."""

from __future__ import annotations

import re
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import KEY_FIELDS, NUMBER_FIELDS, Name
from treaty.normalize.shapes import RARE, Shape, shape_of

_LEAST_RARE_LENGTH: Final = 6


def spellings(leaf: Leaf) -> tuple[JsonValue, ...]:
    """Give the values that a leaf may stand for: outside bodies everything is text, so ``7`` may be 7 or "7"."""
    value = leaf.value
    if leaf.location.startswith("body") and "|" not in leaf.location:
        return (value,)
    if isinstance(value, str) and re.fullmatch(r"0|-?[1-9]\d{0,18}", value):
        return (value, int(value))
    return (value, str(value)) if isinstance(value, int) else (value,)


def names(leaf: Leaf) -> tuple[Name, ...]:
    """Give what a leaf may be called elsewhere: a text in a path is a key, whatever bodies call it."""
    if not isinstance(leaf.value, str):
        return (leaf.name,)
    if leaf.location.startswith("body.$") and leaf.name.field in KEY_FIELDS:
        return (leaf.name, Name(entity=leaf.name.entity, field="id"))
    if not leaf.location.startswith("path["):
        return (leaf.name,)
    return (leaf.name, *(Name(entity=leaf.name.entity, field=field) for field in sorted(KEY_FIELDS | NUMBER_FIELDS)))


def speaks_for_itself(value: JsonValue) -> bool:
    """Tell whether two equal values of this form are the same value, not chance."""
    shape = shape_of(value)
    return shape in RARE or (shape is Shape.EMAIL and isinstance(value, str) and len(value) >= _LEAST_RARE_LENGTH)


def is_condition(leaf: Leaf) -> bool:
    """Tell whether a leaf is the condition of a request (RFC 9110 section 13.1)."""
    return leaf.location.lower() in {"header.if-match", "header.if-none-match"}
