"""A long session without the exchanges that say again what others say, about other things (DESIGN 8).

A session is read once for fingerprints, some numbers an exchange, and once more for the exchanges that
`treaty.normalize.kept_flows` chose. Those go through all passes; so work and memory grow with what is different.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from treaty.normalize.fingerprints import Reader
from treaty.normalize.kept_flows import Columns, choose
from treaty.session.exchange import Edge, Exchange

LONGEST_WHOLE: Final = 1_000
"""So many exchanges are taken as they are: what there is of them costs little, and each may matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is left of a session.

    Attributes:
        exchanges: in the order of the session.
        likes: how many others one of them stands for, by its number.
        beside: the numbers of those that stay only because others came from them.
        observed: number of exchanges by edge, left out or not.

    """

    exchanges: Sequence[Exchange]
    likes: Mapping[int, int]
    observed: Mapping[Edge, int]
    beside: frozenset[int] = frozenset()


def without_repeats(exchanges: Iterable[Exchange]) -> Kept:
    """Leave out what says nothing new; of a short session nothing.

    Args:
        exchanges: the session; one that is long is read twice, so an iterator is held as a whole.

    """
    session = list(exchanges) if isinstance(exchanges, Iterator) else exchanges
    first: list[Exchange] = []
    for item in session:
        first.append(item)
        if len(first) > LONGEST_WHOLE:
            break
    else:
        return Kept(exchanges=first, likes={}, observed=Counter(item.edge for item in first))
    del first
    reader, columns, observed = Reader(), Columns(), Counter[Edge]()
    for item in session:
        columns.take(item, reader.read(item))
        observed[item.edge] += 1
    chosen = choose(columns)
    kept: list[Exchange] = []
    likes: dict[int, int] = {}
    beside: set[int] = set()
    for index, (stays, item) in enumerate(zip(chosen.kept, session, strict=False)):
        # What a recorder has added meanwhile is for the next time.
        if stays:
            kept.append(item)
            if not chosen.told[index]:
                beside.add(item.number)
            elif index in chosen.likes:
                likes[item.number] = chosen.likes[index]
    return Kept(exchanges=kept, likes=likes, observed=observed, beside=frozenset(beside))
