"""What a measurement found out, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from treaty.strength.change import RULES, Harm, Harmless


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """A harmful change that the contract does not notice.

    Attributes:
        kind: what was changed.
        location: where, as in reports of `verify`.
        before, after: what stood there and what stands there now, for people.
        because: why it can be a break.

    """

    kind: Harm
    location: str
    before: str
    after: str
    because: str

    @property
    def rule(self) -> str:
        """Which rule would catch it."""
        return RULES[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarm:
    """A harmless change that the contract complains of.

    Attributes:
        kind: what was changed; None is the healthy reply as it is.
        location: where.
        before, after: what stood there and what stands there now.
        because: why it is harmless.
        complaints: what the contract says: place and sentence.

    """

    kind: Harmless | None
    location: str
    before: str
    after: str
    because: str
    complaints: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many harmful changes there were and were caught, how many harmless ones there were and were complained of.

    Attributes:
        harmful, caught: changes that break a promise, and those of them that the contract notices.
        harmless, alarms: changes that a healthy provider may make, and those of them that the contract complains of.
        undecided: scalars of which nothing tells what they follow from; only their type was changed.

    """

    harmful: int = 0
    caught: int = 0
    harmless: int = 0
    alarms: int = 0
    undecided: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            harmful=self.harmful + other.harmful,
            caught=self.caught + other.caught,
            harmless=self.harmless + other.harmless,
            alarms=self.alarms + other.alarms,
            undecided=self.undecided + other.undecided,
        )

    @property
    def score(self) -> Fraction | None:
        """The share of the harmful changes that were caught, from 0 to 1; None when there were none."""
        return Fraction(self.caught, self.harmful) if self.harmful else None


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionStrength:
    """The measurement of one interaction.

    Attributes:
        position: in the file, from 0.
        description: of the interaction.
        states: names of its provider states.
        tally: the counts.
        kinds: harmful changes by kind: caught, and all.
        survivors: those that were not caught.
        alarms: the complaints about harmless ones.
        sampled: whether something of the answer was too long to be looked at in full.
        unmeasured: why nothing was measured; empty when something was.
        refused: whether that is because it refuses its own example.

    """

    position: int
    description: str
    states: tuple[str, ...]
    tally: Tally = Tally()
    kinds: Mapping[Harm, tuple[int, int]] = field(default_factory=dict)
    survivors: tuple[Survivor, ...] = ()
    alarms: tuple[FalseAlarm, ...] = ()
    sampled: bool = False
    unmeasured: str = ""
    refused: bool = False


def percent(score: Fraction) -> str:
    """Write a share as a percentage with one decimal, rounded down: only all of it is 100.0."""
    tenths = score.numerator * 1000 // score.denominator
    return f"{tenths // 10}.{tenths % 10}"
