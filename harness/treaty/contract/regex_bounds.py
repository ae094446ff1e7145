"""What a regular expression may cost: how long and how often repeated it may be, and how long a search may take.

`regex` writes out what repeats a fixed number of times, so a short pattern may need all memory there is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from time import thread_time
from typing import Final, TypeVar

_Found = TypeVar("_Found")

_LONGEST: Final = 10_000
"""Characters of a pattern."""

_MOST_REPEATS: Final = 100_000
"""Of one part; Oniguruma's own bound."""

_MOST_WRITTEN_OUT: Final = 5000
"""Parts of a pattern with its fixed repetitions written out; each takes some 300 bytes."""

_TOKEN: Final = re.compile(r"\\.|\{(\d*)(,?)(\d*)\}|[^\\]", re.DOTALL)
_ODD: Final = re.compile(r"\)[*+{]|\\[1-9gk]")
_VARIABLE: Final = re.compile(r"\\.|[*+]|\{\d*,\d*\}|\?|\|", re.DOTALL)
QUICK_LENGTH: Final = 2000
"""Texts below this length are short enough for patterns that cannot explode."""

_QUICK_STEPS: Final = 2 * QUICK_LENGTH**2
_PATIENCE: Final = 10
_LONG: Final = 0.1
_SHORT: Final = 0.001
_PER_CHARACTER: Final = 1e-6
"""Seconds: what a search needs that reads its text once, and some more."""


def too_large(pattern: str) -> str:
    """Say why a pattern is more than what is compiled, or give an empty text."""
    if len(pattern) > _LONGEST:
        return f"it has {len(pattern):,} characters; at most {_LONGEST:,} are read"
    # Without repetitions it is not larger than it is long.
    return "it repeats too often" if "{" in pattern and _repeats_too_often(pattern) else ""


def _repeats_too_often(pattern: str) -> bool:
    totals, last, brackets = [0], 0, 0
    for token in _TOKEN.finditer(pattern):
        text = token[0]
        if brackets:
            brackets += {"[": 1, "]": -1}.get(text, 0)
        elif text == "(":
            totals.append(0)
        elif len(text) > 1 and text[0] == "{" and (token[1] or token[3]):
            least = _number(token[1])
            if max(least, _number(token[3])) > _MOST_REPEATS:
                return True
            more = last * max(least - 1, 0)
            totals[-1] += more
            last += more
        elif text == ")" and len(totals) > 1:
            last = max(totals.pop(), 1)
            totals[-1] += last
        elif text not in {"*", "+", "?"}:
            brackets = int(text == "[")
            last = 1
            totals[-1] += 1
        if totals[-1] > max(_MOST_WRITTEN_OUT, len(pattern)):
            return True
    return False


def _number(digits: str) -> int:
    # More digits than any bound has; int() itself refuses thousands.
    return int(digits[:9] or "0")


def cannot_explode(pattern: str) -> bool:
    """Tell whether a search in a text of less than 2,000 characters is quick whatever the text is."""
    if _ODD.search(pattern):
        return False
    steps = 1
    nested = "(" in pattern
    for part in _VARIABLE.findall(pattern):
        if part in {"*", "+"} or part[0] == "{":
            steps *= QUICK_LENGTH
        elif part == "?" or (part == "|" and nested):
            steps *= 2
        if steps > _QUICK_STEPS:
            return False
    return True


class Patience:
    """How long searches may take: long at first, and hardly at all after ten that did not come to an end.

    A file may hold thousands of patterns and texts that never do.
    """

    def __init__(self) -> None:
        self._in_vain = 0

    def seconds(self, length: int) -> float:
        """Give the time limit of the next search in a text of `length` characters, in seconds of processor time."""
        return _LONG if self._in_vain < _PATIENCE else _SHORT + length * _PER_CHARACTER

    def search(self, run: Callable[[float], _Found | None], length: int) -> _Found | None:
        """Run a search in a text of `length` characters; None when it finds nothing, or in its time.

        Args:
            run: searches with a limit in seconds; raises `TimeoutError`. `regex` counts the time of all threads of the
                process, so a search that others took the time from begins again with a longer limit.
            length: in characters.

        """
        allowed = limit = self.seconds(length)
        started = thread_time()
        while True:
            try:
                return run(limit)
            except TimeoutError:
                if thread_time() - started >= allowed:
                    self._in_vain += 1
                    return None
                limit *= 2
