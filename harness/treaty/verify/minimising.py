"""Which steps of a provider state its interactions can do without, found by trying (DESIGN 4.4).

A step stays when somebody names a value that it gives, or when an interaction is not kept without it. All that nobody
names is tried at once; failing that, step by step from the last one, each with the steps that only it gives values to.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from treaty.errors import counted
from treaty.verify.renaming import names_of
from treaty.verify.setup_steps import ExpectStep, State, names_in_request

MOST_TRIALS: Final = 200
"""So many trials are made for one provider."""
MOST_SECONDS: Final = 900.0
"""After so long, no more trials are made for one provider."""


@dataclass(slots=True, kw_only=True)
class Trials:
    """Counts the trials of one provider.

    Attributes:
        most: so many may be made.
        seconds: so long they may take, from the first one on.
        clock: seconds from any moment on.
        made: so many were.
        is_exhausted: whether one more was wanted.
        limit: what was used up then, for people.

    """

    most: int = MOST_TRIALS
    seconds: float = MOST_SECONDS
    clock: Callable[[], float] = time.monotonic
    made: int = 0
    is_exhausted: bool = field(default=False, init=False)
    limit: str = field(default="", init=False)
    _begun: float | None = field(default=None, init=False)

    def take(self) -> bool:
        """Count one more trial, if one is left."""
        now = self.clock()
        self._begun = now if self._begun is None else self._begun
        if self.made >= self.most:
            self.limit = counted(self.most, "trial")
        elif now - self._begun > self.seconds:
            self.limit = counted(round(self.seconds / 60), "minute")
        else:
            self.made += 1
            return True
        self.is_exhausted = True
        return False


def dispensable_steps(
    state: State, *, used: Collection[str], is_kept: Callable[[frozenset[int]], bool], trials: Trials
) -> frozenset[int]:
    """Find the steps of a state that may go, by their indexes.

    Args:
        state: with all its steps its interactions are kept.
        used: variables that the interactions name.
        is_kept: judges, on a fresh provider, all interactions of the state without these steps.
        trials: what is left of the trials of this provider.

    """
    ties = _Ties(state, used)
    everything = ties.free(range(len(state.steps)))
    if not everything:
        return frozenset()
    if trials.take() and is_kept(everything):
        return everything
    dropped: frozenset[int] = frozenset()
    failed = {everything}
    for index in sorted(everything, reverse=True):
        wanted = dropped | ties.fed_by(index)
        if index in dropped or wanted in failed:
            continue
        if not trials.take():
            break
        if is_kept(wanted):
            dropped = wanted
        else:
            failed.add(wanted)
    return dropped


class _Ties:
    """Which steps give values to which."""

    def __init__(self, state: State, used: Collection[str]) -> None:
        self._steps: Final = state.steps
        self._used: Final = frozenset(used)

    def free(self, chosen: Iterable[int]) -> frozenset[int]:
        """Leave out those that something else needs, until nothing does; what dependencies answer always stays."""
        found = {index for index in chosen if not isinstance(self._steps[index], ExpectStep)}
        while tied := [index for index in found if self._given(index) & self._asked_beside(found)]:
            found -= set(tied)
        return frozenset(found)

    def fed_by(self, index: int) -> frozenset[int]:
        """Give a step with all that ask for its values, or for theirs; nothing of it is needed elsewhere."""
        found = {index}
        for other in range(index + 1, len(self._steps)):
            if any(self._given(each) & self._asked(other) for each in found):
                found.add(other)
        return frozenset(found)

    def _asked_beside(self, dropped: Collection[int]) -> frozenset[str]:
        return self._used.union(*(self._asked(index) for index in self._others(dropped)))

    def _others(self, dropped: Collection[int]) -> Sequence[int]:
        return [index for index in range(len(self._steps)) if index not in dropped]

    def _asked(self, index: int) -> frozenset[str]:
        step = self._steps[index]
        if isinstance(step, ExpectStep):
            return frozenset(names_in_request(step.request))
        return frozenset(names_of(step))

    def _given(self, index: int) -> frozenset[str]:
        step = self._steps[index]
        return frozenset() if isinstance(step, ExpectStep) else frozenset(step.bind)
