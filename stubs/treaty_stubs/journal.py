"""What a stub was asked, what it answered, and what was never asked for; bounded, and safe to read from any thread."""

from __future__ import annotations

import itertools
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

from treaty_stubs.message import Received


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place in which a request differs from an interaction.

    Attributes:
        location: as in `treaty.contract.mismatch.Mismatch`.
        rule: what decided, as ``regex [0-9]+``; ``equality`` where there is no rule.
        wanted: the example, without secrets.
        got: what came, without secrets; empty when nothing did.

    """

    location: str
    rule: str
    wanted: str
    got: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """An interaction that a missed request came near to, with its differences.

    Attributes:
        consumer: to whom it was promised.
        interaction: its description.
        state: the names of its provider states.
        differences: the first ones.
        more: how many there are beyond these; members and elements that were no longer compared count, too.

    """

    consumer: str
    interaction: str
    state: str
    differences: tuple[Difference, ...]
    more: int = 0


class Entry(NamedTuple):
    """One request with what became of it; a tuple, since one is made for every request.

    Attributes:
        number: counts from 1 over the life of the journal, or of all journals that share their numbers.
        time: seconds since the epoch.
        received: the request; long bodies are cut to `LONGEST_BODY`.
        status: what was answered.
        interaction: number of the interaction that answered, `GONE` when the pacts were read again and lack it,
            `FORWARDED` when a real provider answered, or None for a miss.
        why: what decided for it; for a miss, why a life cycle has no answer, and else empty.
        tie: the descriptions of interactions that fitted as well but answer differently.
        nearest: for a miss, the nearest interactions, nearest first.
        fault: the names of the faults that were played on the answer, joined by commas.
        variation: the number that gives the varied answer again; None when it was not varied.

    """

    number: int
    time: float
    received: Received
    status: int
    interaction: int | None
    why: str
    tie: tuple[str, ...] = ()
    nearest: tuple[Near, ...] = ()
    fault: str = ""
    variation: int | None = None

    @property
    def missed(self) -> bool:
        """No interaction answered."""
        return self.interaction is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Counts over the life of a journal.

    Attributes:
        served: requests that were answered, by an interaction or a real provider.
        forwarded: those of them that a real provider answered.
        missed: requests that none answered.
        ties: answers that only the order of names decided.
        used: the numbers of the interactions that answered.

    """

    served: int = 0
    forwarded: int = 0
    missed: int = 0
    ties: int = 0
    used: frozenset[int] = frozenset()


_Record: TypeAlias = tuple[
    int, float, Received, int, int | None, str, tuple[str, ...], tuple[Near, ...], str, int | None
]
"""What an `Entry` has, in its order: of thousands of requests a second few are ever looked at."""
Listener: TypeAlias = Callable[[Entry], None]

LONGEST_BODY: Final = 64 * 1024
GONE: Final = -1
"""In place of the number of an interaction that is no longer there."""
FORWARDED: Final = -2
"""In place of the number of an interaction, where a real provider answered."""


class Journal:
    """A ring of the last requests, and counts over all of them.

    Args:
        size: how many requests are kept.
        misses: how many of the missed requests are kept; apart, so that traffic that is served does not wash them out.

    """

    def __init__(self, *, size: int = 1000, misses: int = 1000) -> None:
        self._entries: deque[_Record] = deque(maxlen=size)
        self._misses: deque[_Record] = deque(maxlen=misses)
        # Dense, so that ten thousand interactions are counted in little memory.
        self._served = array("Q")
        self._asked = 0
        self._missed = 0
        self._ties = 0
        self._forwarded = 0
        self._numbers: Iterator[int] = itertools.count(1)
        self._listeners: tuple[Listener, ...] = ()
        self._before = Totals()

    def listen(self, listener: Listener) -> None:
        """Call a function with every entry from now on, in the thread of the server."""
        self._listeners = (*self._listeners, listener)

    def ignore(self, listener: Listener) -> None:
        """Call a function no longer that was given to `listen`."""
        self._listeners = tuple(each for each in self._listeners if each != listener)

    def number_by(self, numbers: Iterator[int]) -> None:
        """Take the numbers of further entries from an iterator that other journals take theirs from too."""
        self._numbers = numbers

    def clear(self) -> None:
        """Forget all requests and counts but the totals, in the thread of the server; numbers go on."""
        self._before = self.totals
        self._entries.clear()
        self._misses.clear()
        self._served = array("Q")
        self._asked = self._missed = self._ties = self._forwarded = 0

    def add(
        self,
        *,
        time: float,
        received: Received,
        status: int,
        interaction: int | None,
        why: str,
        tie: tuple[str, ...] = (),
        nearest: tuple[Near, ...] = (),
        fault: str = "",
        variation: int | None = None,
    ) -> None:
        """Enter a request."""
        if len(received.body) > LONGEST_BODY:
            received = received.cut(LONGEST_BODY)
        else:
            received.forget()
        self._asked += 1
        number = next(self._numbers)
        record = (number, time, received, status, interaction, why, tie, nearest, fault, variation)
        self._entries.append(record)
        if interaction is None:
            self._missed += 1
            self._misses.append(record)
        elif interaction < 0:
            self._forwarded += 1
        else:
            try:
                self._served[interaction] += 1
            except IndexError:
                self._make_room(interaction)
                self._served[interaction] += 1
            if tie:
                self._ties += 1
        if self._listeners:
            entry = Entry(*record)
            for listener in self._listeners:
                listener(entry)

    def _make_room(self, interaction: int) -> None:
        served = self._served
        served.extend([0] * max(interaction + 1 - len(served), len(served)))

    def renumber(self, numbers: Mapping[int, int]) -> None:
        """Give interactions other numbers, after pacts were read again; in the thread of the server.

        Args:
            numbers: the new numbers by the old ones; interactions that are not named are gone.

        """
        counts = {numbers[number]: count for number, count in enumerate(self._served) if number in numbers}
        self._served = array("Q", [counts.get(number, 0) for number in range(max(counts, default=-1) + 1)])
        used = frozenset(numbers[number] for number in self._before.used if number in numbers)
        self._before = replace(self._before, used=used)
        renumbered = [
            entry
            if entry.interaction in {None, FORWARDED}
            else entry._replace(interaction=numbers.get(entry.interaction or 0, GONE))
            for entry in self.entries
        ]
        self._entries = deque(map(_record_of, renumbered), maxlen=self._entries.maxlen)

    @property
    def entries(self) -> Sequence[Entry]:
        """The last requests, oldest first."""
        return tuple(map(Entry._make, self._entries.copy()))

    @property
    def misses(self) -> Sequence[Entry]:
        """The last requests that no interaction answered, oldest first."""
        return tuple(map(Entry._make, self._misses.copy()))

    @property
    def totals(self) -> Totals:
        """Counts over all requests, also those from before the journal was cleared."""
        before = self._before
        return Totals(
            served=before.served + self.served,
            forwarded=before.forwarded + self.forwarded,
            missed=before.missed + self.missed,
            ties=before.ties + self.ties,
            used=before.used | self.used,
        )

    @property
    def used(self) -> frozenset[int]:
        """The numbers of the interactions that answered since the journal was cleared."""
        return frozenset(number for number, count in enumerate(self._served) if count)

    @property
    def kept(self) -> Sequence[Entry]:
        """All that is kept, served or missed, oldest first."""
        entries = self.entries
        first = entries[0].number if entries else 0
        return (*(miss for miss in self.misses if miss.number < first), *entries)

    @property
    def forgotten(self) -> int:
        """How many requests came that are kept no longer."""
        return max(0, self._asked - len(self.kept))

    @property
    def served(self) -> int:
        """How many requests were answered, by an interaction or a real provider."""
        return self._asked - self._missed

    @property
    def missed(self) -> int:
        """How many requests no interaction answered."""
        return self._missed

    @property
    def forwarded(self) -> int:
        """How many of those that were answered a real provider answered."""
        return self._forwarded

    @property
    def ties(self) -> int:
        """How many answers were chosen by the order of names only."""
        return self._ties

    def count(self, interaction: int) -> int:
        """Count the requests that an interaction answered."""
        return self._served[interaction] if 0 <= interaction < len(self._served) else 0


def _record_of(entry: Entry) -> _Record:
    return (
        entry.number,
        entry.time,
        entry.received,
        entry.status,
        entry.interaction,
        entry.why,
        entry.tie,
        entry.nearest,
        entry.fault,
        entry.variation,
    )
