"""A verification as JSON lines: one object an event."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final, TextIO

from treaty.errors import TreatyError
from treaty.verify.events import Event, InteractionJudged, RequestUnanswered, RunStarted
from treaty.verify.outcome import Outcome


class JsonLinesReport:
    """Writes one line an event; call it with each event in order."""

    def __init__(self, stream: TextIO) -> None:
        self._stream: Final = stream

    def __call__(self, event: Event) -> None:
        """Write one event."""
        self._stream.write(json.dumps(event_as_json(event), ensure_ascii=False) + "\n")
        self._stream.flush()


def event_as_json(event: Event) -> dict[str, Any]:
    """Give the object for an event; its key `event` tells which one."""
    if isinstance(event, RunStarted):
        return {"event": "run-started", **asdict(event)}
    if isinstance(event, InteractionJudged):
        return {"event": "interaction", **_outcome(event.outcome)}
    if isinstance(event, RequestUnanswered):
        return {"event": "finding", **asdict(event.unanswered)}
    counts = {**asdict(event.summary), "total": event.summary.total}
    return {"event": "run-finished", **counts, "exit_status": int(event.exit_status)}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "pact": outcome.pact,
        "consumer": outcome.consumer,
        "provider": outcome.provider,
        "position": outcome.position,
        "description": outcome.description,
        "states": list(outcome.states),
        "verdict": outcome.verdict.value,
        "pending": outcome.pending,
        "differences": [asdict(difference) for difference in outcome.differences],
        "reason": None if outcome.reason is None else _reason(outcome.reason),
        "seconds": round(outcome.seconds, 6),
        "setup_calls": outcome.setup_calls,
        "round": outcome.round,
    }


def _reason(reason: TreatyError) -> dict[str, str]:
    return {"code": reason.code, "what": reason.what, "where": reason.where, "why": reason.why, "hint": reason.hint}
