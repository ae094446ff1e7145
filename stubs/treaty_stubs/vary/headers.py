"""Headers of an answer in other forms that the contract accepts."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from treaty.contract.rules import RuleList
from treaty.contract.scopes import Rules
from treaty_stubs.vary.bounds import Bounds
from treaty_stubs.vary.values import other_value

Lines: TypeAlias = tuple[tuple[str, str], ...]

OURS: Final = "X-Treaty-Match"
_KEPT: Final = frozenset(
    {
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-location",
        "content-range",
        "content-type",
        "etag",
        "last-modified",
        "link",
        "location",
        "set-cookie",
        "vary",
        "www-authenticate",
    }
)
"""Headers with a meaning to HTTP itself: another value would be another answer."""
_PRINTABLE: Final = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?")
_SHARE: Final = 0.3


def read_lines(head: bytes) -> Lines:
    """Take header lines apart."""
    return tuple(
        (name, value) for name, _, value in (line.partition(": ") for line in head.decode("latin-1").split("\r\n")[:-1])
    )


def write_lines(lines: Lines) -> bytes:
    """Put header lines together."""
    return "".join(f"{name}: {value}\r\n" for name, value in lines).encode("latin-1")


def header_edits(
    lines: Lines, rules: Mapping[str, RuleList], bounds: Bounds, chance: random.Random
) -> Iterator[Callable[[Lines], Lines]]:
    """Draw edits of a head, to be made one after the other: names in other letters, one more header, values.

    Args:
        lines: of the answer.
        rules: of the promised headers, by name.
        bounds: of the contract.
        chance: where they are drawn from.

    """
    if chance.random() < _SHARE:
        yield lambda lines: tuple((name if name == OURS else name.lower(), value) for name, value in lines)
    by_name = {name.lower(): Rules(listed) for name, listed in rules.items()}
    for position, (name, value) in enumerate(lines):
        lowered = name.lower()
        listed = by_name.get(lowered)
        if listed is None or lowered in _KEPT or bounds.holds_header(lowered) or chance.random() >= _SHARE:
            continue
        other = other_value(listed, value, chance)
        if isinstance(other, str) and _PRINTABLE.fullmatch(other) and other != value:
            yield _with_value(position, other)
    if chance.random() < _SHARE:
        yield lambda lines: (*lines, ("X-Added-By-Treaty", "1"))


def _with_value(position: int, value: str) -> Callable[[Lines], Lines]:
    return lambda lines: (*lines[:position], (lines[position][0], value), *lines[position + 1 :])
