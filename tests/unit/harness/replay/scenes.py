"""Plays a session against prepared answers, for the tests of replays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.unit.harness.normalize.sessions import START
from treaty.replay.binding import Bindings
from treaty.replay.comparing import Comparer
from treaty.replay.playing import Outcome, Player
from treaty.replay.script import script_of
from treaty.replay.sending import Sender
from treaty.session.exchange import Edge, Exchange
from treaty.verify.calls import Answer, Call, CallFailed


@dataclass
class PreparedWire:
    """Gives answers one after the other, the last one again and again; a text is a failure."""

    answers: Sequence[Answer | str]
    sent: list[tuple[Edge, Call]] = field(default_factory=list)

    def send(self, edge: Edge, call: Call, *, seconds: float) -> Answer:
        """Take a call."""
        assert seconds > 0
        self.sent.append((edge, call))
        answer = self.answers[min(len(self.sent), len(self.answers)) - 1]
        if isinstance(answer, str):
            raise CallFailed(answer)
        return answer


@dataclass
class TellingWaiter:
    """Time that passes only when somebody waits."""

    waited: list[float] = field(default_factory=list)

    def now(self) -> float:
        """Seconds that were waited so far."""
        return sum(self.waited)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.waited.append(seconds)


def answer_of(exchange: Exchange) -> Answer:
    """Give the answer of an exchange as it comes over the wire."""
    assert exchange.response is not None
    response = exchange.response
    return Answer(status=response.status, headers=response.headers, body=response.content.data)


@dataclass
class Replayed:
    """What came of a replay, and what was sent."""

    outcomes: list[Outcome]
    wire: PreparedWire
    waiter: TellingWaiter

    @property
    def said(self) -> list[str]:
        """Each difference, and each reason, as a line."""
        return [
            line
            for outcome in self.outcomes
            for line in (
                *(f"{each.place}: {each.recorded} / {each.got}" for each in outcome.differences),
                *([outcome.reason] if outcome.reason else []),
            )
        ]


def replayed(
    recorded: Sequence[Exchange],
    answers: Sequence[Answer | str] | None = None,
    *,
    now: Sequence[datetime] = (START + timedelta(days=30),),
    fresh: bool = True,
    secrets: dict[str, str] | None = None,
    random: frozenset[tuple[int, str]] = frozenset(),
    stored: bool = False,
) -> Replayed:
    """Replay a session.

    Args:
        recorded: the session.
        answers: what comes back; the recorded answers when it is left out.
        now: the time of each call, the last one for all that follow.
        fresh: whether the providers hold nothing.
        secrets: values for headers and fields.
        random: as of `Comparer`.
        stored: whether the replay is recorded.

    """
    script = script_of(recorded)
    given = [answer_of(scene.exchange) for scene in script.scenes] if answers is None else answers
    bindings = Bindings(flow=script.flow, fresh=fresh)
    wire, waiter = PreparedWire(given), TellingWaiter()

    def clock() -> datetime:
        return now[min(max(len(wire.sent) - 1, 0), len(now) - 1)]

    player = Player(
        script=script,
        sender=Sender(bindings=bindings, secrets=secrets or {}, recorded=stored),
        comparer=Comparer(script=script, bindings=bindings, random=random),
        wire=wire,
        waiter=waiter,
        now=clock,
    )
    return Replayed(outcomes=list(player.play()), wire=wire, waiter=waiter)
