"""What is to be recorded: edges with their providers' addresses, services to start, folders; nothing starts here.

Only the folder of the session is made, so that no other recording takes it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from treaty.adapters.ports import free_port
from treaty.config import Config, EdgeSetting, Service, find_config, load_config, parse_edge, parse_service
from treaty.contract.placeholders import references, substitute
from treaty.errors import EdgeInvalid, UsageError, did_you_mean
from treaty.record.settings import RecordedEdge
from treaty.session.exchange import Edge
from treaty.session.folder import USUAL_SESSIONS, new_session_folder
from treaty.session.runs import CLOCK, ZONE

DEFAULT_OUT: Final = Path("pacts")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRequest:
    """What the command line asked for; texts are as typed."""

    edges: Sequence[str] = ()
    proxy_port: int | None = None
    services: Sequence[str] = ()
    host: str = "127.0.0.1"
    out: Path | None = None
    session: Path | None = None
    config: Path | None = None
    allowed: Sequence[str] = ()
    redact: bool = True
    prune: bool = False
    allow_empty: bool = False
    command: Sequence[str] = ()
    runs: int = 1
    steady: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedService:
    """A service that we start: its settings, and its address, settled before the recorder starts."""

    service: Service
    port: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPlan:
    """A recording, thought through.

    Attributes:
        edges: those that get a listener.
        mail_edges: those whose provider takes mail; a sink stands in for it.
        started: the services to start, in the order of the configuration.
        proxy_services: URLs of the providers that the forward proxy knows, by name.
        session: the folder to write, which is not a session yet.
        out: the folder of the pacts.
        base_directory: where commands of services run.
        allowed, names: what is no secret, and what is one beside our rules.
        strictness: how much the pacts promise.

    """

    edges: tuple[RecordedEdge, ...]
    mail_edges: tuple[Edge, ...]
    started: tuple[StartedService, ...]
    proxy_services: dict[str, str] = field(default_factory=dict)
    session: Path
    out: Path
    base_directory: Path
    allowed: tuple[str, ...]
    names: tuple[str, ...]
    strictness: str = "promise"


def plan_recording(request: RecordingRequest, *, now: datetime) -> RecordingPlan:
    """Join the command line with the configuration.

    Raises:
        ConfigInvalid, FileMissing: when the configuration is not usable.
        EdgeInvalid: when an edge or service is malformed, contradicts another, or nobody knows its URL.
        UsageError: when there is nothing to record, or the session exists.
        OutputUnwritable: when the folder of the session cannot be made.

    """
    config = _config(request)
    services = dict(config.services) if config else {}
    settings = [parse_edge(text) for text in request.edges]
    if not settings and request.proxy_port is None and config is not None:
        settings = list(config.edges)
    _refuse_contradictions(settings)
    if not settings and request.proxy_port is None:
        raise UsageError(
            "there is nothing to record",
            where="treaty record",
            why="no edge was given, and no treaty.yaml declares one",
            hint="--edge order:user=http://127.0.0.1:8081, or write a treaty.yaml (treaty init)",
        )
    mail = [each for each in settings if _is_mail(services, each)]
    calls = [each for each in settings if not _is_mail(services, each)]
    started = _started(services, settings, everything=not request.edges and request.proxy_port is None)
    known = {each.service.name: each.url for each in started}
    _check_runs(request, started)
    return RecordingPlan(
        edges=tuple(_recorded(each, services, known) for each in calls),
        mail_edges=tuple(each.edge for each in mail),
        started=tuple(started),
        proxy_services=_proxy_services(request, services, known),
        session=session_folder(request.session, config, now),
        out=request.out or (config.pacts if config else DEFAULT_OUT),
        base_directory=config.path.resolve().parent if config else Path.cwd(),
        allowed=(*request.allowed, *(config.redaction.allow if config else ())),
        names=config.redaction.names if config else (),
        strictness=config.strictness if config else "promise",
    )


def _check_runs(request: RecordingRequest, started: Sequence[StartedService]) -> None:
    if request.runs > 1 and not request.command:
        raise UsageError(
            "there is nothing to repeat",
            where="--runs",
            why="only a command can be run again",
            hint=f"treaty record --runs {request.runs} -- COMMAND",
        )
    variables = {name for each in started for name in each.service.vary}
    known = sorted({CLOCK, ZONE, *variables})
    for name in request.steady:
        if name not in known:
            raise UsageError(
                f"nothing of the name {name!r} varies between runs",
                where="--steady",
                why=f"what can vary here are {', '.join(known)}",
                hint=did_you_mean(name, known),
            )


def _config(request: RecordingRequest) -> Config | None:
    path = request.config or find_config(Path.cwd())
    return None if path is None else load_config(path)


def _refuse_contradictions(settings: Sequence[EdgeSetting]) -> None:
    for first, second in itertools.combinations(settings, 2):
        if first.edge == second.edge:
            raise EdgeInvalid(f"the edge {first.edge} is declared twice", hint="leave one of them out")
        if first.port and first.port == second.port:
            raise EdgeInvalid(
                f"two edges want port {first.port}",
                where=f"{first.edge} and {second.edge}",
                hint="give each its own port; 0 picks a free one",
            )


def _is_mail(services: dict[str, Service], setting: EdgeSetting) -> bool:
    service = services.get(setting.edge.provider)
    return service is not None and service.kind == "smtp"


def _started(
    services: dict[str, Service], settings: Sequence[EdgeSetting], *, everything: bool
) -> list[StartedService]:
    """Find the services to start; edges from the command line start only who takes part in them."""
    wanted = set(services) if everything else set()
    for setting in settings:
        wanted.add(setting.edge.consumer)
        if setting.url is None:
            wanted.add(setting.edge.provider)
    started = []
    for name, service in services.items():
        if service.start is None or service.kind == "smtp" or name not in wanted:
            continue
        fixed = service.url is not None and not any(references(service.url))
        port = "" if fixed else str(free_port())
        url = service.url if fixed and service.url else f"http://127.0.0.1:{port}"
        if service.url is not None and not fixed:
            url = substitute(service.url, {"port": port})
        started.append(StartedService(service=service, port=port, url=url))
    return started


def _recorded(setting: EdgeSetting, services: dict[str, Service], known: dict[str, str]) -> RecordedEdge:
    provider = setting.edge.provider
    service = services.get(provider)
    url = setting.url or known.get(provider) or (service.url if service else None)
    if url is None or any(references(url)):
        raise EdgeInvalid(
            f"nobody says where {provider} is",
            where=f"edge {setting.edge}",
            hint=f"--edge {setting.edge.consumer}:{provider}=http://HOST:PORT, or a url of the service in treaty.yaml",
        )
    return RecordedEdge(edge=setting.edge, port=setting.port, upstream=url)


def _proxy_services(request: RecordingRequest, services: dict[str, Service], known: dict[str, str]) -> dict[str, str]:
    if request.proxy_port is None:
        if request.services:
            raise UsageError("--service names a provider for --proxy, which is missing", where="treaty record")
        return {}
    found = {name: url for name, service in services.items() if (url := known.get(name) or service.url)}
    return found | dict(parse_service(text) for text in request.services)


def session_folder(named: Path | None, config: Config | None, now: datetime) -> Path:
    """Find the folder of a new session: the one that was named, else a new one, which is made.

    Raises:
        UsageError: when the named one is a session already.
        OutputUnwritable: when it cannot be made.

    """
    if named is not None:
        if (named / "session.json").exists():
            raise UsageError(
                "the session exists already",
                where=str(named),
                why="a stand-in for a secret means one secret of one session, so sessions are not continued",
                hint="name a new folder, or leave --session out",
            )
        return named
    return new_session_folder(config.sessions if config else USUAL_SESSIONS, now)
