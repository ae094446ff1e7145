"""What differs between two contracts, as values.

The consumer's side decides whether a change is breaking: whoever was written for the old contract must be able to work
with every provider that keeps the new one. Where the provider has to do more than before, the change is a demand.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

LINE_OF_DOUBT: Final = "it cannot be shown to be safe"


class Fate(enum.Enum):
    """What became of an interaction."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change.

    Attributes:
        part: ``request``, ``response``, ``message``, ``reply`` (numbered from 0 in `location`) or ``interaction``.
        location: as in `treaty.contract.mismatch`, or ``provider state``, ``description``, ``pending``; ``[*]`` stands
            for any element.
        old: what the old contract says there.
        new: what the new one says.
        breaking: a consumer written for the old contract may fail.
        demand: a provider that keeps the old contract may not keep the new one.
        reason: why, as a sentence without a full stop.

    """

    part: str
    location: str
    old: str
    new: str
    breaking: bool
    demand: bool
    reason: str

    @property
    def affected(self) -> tuple[str, ...]:
        """Who has to act: ``consumer`` when it is breaking, ``provider`` when it is a demand."""
        return (("consumer",) if self.breaking else ()) + (("provider",) if self.demand else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionDifference:
    """An interaction in which something changed, or which is in one contract only.

    Attributes:
        description: as in the new contract, or in the old one when it was removed.
        states: the names of its provider states, likewise.
        fate: what became of it.
        changes: in the order of matching, the request first.

    """

    description: str
    states: tuple[str, ...]
    fate: Fate
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PactDifference:
    """What differs between two contracts of one consumer and one provider.

    Attributes:
        consumer, provider: their names.
        interactions: those with changes, in the order of the old contract, then the added ones.
        compared: how many interactions the two contracts hold together, each pair counted once.

    """

    consumer: str
    provider: str
    interactions: tuple[InteractionDifference, ...]
    compared: int

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes, in order."""
        return tuple(change for interaction in self.interactions for change in interaction.changes)

    @property
    def breaking(self) -> bool:
        """Whether any change is breaking."""
        return any(change.breaking for change in self.changes)
