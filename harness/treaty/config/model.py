"""The configuration as values: services, edges, folders, what is secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from treaty.config.edges import EdgeSetting


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service of the project; texts may hold ``${...}``, filled in when the service is started.

    Attributes:
        name: as in edges and pacts.
        kind: ``http``, or ``smtp`` for mail, which a sink takes when nothing else does.
        url: where it listens; None when `start` tells it its port, or when nobody here runs it.
        start: the command that starts it, None when Treaty does not start it.
        ready: a path or URL that is answered with 2xx once it is ready; None: its port accepts connections.
        messages: a path or URL where its messages are asked for; None: the root of the service.
        stop: the command that stops it; None: SIGTERM, then SIGKILL after a bound.
        reset: a URL (it gets a POST) or a command that empties it; None when there is no such thing.
        env: variables added to the environment of `start`, `stop` and `reset`.
        vary: other values of variables, for further runs of a recording.

    """

    name: str
    kind: str = "http"
    url: str | None = None
    start: tuple[str, ...] | None = None
    ready: str | None = None
    messages: str | None = None
    stop: tuple[str, ...] | None = None
    reset: tuple[str, ...] | str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    vary: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionSetting:
    """What is a secret here beyond the rules that always hold, and what is none.

    Attributes:
        allow: field names that are never secret.
        names: field names that always are.

    """

    allow: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A whole ``treaty.yaml``.

    Attributes:
        path: the file itself; commands of services run in its folder.
        services: by name, in the order of the file.
        edges: in the order of the file; an edge without a URL leads to the provider's.
        pacts: the folder of the pacts, `path`'s folder already joined on.
        sessions: the folder of the sessions, joined likewise.
        strictness: ``promise`` or ``replay`` (DESIGN 4.2).
        redaction: what is secret.

    """

    path: Path
    services: Mapping[str, Service] = field(default_factory=dict)
    edges: tuple[EdgeSetting, ...] = ()
    pacts: Path
    sessions: Path
    strictness: str = "promise"
    redaction: RedactionSetting = field(default_factory=RedactionSetting)
