"""What the recorder process tells its parent: one line of JSON on its standard output for each event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from treaty.record.settings import RecordedEdge
from treaty.session.exchange import Edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """All listeners are open; the ports are real ones."""

    edges: tuple[RecordedEdge, ...]
    proxy_port: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """How many exchanges are stored so far, by edge, and how many of them have no answer of the provider."""

    counts: Mapping[Edge, int] = field(default_factory=dict)
    failed: Mapping[Edge, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunBegun:
    """What comes in from now on belongs to this run."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The recorder ends because of an error: the code of a class of `treaty.errors`, and its four texts."""

    code: str
    what: str
    where: str = ""
    why: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Everything is stored and closed; `cut` calls were still unanswered when the time was over."""

    cut: int = 0


Event: TypeAlias = Ready | RunBegun | Stored | Failed | Stopped


def encode_event(event: Event) -> str:
    """Write an event as a line without its end."""
    record: dict[str, Any]
    match event:
        case Ready():
            record = {
                "event": "ready",
                "edges": [[each.edge.consumer, each.edge.provider, each.port, each.upstream] for each in event.edges],
                "proxy_port": event.proxy_port,
            }
        case RunBegun():
            record = {"event": "run-begun", "number": event.number}
        case Stored():
            record = {"event": "stored", "counts": _pairs(event.counts), "failed": _pairs(event.failed)}
        case Failed():
            record = {"event": "failed", "code": event.code, "what": event.what}
            record |= {"where": event.where, "why": event.why, "hint": event.hint}
        case Stopped():
            record = {"event": "stopped", "cut": event.cut}
    return json.dumps(record)


def decode_event(line: str) -> Event:
    """Read what `encode_event` wrote.

    Raises:
        ValueError: when the line is no event.

    """
    try:
        record = json.loads(line)
        match record["event"]:
            case "ready":
                edges = tuple(
                    RecordedEdge(edge=Edge(consumer=consumer, provider=provider), port=port, upstream=upstream)
                    for consumer, provider, port, upstream in record["edges"]
                )
                return Ready(edges=edges, proxy_port=record["proxy_port"])
            case "run-begun":
                return RunBegun(number=record["number"])
            case "stored":
                return Stored(counts=_mapping(record["counts"]), failed=_mapping(record["failed"]))
            case "failed":
                texts = {name: str(record[name]) for name in ("code", "what", "where", "why", "hint")}
                return Failed(**texts)
            case "stopped":
                return Stopped(cut=record["cut"])
    except (KeyError, TypeError) as fault:
        raise ValueError(f"not an event: {fault}") from None
    raise ValueError("not an event that we know")


def _pairs(counts: Mapping[Edge, int]) -> list[tuple[str, str, int]]:
    return [(edge.consumer, edge.provider, count) for edge, count in counts.items()]


def _mapping(pairs: list[tuple[str, str, int]]) -> dict[Edge, int]:
    return {Edge(consumer=consumer, provider=provider): count for consumer, provider, count in pairs}
