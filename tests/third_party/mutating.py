"""Breaks a running server in many ways, one at a time, and asks `treaty verify` each time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tests.third_party.alterations import Fault, faults, harmless
from tests.third_party.endpoints import Endpoint, endpoint_of, endpoints_of
from tests.third_party.proving import PROVIDER, Prover, Verdicts
from tests.third_party.wire import Wire
from tests.third_party.witnesses import Sample, samples_of

_SERVER_LIVES: Final = 120
"""Verifications after which the server is started anew: what they leave behind would make it slow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """What came out on the wire.

    Attributes:
        harmful: harmful changes that reached an answer.
        broken: after which an interaction was broken.
        untold: after which none was broken, but one could not be told.
        missed: the others, each in one line.
        harmless: harmless changes that reached an answer.
        alarms: those after which not everything was kept, with the first complaint.

    """

    harmful: int
    broken: int
    untold: int
    missed: tuple[str, ...]
    harmless: int
    alarms: tuple[str, ...]

    @property
    def caught(self) -> int:
        """How many were noticed."""
        return self.broken + self.untold


class Mutator:
    """Mutates one system.

    Args:
        prover: which recorded it.
        most: how many harmful changes are tried, chosen evenly.

    """

    def __init__(self, prover: Prover, most: int) -> None:
        self._prover: Final = prover
        self._most: Final = most
        self._usual: set[str] = set()
        self._endpoints: Final = endpoints_of(prover.pacts / f"client-{PROVIDER}.json")

    def mutate(self) -> Mutation:
        """Try all of them."""
        wire = Wire()
        with wire.listening() as url:
            with self._prover.serving() as wire.upstream:
                for _ in range(2):
                    self._prover.verify(url)
                planned = self._plan(wire)
                tried, alarms = self._try_harmless(wire, url)
            broken, untold, missed = 0, 0, []
            applied = 0
            for start in range(0, len(planned), _SERVER_LIVES):
                with self._prover.serving() as wire.upstream:
                    for fault in planned[start : start + _SERVER_LIVES]:
                        verdicts = self._try(wire, url, fault)
                        if verdicts is None:
                            continue
                        applied += 1
                        noticed = set(verdicts.complaints) - self._usual
                        told = bool(noticed) and bool(verdicts.broken)
                        broken += told
                        untold += bool(noticed) and not told
                        if not noticed:
                            missed.append(
                                f"{fault.endpoint.text}: {fault.kind.value} at {fault.place} ({fault.because})"
                            )
        return Mutation(
            harmful=applied,
            broken=broken,
            untold=untold,
            missed=tuple(missed),
            harmless=tried,
            alarms=tuple(alarms),
        )

    def _plan(self, wire: Wire) -> Sequence[Fault]:
        by_endpoint: dict[Endpoint, list[Sample]] = {}
        for sample in samples_of(wire.passed):
            endpoint = endpoint_of(self._endpoints, sample.asked, sample.reply)
            if endpoint is not None:
                by_endpoint.setdefault(endpoint, []).append(sample)
        found = [fault for endpoint, samples in by_endpoint.items() for fault in faults(endpoint, samples)]
        step = max(1.0, len(found) / max(1, self._most))
        return [found[int(number * step)] for number in range(min(len(found), self._most))]

    def _try(self, wire: Wire, url: str, fault: Fault) -> Verdicts | None:
        """Verify the interactions of the endpoint, and, when they are kept, all; None when nothing was altered."""
        wire.alteration, wire.altered = fault.among(self._endpoints), 0
        try:
            verdicts = self._prover.verify(url, "--description", fault.endpoint.text)
            if not wire.altered:
                return None
            return self._prover.verify(url) if set(verdicts.complaints) <= self._usual else verdicts
        finally:
            wire.alteration = None
            wire.passed.clear()

    def _try_harmless(self, wire: Wire, url: str) -> tuple[int, list[str]]:
        tried, alarms = 0, []
        self._usual = set(self._prover.verify(url).complaints)
        for kind, alteration in harmless():
            wire.alteration, wire.altered = alteration, 0
            verdicts = self._prover.verify(url)
            wire.alteration = None
            if wire.altered:
                tried += 1
                alarms += [f"{kind.value}: {each}" for each in self._new(verdicts.complaints, self._usual)]
        return tried, alarms

    @staticmethod
    def _new(complaints: Sequence[str], usual: set[str]) -> Iterator[str]:
        known = {each.partition(": ")[0] for each in usual}
        yield from (each for each in complaints if each.partition(": ")[0] not in known)
