"""Plays a script: sends its calls in order, takes what the answers make, and compares."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Final, Protocol

from treaty.errors import ExitStatus
from treaty.normalize.observations import SAFE_METHODS
from treaty.replay.binding import Unbound
from treaty.replay.comparing import Comparer, Difference, Given, leaves_of
from treaty.replay.script import Scene, Script
from treaty.replay.sending import Sender, Sent
from treaty.session.exchange import Edge
from treaty.verify.calls import Answer, Call, CallFailed
from treaty.verify.ports import Waiter

ANSWER_SECONDS: Final = 30.0
LONGEST_PAUSE: Final = 5.0
"""Seconds that are waited at most between two calls, as the recording did."""
LONGEST_WAIT: Final = 20.0
"""Seconds in which what changes by itself has to reach its recorded state."""
_POLL: Final = 0.1


class Verdict(enum.Enum):
    """What came of one call."""

    SAME = "same"
    DIFFERENT = "different"
    COULD_NOT = "could not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one call.

    Attributes:
        number: of the recorded exchange.
        edge: whose call it was.
        description: method and path as recorded, and the status of then.
        verdict: see there.
        differences: what the answer said otherwise.
        reason: why it could not be sent or had no answer.
        waited: seconds until the recorded state was there.
        answer: what came in the place of an answer with the recorded status.

    """

    number: int
    edge: Edge
    description: str
    verdict: Verdict
    differences: tuple[Difference, ...] = ()
    reason: str = ""
    waited: float = 0.0
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What came of all calls: how many of each verdict."""

    same: int = 0
    different: int = 0
    could_not: int = 0

    def exit_status(self) -> ExitStatus:
        """Give 1 when an answer differs, 3 when a call could not be made, 4 when there was none, else 0."""
        if self.different:
            return ExitStatus.BROKEN
        if self.could_not:
            return ExitStatus.COULD_NOT
        return ExitStatus.KEPT if self.same else ExitStatus.NOTHING_TO_DO


class Wire(Protocol):
    """Sends calls to the services."""

    def send(self, edge: Edge, call: Call, *, seconds: float) -> Answer:
        """Send a call over an edge and wait at most so long for the whole answer.

        Raises:
            CallFailed: when there is none.

        """


@dataclass(slots=True, kw_only=True)
class Player:
    """Plays a script once.

    Args:
        script: the calls.
        sender: writes them.
        comparer: judges the answers.
        wire: sends them.
        waiter: for what takes its time.
        now: the clock of the services, with a time zone.

    """

    script: Script
    sender: Sender
    comparer: Comparer
    wire: Wire
    waiter: Waiter
    now: Callable[[], datetime]

    def play(self) -> Iterator[Outcome]:
        """Send every call, and tell what came of it."""
        pauses = self._pauses()
        for scene, pause in zip(self.script.scenes, pauses, strict=True):
            if pause > 0:
                self.waiter.wait(pause)
            yield self._outcome(scene)

    def _pauses(self) -> list[float]:
        """Give the seconds before each call: as recorded, where something changes by itself meanwhile."""
        if not self.script.changes.steps:
            return [0.0] * len(self.script.scenes)
        gaps = [
            (after.item.started - before.item.ended).total_seconds() for before, after in pairwise(self.script.scenes)
        ]
        return [0.0, *(min(max(gap, 0.0), LONGEST_PAUSE) for gap in gaps)][: len(self.script.scenes)]

    def _outcome(self, scene: Scene) -> Outcome:
        begun = self.waiter.now()
        try:
            sent = self.sender.request(scene, self.now())
            answer, differences = self._ask(scene, sent, begun)
        except Unbound as missing:
            return self._told(scene, Verdict.COULD_NOT, reason=f"it needs the {missing}, which came not")
        except CallFailed as failed:
            return self._told(scene, Verdict.COULD_NOT, reason=str(failed))
        self.sender.answered(scene, answer)
        verdict = Verdict.DIFFERENT if differences else Verdict.SAME
        waited = self.waiter.now() - begun
        told = self._told(scene, verdict, differences=tuple(differences), waited=waited)
        return told if answer.status == scene.item.status else replace(told, answer=answer)

    def _ask(self, scene: Scene, sent: Sent, begun: float) -> tuple[Answer, list[Difference]]:
        """Send a call; a read whose answer is not there yet is repeated, within a bound."""
        while True:
            answer = self.wire.send(scene.item.edge, sent.call, seconds=ANSWER_SECONDS)
            self.comparer.bindings.learn(scene.item, leaves_of(answer, scene.item.response_payload))
            given = Given(item=scene.item, answer=answer, at=self.now(), written=sent.written)
            differences = self.comparer.differences(given)
            may_come = scene.item.method in SAFE_METHODS and any(each.early for each in differences)
            if not may_come or self.waiter.now() - begun > LONGEST_WAIT:
                return answer, differences
            self.waiter.wait(_POLL)

    @staticmethod
    def _told(
        scene: Scene,
        verdict: Verdict,
        *,
        differences: tuple[Difference, ...] = (),
        reason: str = "",
        waited: float = 0.0,
    ) -> Outcome:
        return Outcome(
            number=scene.item.number,
            edge=scene.item.edge,
            description=f"{scene.description} -> {scene.item.status}",
            verdict=verdict,
            differences=differences,
            reason=reason,
            waited=waited,
        )
