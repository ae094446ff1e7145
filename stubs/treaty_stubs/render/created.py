"""Fresh identities in place of those that the provider made in the recording."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue

Make: TypeAlias = Callable[[random.Random], JsonValue]

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_HEX: Final = re.compile(r"(?=.*\d)(?=.*[a-fA-F])([0-9a-f]{8,128}|[0-9A-F]{8,128})")
_LARGEST: Final = 2**31 - 1
_EXACT: Final = 2**50
"""A random fraction has 53 bits, so that below this every whole number can come."""


def maker(example: JsonValue) -> Make | None:
    """Find how a value of the kind of an example is made: a whole number, a UUID or hexadecimal digits.

    Returns:
        None for other kinds; the new values have the length and the case of the example.

    """
    if isinstance(example, bool):
        return None
    if isinstance(example, int):
        return _number_maker(example)
    if not isinstance(example, str):
        return None
    if _UUID.fullmatch(example):
        return _uuid_maker(upper=_is_upper(example))
    if _HEX.fullmatch(example):
        return _hex_maker(len(example), upper=_is_upper(example))
    return None


def _is_upper(example: str) -> bool:
    """Tell whether there are letters, all of them upper case; canonical examples have none, and most are lower."""
    return example.upper() == example != example.lower()


def _number_maker(example: int) -> Make | None:
    if example < 0:
        return None
    # Small numbers would soon repeat, so fresh ones have at least seven digits. They fit 31 bits if the example does.
    digits = max(len(str(example)), 7)
    most = 10**digits - 1
    if example <= _LARGEST:
        most = min(most, _LARGEST)
    return _between(10 ** (digits - 1), most)


@lru_cache(maxsize=64)
def _between(least: int, most: int) -> Make:
    span = most - least + 1
    if span < _EXACT:
        return lambda chance: least + int(chance.random() * span)  # several times as quick as `randint`
    return lambda chance: chance.randint(least, most)


@lru_cache(maxsize=2)
def _uuid_maker(*, upper: bool) -> Make:
    def make(chance: random.Random) -> str:
        # Version 4 and the variant of RFC 9562; the class UUID takes several times as long.
        digits = f"{chance.getrandbits(128):032x}"
        variant = "89ab"[int(digits[16], 16) & 3]
        text = f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
        return text.upper() if upper else text

    return make


@lru_cache(maxsize=256)
def _hex_maker(length: int, *, upper: bool) -> Make:
    form = f"0{length}{'X' if upper else 'x'}"
    return lambda chance: format(chance.getrandbits(4 * length), form)
