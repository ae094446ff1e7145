"""A verification as JSON lines: one object an event."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from typing import Any, Final, TextIO

from treaty.errors import TreatyError
from treaty.verify.calls import Answer
from treaty.verify.events import Event, InteractionJudged, RequestUnanswered, RunStarted
from treaty.verify.outcome import Outcome
from treaty.verify.sent_request import SentRequest


class JsonLinesReport:
    """Writes one line an event; call it with each event in order."""

    def __init__(self, stream: TextIO) -> None:
        self._stream: Final = stream

    def __call__(self, event: Event) -> None:
        """Write one event."""
        line = json.dumps(event_as_json(event), ensure_ascii=False)
        # Half a surrogate pair cannot be written in UTF-8; with a backslash it is an escape of JSON.
        self._stream.write(line.encode(errors="backslashreplace").decode() + "\n")
        self._stream.flush()


def event_as_json(event: Event) -> dict[str, Any]:
    """Give the object for an event; its key `event` tells which one."""
    if isinstance(event, RunStarted):
        return {"event": "run-started", **_start(event)}
    if isinstance(event, InteractionJudged):
        return {"event": "interaction", **_outcome(event.outcome)}
    if isinstance(event, RequestUnanswered):
        return {"event": "finding", **asdict(event.unanswered)}
    counts = {**asdict(event.summary), "total": event.summary.total}
    return {"event": "run-finished", **counts, "exit_status": int(event.exit_status)}


def _start(event: RunStarted) -> dict[str, Any]:
    return {
        "provider": event.provider,
        "base_url": event.base_url,
        "engine": event.engine,
        "started": event.started,
        "pacts": list(event.pacts),
        "interactions": event.interactions,
        "rounds": event.rounds,
        "clock": event.clock,
        "notes": list(event.notes),
    }


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
        "note": outcome.note,
        "form": "" if outcome.form is None else outcome.form.value,
        "seconds": round(outcome.seconds, 6),
        "setup_calls": outcome.setup_calls,
        "round": outcome.round,
        "request": None if outcome.request is None else _request(outcome.request),
        "answer": None if outcome.answer is None else _answer(outcome.answer),
    }


def _request(request: SentRequest) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": request.url,
        "headers": [list(line) for line in request.headers],
        **_body(request.body),
        "variables": list(request.variables),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {"status": answer.status, "headers": [list(line) for line in answer.headers], **_body(answer.body)}


def _body(data: bytes | None) -> dict[str, Any]:
    """Give a body; one that is no text is base64, and `encoded` says so as in a pact."""
    if data is None:
        return {"body": None, "encoded": ""}
    try:
        return {"body": data.decode(), "encoded": ""}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(data).decode(), "encoded": "base64"}


def _reason(reason: TreatyError) -> dict[str, str]:
    return {"code": reason.code, "what": reason.what, "where": reason.where, "why": reason.why, "hint": reason.hint}
