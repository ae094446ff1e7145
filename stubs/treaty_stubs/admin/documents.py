"""What there is and what was asked, as the JSON documents of the admin API; without secrets."""

from __future__ import annotations

import base64
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.pactfile.writing import write_interaction
from treaty_stubs.answering import near_document
from treaty_stubs.concealment import Concealer
from treaty_stubs.inventory import InteractionView, ProviderView
from treaty_stubs.journal import FORWARDED
from treaty_stubs.platform import Asked, Platform

Document = dict[str, JsonValue]

MOST_SHOWN: Final = 100
_LAST_SEEN: Final = 4096


class RequestDocuments:
    """Requests of the journal as documents; what was shown lately is not made again. For any thread.

    Args:
        platform: whose requests they are.

    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._targets: dict[int, str] = {}
        self._lock = threading.Lock()

    def line(self, asked: Asked) -> Document:
        """Write a request as lists have it: without headers and body."""
        return self._line(asked, self._target(asked))

    def lines(self, requests: Sequence[Asked]) -> list[JsonValue]:
        """Write several."""
        return [self.line(asked) for asked in requests]

    def whole(self, asked: Asked) -> Document:
        """Write a request with all that is known of it."""
        concealer = Concealer(asked.entry.received)
        return {
            "request": self._line(asked, concealer.target),
            "headers": [{"name": name, "value": value} for name, value in concealer.headers],
            "body": _body(concealer.body, len(asked.entry.received.body)),
        }

    def _target(self, asked: Asked) -> str:
        # Looking for secrets costs most of all.
        number = asked.entry.number
        target = self._targets.get(number)
        if target is None:
            target = Concealer(asked.entry.received).target
            with self._lock:
                while len(self._targets) >= _LAST_SEEN:
                    del self._targets[next(iter(self._targets))]
                self._targets[number] = target
        return target

    def _line(self, asked: Asked, target: str) -> Document:
        entry, candidate = asked.entry, asked.candidate
        written: Document = {
            "number": entry.number,
            "time": datetime.fromtimestamp(entry.time, tz=UTC).isoformat(timespec="milliseconds"),
            "provider": asked.provider,
            "method": entry.received.method,
            "target": target,
            "status": entry.status,
            "missed": entry.missed,
            "interaction": None
            if candidate is None
            else {
                "id": self._platform.identity(candidate),
                "name": candidate.name,
                "consumer": candidate.consumer,
                "state": candidate.state,
            },
            "why": str(entry.why),
        }
        if entry.tie:
            written["tie"] = entry.tie
        if entry.fault:
            written["fault"] = entry.fault
        if entry.variation is not None:
            written["vary"] = entry.variation
        if entry.interaction == FORWARDED:
            written["forwarded"] = True
        if entry.nearest:
            written["nearest"] = [near_document(near) for near in entry.nearest]
        return written


def provider_document(view: ProviderView) -> Document:
    """Write a provider."""
    return {
        "name": view.name,
        "url": view.url,
        "consumers": view.consumers,
        "interactions": sum(view.consumers.values()),
        "served": view.served,
        "missed": view.missed,
        "ties": view.ties,
        "forgotten": view.forgotten,
        "unused": view.unused,
        "chosen_state": view.chosen_state,
        "states": view.states,
    }


def interaction_document(view: InteractionView) -> Document:
    """Write an interaction as lists have it."""
    candidate = view.candidate
    equals: list[JsonValue] = [{"name": each.name, "consumer": each.consumer} for each in view.equals]
    return {
        "id": view.id,
        "name": candidate.name,
        "provider": candidate.provider,
        "consumer": candidate.consumer,
        "state": candidate.state,
        "method": candidate.interaction.request.method,
        "path": candidate.interaction.request.path,
        "status": candidate.interaction.response.status,
        "served": view.served,
        **({"same_as": equals} if equals else {}),
    }


def whole_interaction_document(view: InteractionView) -> Document:
    """Write an interaction as its pact has it."""
    return {"interaction": interaction_document(view), "pact": write_interaction(view.candidate.interaction)}


def _body(data: bytes, size: int) -> Document:
    try:
        return {"text": data.decode(), "bytes": size}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode("ascii"), "bytes": size}
