"""The faults of all stubs of one run: declared, switched while they run, and drawn by a seed."""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.errors import UsageError, did_you_mean
from treaty_stubs.faults.model import UNSEEN, Effect, Fault, RecordedTimes
from treaty_stubs.faults.playing import play
from treaty_stubs.message import Answer, Ending, Received


class Faults:
    """Chooses the faults that an answer has. Steer it in the thread that answers.

    Args:
        declared: those that are played from the beginning on, and again after `reset`.
        seed: makes the same requests meet the same faults in every run: whether the n-th request that a fault is
            about is met, and how late it is, follows from the seed, the name of the fault and n. None draws a seed.
        times: what ``latency: recorded`` takes its times from.

    Attributes:
        seed: as given or drawn.
        active: whether any fault is on.

    """

    def __init__(
        self, declared: Iterable[Fault] = (), *, seed: int | None = None, times: RecordedTimes | None = None
    ) -> None:
        self.seed: Final = secrets.randbelow(2**31) if seed is None else seed
        self._declared = tuple(declared)
        self._times = times
        self._faults = self._declared
        self._about: Counter[str] = Counter()
        self._played: Counter[str] = Counter()
        self._active = self._find_active()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All faults, those that are off too, in their order."""
        return self._faults

    def played(self, name: str) -> int:
        """Count the answers that a fault was played on, since it was switched on."""
        return self._played[name]

    def counts(self) -> Mapping[str, int]:
        """Count the answers that each fault was played on, since it was switched on; by name, in their order."""
        return {fault.name: self._played[fault.name] for fault in self._faults}

    def document(self) -> JsonValue:
        """Give the faults as a document (``schema.json``)."""
        from treaty_stubs.faults.document import write_faults  # noqa: PLC0415 - it knows schemas; most stubs need none

        return write_faults(self._faults)

    def play(self, document: JsonValue, *, check: Callable[[Sequence[Fault]], None] | None = None) -> None:
        """Play these faults from the next request on, and no others.

        Args:
            document: of faults.
            check: raises TreatyError when they are not to be played.

        Raises:
            ConfigInvalid: when the document is not one of faults; nothing is changed then.

        """
        from treaty_stubs.faults.document import accept_faults  # noqa: PLC0415 - as above

        faults = accept_faults(document, times=self._times)
        if check is not None:
            check(faults)
        self.replace(faults)

    def replace(self, faults: Iterable[Fault]) -> None:
        """Play these faults from the next request on, and no others; their counts begin anew."""
        self._faults = tuple(faults)
        self._about.clear()
        self._played.clear()
        self._active = self._find_active()

    def switch(self, name: str, *, on: bool) -> None:
        """Switch one fault on or off; its counts begin anew.

        Raises:
            UsageError: when there is no fault of that name.

        """
        names = [fault.name for fault in self._faults]
        if name not in names:
            raise UsageError(
                f"there is no fault '{name}'",
                why=f"there are: {', '.join(names) or 'none'}",
                hint=did_you_mean(name, names),
            )
        self._faults = tuple(replace(fault, on=on) if fault.name == name else fault for fault in self._faults)
        self._about.pop(name, None)
        self._played.pop(name, None)
        self._active = self._find_active()

    def reset(self) -> None:
        """Play again what was declared in the beginning, from the first request on."""
        self.replace(self._declared)

    def treat(self, provider: str, received: Received, answer: Answer) -> tuple[Answer, str]:
        """Play the faults that a request meets on its answer; give that and their names, joined by commas."""
        met: list[tuple[Fault, float]] = []
        said: frozenset[Effect] = frozenset()
        for fault in self._active:
            if not fault.meets(provider=provider, method=received.method, path=received.path):
                continue
            portion = self._draw(fault)
            # What earlier faults leave nothing to say is not played, so it is not used up either.
            if portion is None or fault.effects <= said:
                continue
            self._played[fault.name] += 1
            said |= fault.effects | (UNSEEN if fault.connection in {Ending.RESET, Ending.EMPTY} else frozenset())
            met.append((fault, portion))
        if not met:
            return answer, ""
        return play(met, answer), ", ".join(fault.name for fault, _ in met)

    def _draw(self, fault: Fault) -> float | None:
        """Give the portion that a latency is drawn by; None for a request that is not met."""
        if fault.times is not None and self._played[fault.name] >= fault.times:
            return None
        self._about[fault.name] += 1
        chance = random.Random(f"{self.seed}/{fault.name}/{self._about[fault.name]}")  # noqa: S311 - to be repeatable
        if chance.random() >= fault.share:
            return None
        return chance.random()

    def _find_active(self) -> tuple[Fault, ...]:
        found = tuple(fault for fault in self._faults if fault.on)
        self.active = bool(found)
        return found
