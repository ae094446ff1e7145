"""What a fault is: which requests it meets, how often, and what it does to their answers."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Protocol, TypeAlias
from urllib.parse import unquote

from treaty.contract.json_value import JsonValue
from treaty_stubs.message import Ending

Curve: TypeAlias = tuple[tuple[float, float], ...]
"""Points of a distribution: percent of the requests, and the seconds that they take at most; both ascend."""


class Effect(enum.Enum):
    """What a fault says of an answer; of each, the first fault that says it holds."""

    LATENCY = enum.auto()
    STATUS = enum.auto()
    CONTENT_TYPE = enum.auto()
    MALFORMED = enum.auto()
    CONNECTION = enum.auto()
    DRIP = enum.auto()


UNSEEN: Final = frozenset(Effect) - {Effect.LATENCY}
"""What nobody sees of an answer that never begins: its connection is reset or closed in its place."""

_PART: Final = re.compile(r"\{[^{}/]*\}|\*\*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Time before the first byte of an answer.

    Attributes:
        curve: one point is a fixed time; between points the time is interpolated, below the first it starts at 0.
        recorded: the curve comes from a recording.

    """

    curve: Curve
    recorded: bool = False

    def draw(self, portion: float) -> float:
        """Give the seconds that a portion (from 0 to 1) of the requests do not exceed."""
        percent = portion * 100
        before, seconds_before = (0.0, self.curve[0][1] if len(self.curve) == 1 else 0.0)
        for at, seconds in self.curve:
            if percent <= at:
                share = 1.0 if at == before else (percent - before) / (at - before)
                return seconds_before + (seconds - seconds_before) * share
            before, seconds_before = at, seconds
        return seconds_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. What is not said leaves the answer as it is.

    Attributes:
        name: unique among the faults of a stub; shown wherever it was played.
        provider, method: whose stub, and which method; None means any.
        path: template of a path: ``{name}`` is one segment, ``**`` any rest; None means any path.
        share: the portion of the requests that it meets, from 0 to 1.
        times: after so many it is over; None means never.
        on: it is played.
        latency: time before the first byte.
        status: in place of the recorded one; the answer then has `headers` and `body`, and nothing that was recorded.
        headers, body: of an answer with `status`; a body that is no text is sent as JSON, and None stands for a
            problem document that names the fault.
        content_type: in place of the recorded one.
        malformed: the content is cut and followed by bytes that are neither UTF-8 nor JSON.
        connection: how the answer ends.
        drip: seconds over which the content goes out in small pieces.

    """

    name: str
    provider: str | None = None
    method: str | None = None
    path: str | None = None
    share: float = 1.0
    times: int | None = None
    on: bool = True
    latency: Latency | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: JsonValue = None
    content_type: str | None = None
    malformed: bool = False
    connection: Ending = Ending.WHOLE
    drip: float | None = None

    @property
    def effects(self) -> frozenset[Effect]:
        """What the fault says of an answer."""
        says = {
            Effect.LATENCY: self.latency is not None,
            Effect.STATUS: self.status is not None,
            Effect.CONTENT_TYPE: self.content_type is not None,
            Effect.MALFORMED: self.malformed,
            Effect.CONNECTION: self.connection is not Ending.WHOLE,
            Effect.DRIP: self.drip is not None,
        }
        return frozenset(effect for effect, is_said in says.items() if is_said)

    def meets(self, *, provider: str, method: str, path: str) -> bool:
        """Tell whether a request, with its raw path, is one that the fault is about."""
        return (
            self.provider in {None, provider}
            and self.method in {None, method}
            and (self.path is None or _pattern(self.path).fullmatch(unquote(path)) is not None)
        )


class RecordedTimes(Protocol):
    """How long providers took in a recording."""

    def curve(self, fault: Fault) -> Curve:
        """Give the times of the calls that a fault meets; empty when there are none."""


@lru_cache(maxsize=1024)
def _pattern(template: str) -> re.Pattern[str]:
    parts: list[str] = []
    position = 0
    for match in _PART.finditer(template):
        parts += [re.escape(template[position : match.start()]), ".*" if match[0] == "**" else "[^/]+"]
        position = match.end()
    return re.compile("".join(parts) + re.escape(template[position:]), re.DOTALL)
