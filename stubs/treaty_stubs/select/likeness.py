"""Roughly, which of many interactions of one endpoint a request is like: leaf by leaf, without asking the rules."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence
from typing import Final

from treaty_stubs.message import Received
from treaty_stubs.select.candidate import Candidate
from treaty_stubs.select.leaves import Leaf, Reader, Where, leaves_of, reader_of

_MOST_PLACES: Final = 64
_OPEN_WEIGHT: Final = 0.25
"""What a leaf counts that rules leave open, where one that must be equal counts 1."""


class Likeness:
    """The leaves of the examples of one endpoint.

    Args:
        candidates: of one method and path template, in their default order.

    """

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._candidates = tuple(candidates)
        self._leaves: list[tuple[Leaf, ...]] | None = None
        self._readers: dict[Where, Reader] = {}

    def most_like(self, received: Received, *, count: int) -> Sequence[Candidate]:
        """Give the candidates that differ from a request in the fewest leaves, the most like first."""
        if len(self._candidates) <= count:
            return self._candidates
        listed = self._known_leaves()
        came = {where: reader(received) for where, reader in self._readers.items()}

        def unlikeness(position: int) -> tuple[float, int]:
            differing = 0.0
            for leaf in listed[position]:
                if came.get(leaf.where, leaf.token) != leaf.token:
                    differing += 1 if leaf.required else _OPEN_WEIGHT
            return differing, position

        return [self._candidates[position] for position in heapq.nsmallest(count, range(len(listed)), key=unlikeness)]

    def _known_leaves(self) -> list[tuple[Leaf, ...]]:
        if self._leaves is None:
            self._leaves = [tuple(leaves_of(candidate.interaction.request)) for candidate in self._candidates]
            places = Counter(leaf.where for listed in self._leaves for leaf in listed if leaf.where[0] != "path")
            self._readers = {where: reader_of(where) for where, _ in places.most_common(_MOST_PLACES)}
        return self._leaves
