"""What ``session.json`` says about a recording as a whole (DESIGN 6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from treaty.errors import SessionUnreadable
from treaty.session.exchange import Edge
from treaty.session.runs import Run, run_from, run_record
from treaty.session.upgrades import FORMAT, upgrade_info

INFO_FILE: Final = "session.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeAddress:
    """Where an edge was recorded, so that absolute links in answers can be followed back to it.

    Attributes:
        edge: consumer and provider.
        listen: the URL that the recorder offered, or empty for the forward proxy.
        upstream: the URL of the provider behind it.

    """

    edge: Edge
    listen: str
    upstream: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInfo:
    """A recording as a whole.

    Attributes:
        format: the number of the format that the folder was written in.
        started: when the recorder was ready, with its offset.
        ended: when it was closed in good order, else None (it runs still, or was killed).
        edges: the declared edges; an edge of an undeclared target appears in the exchanges only.
        addresses: where each declared edge listened and what was behind it.
        clock: UTC offset of the recording machine, as ``+02:00``.
        versions: versions of the tools, by name.
        redaction: how secrets were treated: ``on``, ``off``, or ``on, allowed: NAME, ...``.
        runs: in order; none when nothing says when the only one began.

    """

    started: datetime
    edges: tuple[Edge, ...]
    format: int = FORMAT
    ended: datetime | None = None
    addresses: tuple[EdgeAddress, ...] = ()
    clock: str = "+00:00"
    versions: Mapping[str, str] = field(default_factory=dict)
    redaction: str = "on"
    runs: tuple[Run, ...] = ()


def write_info(info: SessionInfo) -> bytes:
    """Render ``session.json``: indented JSON with a newline at its end."""
    record: dict[str, Any] = {
        "format": info.format,
        "started": info.started.isoformat(),
        "ended": None if info.ended is None else info.ended.isoformat(),
        "clock": info.clock,
        "redaction": info.redaction,
        "versions": dict(info.versions),
        "runs": [run_record(run) for run in info.runs],
        "edges": [{"consumer": edge.consumer, "provider": edge.provider} for edge in info.edges],
        "addresses": [
            {
                "consumer": address.edge.consumer,
                "provider": address.edge.provider,
                "listen": address.listen,
                "upstream": address.upstream,
            }
            for address in info.addresses
        ],
    }
    return json.dumps(record, ensure_ascii=False, indent=2).encode() + b"\n"


def read_info(data: bytes, *, source: str) -> SessionInfo:
    """Read ``session.json`` of this or an older format.

    Args:
        data: the file's bytes.
        source: its path, for errors.

    Raises:
        SessionUnreadable: when it is not ours, damaged, or of a newer format.

    """
    try:
        record = json.loads(data)
    except ValueError as fault:
        raise _unreadable(source, f"it is not JSON: {fault}") from None
    if not isinstance(record, dict) or not isinstance(record.get("format"), int):
        raise _unreadable(source, "it has no format number")
    found: int = record["format"]
    if not 1 <= found <= FORMAT:
        raise SessionUnreadable(
            "the session was written by a newer Treaty",
            where=source,
            why=f"its format is {found}, this version knows formats up to {FORMAT}",
            hint="upgrade Treaty, or record again",
        )
    try:
        return _info_from(upgrade_info(record), found)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise _unreadable(source, f"a field is missing or malformed: {fault}") from None


def _info_from(record: Mapping[str, Any], found: int) -> SessionInfo:
    return SessionInfo(
        format=found,
        started=datetime.fromisoformat(record["started"]),
        ended=datetime.fromisoformat(record["ended"]) if record["ended"] else None,
        clock=str(record["clock"]),
        redaction=str(record["redaction"]),
        versions={str(name): str(version) for name, version in record["versions"].items()},
        runs=tuple(run_from(item) for item in record["runs"]),
        edges=tuple(_edge(item) for item in record["edges"]),
        addresses=tuple(
            EdgeAddress(edge=_edge(item), listen=str(item["listen"]), upstream=str(item["upstream"]))
            for item in record["addresses"]
        ),
    )


def _edge(item: Mapping[str, Any]) -> Edge:
    return Edge(consumer=str(item["consumer"]), provider=str(item["provider"]))


def _unreadable(source: str, why: str) -> SessionUnreadable:
    return SessionUnreadable("the folder is not a session that we can read", where=source, why=why)
