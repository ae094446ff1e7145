"""How much memory what clients had made may take, and about how much a value takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from treaty.contract.json_value import JsonValue

MOST_BYTES: Final = 128 * 1024 * 1024
"""In one space, of all providers."""
MOST_BYTES_OF_ALL: Final = 512 * 1024 * 1024
"""In all spaces and their copies together."""
MOST_VALUES: Final = 5000
"""Of one request that a life cycle follows."""
_OF_VALUE: Final = 200
"""What a value and its place in a table take, beside the text of both."""


def weight_of(document: JsonValue) -> int:
    """Give about how many bytes of memory a JSON value takes."""
    weight = 0
    level: list[JsonValue] = [document]
    while level:
        value = level.pop()
        weight += _OF_VALUE
        if isinstance(value, str):
            weight += len(value)
        elif isinstance(value, Mapping):
            weight += sum(map(len, value))
            level += value.values()
        elif isinstance(value, list):
            level += value
    return weight


def weight_of_table(*tables: Mapping[str, JsonValue]) -> int:
    """Give about how many bytes values take by their places."""
    return sum(len(place) + weight_of(value) for table in tables for place, value in table.items())


def shown_bytes(count: int) -> str:
    """Write a number of bytes as people say it."""
    return f"{count // (1024 * 1024)} MiB" if count >= 1024 * 1024 else f"{count} bytes"
