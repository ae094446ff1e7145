"""Sets of texts as automata, and the search for a text that some of them hold and others do not.

The automata are those of Thompson (Communications of the ACM 11, 1968); they are run side by side, each on the set of
states that it may be in, so that no automaton is ever made deterministic as a whole.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from treaty.contract.difference_patterns import (
    OTHER,
    OTHER_DIGIT,
    OTHER_LETTER,
    OTHER_SPACE,
    SYMBOLS,
    Chain,
    Characters,
    Choice,
    Pattern,
    Repeat,
    Tree,
)

_MOST_STATES: Final = 3000
"""Of one automaton."""

_MOST_STEPS: Final = 5000
"""Combinations of states that one search looks at."""

_SHOWN: Final = {OTHER_DIGIT: "٣", OTHER_LETTER: "é", OTHER_SPACE: "\u2003", OTHER: "€"}
_PREFERRED: Final = "a0A1b-_./: "

States: TypeAlias = frozenset[int]
Wanted: TypeAlias = Callable[[tuple[bool, ...]], bool]


class SearchTooLarge(RuntimeError):
    """A question needs more states than we look at."""


class Language:
    """A set of texts. `exact` is False when it holds texts beside those that it stands for."""

    __slots__ = ("_accepting", "_edges", "_free", "_known", "exact", "masks", "start")

    def __init__(self, pattern: Pattern) -> None:
        self.exact = pattern.exact
        self._edges: list[list[tuple[int, int]]] = []
        self._free: list[list[int]] = []
        self._known: dict[tuple[States, int], States] = {}
        first, self._accepting = self._build(pattern.tree)
        self.start = self._closed([first])
        self.masks = frozenset(mask for edges in self._edges for mask, _ in edges)

    def accepts(self, states: States) -> bool:
        """Tell whether a text that leads to these states is in the set."""
        return self._accepting in states

    def step(self, states: States, symbol: int) -> States:
        """Go on by one symbol."""
        known = self._known.get((states, symbol))
        if known is None:
            bit = 1 << symbol
            known = self._closed([end for state in states for mask, end in self._edges[state] if mask & bit])
            self._known[states, symbol] = known
        return known

    def _closed(self, states: Iterable[int]) -> States:
        reached, ahead = set(states), list(states)
        while ahead:
            for end in self._free[ahead.pop()]:
                if end not in reached:
                    reached.add(end)
                    ahead.append(end)
        return frozenset(reached)

    def _state(self) -> int:
        if len(self._edges) >= _MOST_STATES:
            raise SearchTooLarge
        self._edges.append([])
        self._free.append([])
        return len(self._edges) - 1

    def _build(self, tree: Tree) -> tuple[int, int]:
        """Add states for a tree; gives the first and the last."""
        if isinstance(tree, Characters):
            first, last = self._state(), self._state()
            self._edges[first].append((tree.mask, last))
            return first, last
        if isinstance(tree, Chain):
            first = last = self._state()
            for part in tree.parts:
                last = self._append(last, part)
            return first, last
        if isinstance(tree, Choice):
            first, last = self._state(), self._state()
            for option in tree.options:
                begin, end = self._build(option)
                self._free[first].append(begin)
                self._free[end].append(last)
            return first, last
        return self._repeat(tree)

    def _append(self, state: int, part: Tree) -> int:
        begin, end = self._build(part)
        self._free[state].append(begin)
        return end

    def _repeat(self, tree: Repeat) -> tuple[int, int]:
        first = last = self._state()
        for _ in range(tree.least):
            last = self._append(last, tree.part)
        if tree.most is None:
            hub = self._state()
            self._free[last].append(hub)
            self._free[self._append(hub, tree.part)].append(hub)
            return first, hub
        exit_state = self._state()
        self._free[last].append(exit_state)
        for _ in range(tree.most - tree.least):
            last = self._append(last, tree.part)
            self._free[last].append(exit_state)
        return first, exit_state


@lru_cache(maxsize=1024)
def build_language(pattern: Pattern) -> Language:
    """Build the automaton of a pattern.

    Raises:
        SearchTooLarge: when it has too many states.

    """
    return Language(pattern)


def find_text(languages: Sequence[Language], *, possible: Wanted, wanted: Wanted) -> str | None:
    """Find a shortest text by the sets that it is in.

    Args:
        languages: the sets.
        possible: told for each set whether a longer text could still be in it; False ends the search there.
        wanted: told for each set whether the text is in it.

    Returns:
        The text, with one character standing for each symbol; None when there is none.

    Raises:
        SearchTooLarge: when it cannot be told with reasonable effort.

    """
    symbols = _representatives(languages)
    start = tuple(language.start for language in languages)
    before: dict[tuple[States, ...], tuple[tuple[States, ...], int] | None] = {start: None}
    ahead = deque([start])
    while ahead:
        states = ahead.popleft()
        if wanted(tuple(language.accepts(one) for language, one in zip(languages, states, strict=True))):
            return _spell(before, states)
        for symbol in symbols:
            reached = tuple(language.step(one, symbol) for language, one in zip(languages, states, strict=True))
            if reached not in before and possible(tuple(map(bool, reached))):
                before[reached] = (states, symbol)
                ahead.append(reached)
        if len(before) > _MOST_STEPS:
            raise SearchTooLarge
    return None


def _representatives(languages: Sequence[Language]) -> list[int]:
    """Choose one symbol of each group that no automaton tells apart, those that read well first."""
    masks = sorted({mask for language in languages for mask in language.masks})
    chosen: dict[tuple[bool, ...], int] = {}
    printable = [*map(ord, _PREFERRED), *range(33, 127)]
    for symbol in (*printable, *range(SYMBOLS)):
        chosen.setdefault(tuple(bool(mask >> symbol & 1) for mask in masks), symbol)
    return list(chosen.values())


def _spell(before: dict[tuple[States, ...], tuple[tuple[States, ...], int] | None], states: tuple[States, ...]) -> str:
    symbols: list[int] = []
    step = before[states]
    while step is not None:
        states, symbol = step
        symbols.append(symbol)
        step = before[states]
    return "".join(_SHOWN.get(symbol) or chr(symbol) for symbol in reversed(symbols))
