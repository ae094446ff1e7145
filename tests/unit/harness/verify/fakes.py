"""Stand-ins for the outside world of the verification core: a scripted provider, and time that jumps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from treaty.contract.json_value import JsonValue, dumps
from treaty.verify.calls import Answer, Call


@dataclass
class ScriptedCalls:
    """Answers by a function of the call, and remembers all calls."""

    answer: Callable[[Call], Answer]
    sent: list[Call] = field(default_factory=list)

    def send(self, call: Call, *, seconds: float) -> Answer:
        """Answer as scripted."""
        assert seconds > 0
        self.sent.append(call)
        return self.answer(call)


@dataclass
class JumpingTime:
    """Time that passes only when somebody waits."""

    moment: float = 100.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> float:
        """Seconds."""
        return self.moment

    def wait(self, seconds: float) -> None:
        """Let time pass at once."""
        self.waits.append(seconds)
        self.moment += seconds


def in_turn(answers: Sequence[Answer]) -> Callable[[Call], Answer]:
    """Give one answer after the other, the last one for ever."""
    rest = list(answers)
    return lambda _call: rest.pop(0) if len(rest) > 1 else rest[0]


def json_answer(status: int, value: JsonValue) -> Answer:
    """Build an answer with a JSON body."""
    return Answer(status=status, headers=(("Content-Type", "application/json"),), body=dumps(value).encode())
