"""Identities that continue: numbers and codes count on, other forms are made fresh."""

from __future__ import annotations

import random
import re
import string
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty_stubs.render.created import maker

_COUNTED: Final = re.compile(r"(.*?)(\d+)")
_FEWEST_DIGITS: Final = 3


def next_identity(example: JsonValue, last: JsonValue, chance: random.Random) -> JsonValue:
    """Give the identity of the next item.

    Args:
        example: as it was recorded; the first item has it, where it counts.
        last: of the item before; None for the first one.
        chance: where forms that do not count come from.

    """
    if isinstance(example, bool) or not isinstance(example, (int, str)):
        return example
    if isinstance(example, int):
        return last + 1 if isinstance(last, int) else example
    make = maker(example)
    if make is not None:
        return make(chance)
    match = _COUNTED.fullmatch(example)
    if match is not None and len(match[2]) >= _FEWEST_DIGITS:
        if not isinstance(last, str):
            return example
        before = _COUNTED.fullmatch(last)
        number = int(before[2] if before is not None else match[2]) + 1
        return f"{match[1]}{number:0{len(match[2])}d}"
    return example if last is None else "".join(_other(mark, chance) for mark in example)


def _other(mark: str, chance: random.Random) -> str:
    for marks in (string.digits, string.ascii_lowercase, string.ascii_uppercase):
        if mark in marks:
            return chance.choice(marks)
    return mark
