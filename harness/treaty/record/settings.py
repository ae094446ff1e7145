"""What the recorder process is told, and how it is passed on: one line of JSON on its standard input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from treaty.session.exchange import Edge
from treaty.session.runs import Run, run_from, run_record


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEdge:
    """An edge with a listener of its own.

    Attributes:
        edge: consumer and provider.
        port: where to listen; 0 picks a free port.
        upstream: ``scheme://host[:port]`` of the provider.

    """

    edge: Edge
    port: int
    upstream: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecorderSettings:
    """Everything that the recorder process must know.

    Attributes:
        session: the folder to write; made if need be.
        edges: the edges with listeners.
        host: the address to listen on.
        proxy_port: where the forward proxy listens, 0 for a free port, None for no such proxy.
        services: the providers that the forward proxy knows: their URLs by name.
        redact: whether secrets are replaced.
        allowed: names whose values are no secrets.
        names: further names whose values are secrets.
        authority_folder: where the certificate authority of the forward proxy lies (HTTPS through it needs one).
        trusted: a file with certificates of authorities that sign upstream servers; empty for the usual ones.

    """

    session: Path
    edges: tuple[RecordedEdge, ...] = ()
    host: str = "127.0.0.1"
    proxy_port: int | None = None
    services: Mapping[str, str] = field(default_factory=dict)
    redact: bool = True
    allowed: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    authority_folder: Path
    trusted: str = ""


def encode_run(run: Run) -> str:
    """Write the order to begin a run as one line, which follows the settings."""
    return json.dumps(run_record(run))


def decode_run(line: str) -> Run:
    """Read what `encode_run` wrote."""
    return run_from(json.loads(line))


def encode_settings(settings: RecorderSettings) -> str:
    """Write settings as one line."""
    return json.dumps(
        {
            "session": str(settings.session),
            "edges": [
                {
                    "consumer": edge.edge.consumer,
                    "provider": edge.edge.provider,
                    "port": edge.port,
                    "upstream": edge.upstream,
                }
                for edge in settings.edges
            ],
            "host": settings.host,
            "proxy_port": settings.proxy_port,
            "services": dict(settings.services),
            "redact": settings.redact,
            "allowed": settings.allowed,
            "names": settings.names,
            "authority_folder": str(settings.authority_folder),
            "trusted": settings.trusted,
        }
    )


def decode_settings(line: str) -> RecorderSettings:
    """Read what `encode_settings` wrote."""
    record = json.loads(line)
    return RecorderSettings(
        session=Path(record["session"]),
        edges=tuple(
            RecordedEdge(
                edge=Edge(consumer=item["consumer"], provider=item["provider"]),
                port=item["port"],
                upstream=item["upstream"],
            )
            for item in record["edges"]
        ),
        host=record["host"],
        proxy_port=record["proxy_port"],
        services=record["services"],
        redact=record["redact"],
        allowed=tuple(record["allowed"]),
        names=tuple(record["names"]),
        authority_folder=Path(record["authority_folder"]),
        trusted=record["trusted"],
    )
