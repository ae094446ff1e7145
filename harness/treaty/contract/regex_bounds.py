"""What a regular expression may cost: how long and how often repeated it may be, and how long a search may take.

`regex` writes out what repeats a fixed number of times, so a short pattern may need all memory there is.
"""

from __future__ import annotations

import re
from threading import Lock
from time import perf_counter
from types import TracebackType
from typing import Final, Self

_LONGEST: Final = 10_000
"""Characters of a pattern."""

_MOST_REPEATS: Final = 100_000
"""Oniguruma's own bound of one repetition; here also that of all parts which are written out."""

_TOKEN: Final = re.compile(r"\\.|\{(\d*)(,?)(\d*)\}|[^\\]", re.DOTALL)
_ODD: Final = re.compile(r"\)[*+?{]|\\[1-9gk]")
_VARIABLE: Final = re.compile(r"\\.|[*+]|\{\d*,\d*\}|\?|\|", re.DOTALL)
_QUICK_LENGTH: Final = 2000
_QUICK_STEPS: Final = 2 * _QUICK_LENGTH**2
_DEAR: Final = 0.1
_PATIENCE: Final = 1.0
_CHEAP: Final = 0.001


def too_large(pattern: str) -> str:
    """Say why a pattern is more than what is compiled, or give an empty text."""
    if len(pattern) > _LONGEST:
        return f"it has {len(pattern):,} characters; at most {_LONGEST:,} are read"
    return f"it repeats more than {_MOST_REPEATS:,} times" if _repeats_too_often(pattern) else ""


def _repeats_too_often(pattern: str) -> bool:
    """Count the parts of a pattern with fixed repetitions written out, innermost groups first."""
    totals, last, brackets = [0], 0, 0
    for token in _TOKEN.finditer(pattern):
        text = token[0]
        if brackets:
            brackets += {"[": 1, "]": -1}.get(text, 0)
            continue
        if text == "(":
            totals.append(0)
            continue
        if len(text) > 1 and text[0] == "{" and (token[1] or token[3]):
            least = _number(token[1])
            if max(least, _number(token[3])) > _MOST_REPEATS:
                return True
            # Nothing is written out for a part that may be missing, but what is inside is compiled once.
            totals[-1] += last * max(least - 1, 0)
            last *= max(least, 1)
        elif text == ")" and len(totals) > 1:
            last = max(totals.pop(), 1)
            totals[-1] += last
        elif text not in {"*", "+", "?"}:
            brackets = int(text == "[")
            last = 1
            totals[-1] += 1
        if totals[-1] > _MOST_REPEATS:
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
    for token in _VARIABLE.findall(pattern):
        if token in {"*", "+"} or token[0] == "{":
            steps *= _QUICK_LENGTH
        elif token == "?" or (token == "|" and nested):
            steps *= 2
        if steps > _QUICK_STEPS:
            return False
    return True


class Patience:
    """How long searches may take: long at first, and hardly at all after searches have wasted a second in vain.

    A file may hold thousands of patterns and texts that never come to an end.
    """

    def __init__(self) -> None:
        self._wasted = 0.0
        self._lock: Final = Lock()

    @property
    def seconds(self) -> float:
        """The time limit of the next search."""
        return _CHEAP if self._wasted > _PATIENCE else _DEAR

    def search(self) -> _Search:
        """Give a context for one search: a TimeoutError in it counts as waste."""
        return _Search(self)

    def waste(self, seconds: float) -> None:
        """Count the time of a search that was given up."""
        with self._lock:
            self._wasted += seconds


class _Search:
    __slots__ = ("_begun", "_patience")

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._begun = 0.0

    def __enter__(self) -> Self:
        self._begun = perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is TimeoutError:
            self._patience.waste(perf_counter() - self._begun)
