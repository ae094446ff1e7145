"""Wires `treaty strength`: pacts of files and folders, measured one interaction after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from treaty.adapters.pact_files import read_documents
from treaty.errors import ExitStatus, NothingToDo
from treaty.session.reader import open_session
from treaty.strength.change import Harm
from treaty.strength.measuring import measure_pact
from treaty.strength.score import InteractionStrength, Tally
from treaty.strength.session_facts import SessionFacts
from treaty.verify.document import PactDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class PactStarted:
    """A pact is being measured; `interactions` of all kinds, also those that cannot be."""

    source: str
    consumer: str
    provider: str
    interactions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionMeasured:
    """One interaction was measured, or could not be."""

    pact: PactStarted
    strength: InteractionStrength


@dataclass(frozen=True, slots=True, kw_only=True)
class PactMeasured:
    """A pact was measured.

    Attributes:
        pact: which one.
        tally: the counts of its interactions.
        refusing: how many of them refuse their own example.
        below: whether it stays below what was asked for.

    """

    pact: PactStarted
    tally: Tally
    refusing: int
    below: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All pacts were measured.

    Attributes:
        pacts: one after the other.
        tally: of all together.
        kinds: harmful changes by kind: caught, and all.
        minimum: what each pact was to reach, from 0 to 1; None when nothing was asked for.

    """

    pacts: tuple[PactMeasured, ...]
    tally: Tally
    kinds: dict[Harm, tuple[int, int]] = field(default_factory=dict)
    minimum: Fraction | None = None

    @property
    def interactions(self) -> int:
        """How many there were."""
        return sum(each.pact.interactions for each in self.pacts)

    def exit_status(self) -> ExitStatus:
        """Give 1 when a pact stays below what was asked for, else 0."""
        return ExitStatus.BROKEN if any(each.below for each in self.pacts) else ExitStatus.KEPT


MeasurementEvent: TypeAlias = PactStarted | InteractionMeasured | PactMeasured | Measured
Handle: TypeAlias = Callable[[MeasurementEvent], None]


def measure_pacts(
    places: Sequence[Path], *, session: Path | None, minimum: Decimal | None, handle: Handle
) -> ExitStatus:
    """Measure the pacts of files and folders, and hand every event over.

    Args:
        places: files and folders.
        session: a session folder with more evidence.
        minimum: the percentage that each pact has to reach, from 0 to 100.
        handle: gets the events in order.

    Raises:
        FileMissing: when a file or folder is not there, or may not be read.
        PactUnreadable: when a file is not a pact.
        SessionUnreadable: when the session is none.
        NothingToDo: when there is no reply that could be changed.

    """
    documents = read_documents(places)
    facts = None if session is None else SessionFacts(open_session(session))
    share = None if minimum is None else Fraction(minimum) / 100
    kinds: dict[Harm, tuple[int, int]] = {}
    pacts = tuple(_measure(document, facts, share, kinds, handle) for document in documents)
    tally = sum((each.tally for each in pacts), Tally())
    if not tally.harmful and not tally.alarms:
        raise NothingToDo(
            "there is no reply to change",
            where=", ".join(map(str, places)),
            why="no pact has an interaction over HTTP" if documents else "there is no pact",
            hint="treaty record and treaty normalize write pacts",
        )
    measured = Measured(pacts=pacts, tally=tally, kinds=kinds, minimum=share)
    handle(measured)
    return measured.exit_status()


def _measure(
    document: PactDocument,
    facts: SessionFacts | None,
    minimum: Fraction | None,
    kinds: dict[Harm, tuple[int, int]],
    handle: Handle,
) -> PactMeasured:
    pact = PactStarted(
        source=document.source,
        consumer=document.consumer,
        provider=document.provider,
        interactions=len(document.interactions),
    )
    handle(pact)
    tally, refusing = Tally(), 0
    for strength in measure_pact(document, session=facts):
        tally += strength.tally
        refusing += strength.refused
        for kind, (caught, count) in strength.kinds.items():
            before = kinds.get(kind, (0, 0))
            kinds[kind] = (before[0] + caught, before[1] + count)
        handle(InteractionMeasured(pact=pact, strength=strength))
    score = tally.score
    below = minimum is not None and (refusing > 0 or (score is not None and score < minimum))
    measured = PactMeasured(pact=pact, tally=tally, refusing=refusing, below=below)
    handle(measured)
    return measured
