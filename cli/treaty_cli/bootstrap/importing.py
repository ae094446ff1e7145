"""Import: a session out of what another tool captured, its secrets replaced before anything is written."""

from __future__ import annotations

import importlib.util
import platform
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final, Protocol, TypeAlias
from urllib.parse import urlsplit

from treaty.config import Config, find_config, load_config
from treaty.config.edges import NAME_FORM, check_url
from treaty.contract.placeholders import references
from treaty.errors import EdgeInvalid, ExitStatus, ExtraMissing, NothingRecorded, UsageError
from treaty.record.captures.finds import CapturedCall, Find, Oddity
from treaty.record.captures.parties import Caller, Parties, ServiceAddress, port_of
from treaty.record.store import ExchangeStore
from treaty.record.targets import one_loopback
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.session.bodies import BODIES_FOLDER
from treaty.session.exchange import Edge
from treaty.session.info import INFO_FILE, EdgeAddress, SessionInfo
from treaty.session.reader import EXCHANGES_FILE
from treaty.session.writer import SessionWriter
from treaty_cli.bootstrap.recording_plan import session_folder

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_TOLD_EVERY: Final = 100
Reader: TypeAlias = Callable[[Path, Parties], Iterator[Find]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """What the command line asked for; texts are as typed.

    Attributes:
        kind: ``keploy``, ``har`` or ``flow``.
        path: the file or folder to import.
        only: whether calls to providers that have no name are left out.

    """

    kind: str
    path: Path
    session: Path | None = None
    services: Sequence[str] = ()
    consumers: Sequence[str] = ()
    only: bool = False
    allowed: Sequence[str] = ()
    redact: bool = True
    allow_empty: bool = False
    config: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSummary:
    """What was imported.

    Attributes:
        session: the folder; None when there was nothing to write.
        counts: calls by edge.
        failed: those of them without an answer of the provider.
        left_out: oddities for which nothing was taken.
        nothing: the error that an empty capture is, unless it is allowed.

    """

    session: Path | None
    counts: dict[Edge, int] = field(default_factory=dict)
    failed: dict[Edge, int] = field(default_factory=dict)
    left_out: int = 0
    nothing: NothingRecorded | None = None

    def exit_status(self) -> ExitStatus:
        """Give 4 when nothing was imported and something should have been."""
        return ExitStatus.KEPT if self.nothing is None else ExitStatus.NOTHING_TO_DO


class ImportObserver(Protocol):
    """Is told how the import goes."""

    def progress(self, calls: int) -> None:
        """Learn how many calls are stored."""

    def odd(self, oddity: Oddity) -> None:
        """Learn of something odd; its texts hold no secrets that are known by now."""


def import_capture(request: ImportRequest, observer: ImportObserver) -> ImportSummary:
    """Make a session of a capture. What is odd in it is reported and does not stop the rest.

    Raises:
        ConfigInvalid, EdgeInvalid, UsageError: when the request does not make sense, or the session exists.
        FileMissing, CaptureUnreadable: when the capture is not there, or not of this kind.
        ExtraMissing: when a flow file is to be read and mitmproxy is not installed.
        OutputUnwritable, DiskFull: when the session cannot be written; nothing of it stays.

    """
    config = _config(request)
    parties = _parties(request, config)
    reader = _reader(request)
    session = session_folder(request.session, config, datetime.now().astimezone())
    allowed = (*request.allowed, *(config.redaction.allow if config else ()))
    names = config.redaction.names if config else ()
    redactor = Redactor(RedactionPolicy.of(enabled=request.redact, allowed=allowed, extra=names))
    with _nothing_left_empty(session), SessionWriter(session, _info(request, allowed)) as writer:
        session_import = _Import(writer, ExchangeStore(writer, redactor), observer)
        try:
            session_import.take(reader(request.path, parties))
            session_import.close()
        except BaseException:
            _discard(session)
            raise
    summary = session_import.summary(session)
    return summary if summary.counts else replace(summary, session=None, nothing=_nothing(request, summary))


@contextmanager
def _nothing_left_empty(session: Path) -> Iterator[None]:
    """Remove the folder of a session that was not written."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            session.rmdir()
        raise


class _Import:
    """Takes what a capture gives, one after the other."""

    def __init__(self, writer: SessionWriter, store: ExchangeStore, observer: ImportObserver) -> None:
        self._writer = writer
        self._store = store
        self._observer = observer
        self._origins: dict[str, Counter[str]] = {}
        self._times: list[datetime] = []
        self._left_out = 0

    def take(self, finds: Iterator[Find]) -> None:
        calls = 0
        for find in finds:
            if isinstance(find, Oddity):
                self._left_out += not find.kept
                self._observer.odd(self._clean(find))
                continue
            self._call(find)
            calls += 1
            if calls % _TOLD_EVERY == 0:
                self._observer.progress(calls)

    def close(self) -> None:
        """Tell the session what the whole capture was, and end it; a session of nothing goes away."""
        if not self._times:
            self._writer.discard_if_empty()
            return
        started, ended = self._times
        edges = tuple(sorted(self._store.counts))
        self._writer.info = replace(
            self._writer.info,
            started=started,
            clock=_offset(started),
            edges=edges,
            addresses=tuple(
                # A provider has one address there, though a capture may know it by several.
                EdgeAddress(edge=edge, listen="", upstream=self._origins[edge.provider].most_common(1)[0][0])
                for edge in edges
                if edge.provider in self._origins
            ),
        )
        self._store.close(ended)

    def summary(self, session: Path) -> ImportSummary:
        return ImportSummary(
            session=session,
            counts=dict(sorted(self._store.counts.items())),
            failed=dict(self._store.failed),
            left_out=self._left_out,
        )

    def _call(self, call: CapturedCall) -> None:
        exchange = call.exchange
        answer = exchange.response
        self._store.store(
            replace(
                exchange,
                request=replace(exchange.request, content=self._store.laid_down(exchange.request.content)),
                response=None if answer is None else replace(answer, content=self._store.laid_down(answer.content)),
            )
        )
        if call.origin:
            self._origins.setdefault(exchange.edge.provider, Counter())[call.origin] += 1
        known = [*self._times, exchange.started, exchange.ended]
        self._times = [min(known), max(known)]

    def _clean(self, oddity: Oddity) -> Oddity:
        redactor = self._store.redactor
        path = redactor.path(oddity.path) if oddity.path else ""
        return replace(oddity, path=redactor.known_in(path), detail=redactor.text(oddity.detail))


def _config(request: ImportRequest) -> Config | None:
    path = request.config or find_config(Path.cwd())
    return None if path is None else load_config(path)


def _reader(request: ImportRequest) -> Reader:
    """Find the reader of this kind of capture, and check that the path is one."""
    from treaty.adapters.capture_files import check_kind, read_har  # noqa: PLC0415 - only imports need it

    check_kind(request.path, request.kind)
    if request.kind == "har":
        return read_har
    if request.kind == "keploy":
        from treaty.adapters.keploy_folders import read_keploy  # noqa: PLC0415 - YAML is slow to load

        return read_keploy
    missing = [name for name in ("mitmproxy", "brotli", "zstandard") if importlib.util.find_spec(name) is None]
    if missing:
        raise ExtraMissing(
            "flow files are read by an optional part of Treaty",
            why=f"{missing[0]} is not installed",
            hint="pip install 'treaty[record]'",
        )
    from treaty.adapters.mitmproxy_dumps import read_flows  # noqa: PLC0415 - mitmproxy may be missing

    return read_flows


def _parties(request: ImportRequest, config: Config | None) -> Parties:
    """Join the names of the command line with the addresses of treaty.yaml; those of the command line come first."""
    services = [_service(text) for text in request.services]
    named = {each.name for each in services}
    for name, service in config.services.items() if config else ():
        if name not in named and service.kind == "http" and service.url and not any(references(service.url)):
            services.append(_address(name, service.url))
    if request.only and not services:
        raise UsageError(
            "--only leaves out everything, as no provider has a name", where="--only", hint="--service NAME=URL"
        )
    callers = []
    consumer = ""
    for text in request.consumers:
        name, equals, agent = (part.strip() for part in text.partition("="))
        if not _NAME.fullmatch(name) or (equals and not agent):
            raise EdgeInvalid(
                f"'{text}' is not a consumer", why=NAME_FORM, hint="write NAME, or NAME=TEXT-OF-ITS-USER-AGENT"
            )
        if agent:
            callers.append(Caller(name=name, agent=agent))
        elif consumer:
            raise EdgeInvalid("two consumers are named for the same calls", where=f"{consumer} and {name}")
        else:
            consumer = name
    return Parties(services=tuple(services), callers=tuple(callers), consumer=consumer, only_named=request.only)


def _service(text: str) -> ServiceAddress:
    name, equals, url = (part.strip() for part in text.partition("="))
    parts = url.split("/", 3)
    fault = check_url("/".join(parts[:3]))[1] if equals else "there is no '='"
    if not _NAME.fullmatch(name):
        fault = f"'{name}' is not the name of a service: {NAME_FORM}"
    if not fault and any(mark in url for mark in "?# "):
        fault = "its URL has a query, a fragment or a space"
    if fault:
        shown = re.sub(r"//[^/\s]*@", "//...@", text)
        raise EdgeInvalid(
            f"'{shown}' is not a service", why=fault, hint="write NAME=URL, as user=http://127.0.0.1:8081/api/users"
        )
    return _address(name, url)


def _address(name: str, url: str) -> ServiceAddress:
    parts = urlsplit(url)
    return ServiceAddress(
        name=name, host=one_loopback(parts.hostname or ""), port=port_of(parts), path=parts.path.rstrip("/")
    )


def _info(request: ImportRequest, allowed: Sequence[str]) -> SessionInfo:
    note = "on" if request.redact else "off"
    if request.redact and allowed:
        note += ", allowed: " + ", ".join(sorted(allowed))
    return SessionInfo(
        started=datetime.now(UTC).astimezone(),
        edges=(),
        versions={"treaty": version("treaty"), "python": platform.python_version(), "imported": request.kind},
        redaction=note,
    )


def _offset(moment: datetime) -> str:
    text = moment.strftime("%z")
    return f"{text[:3]}:{text[3:5]}" if text else "+00:00"


def _nothing(request: ImportRequest, summary: ImportSummary) -> NothingRecorded | None:
    if request.allow_empty:
        return None
    return NothingRecorded(
        "nothing was imported",
        where=str(request.path),
        why="none of what it holds is a call between services" if summary.left_out else "it holds no call",
        hint="--allow-empty says that this is fine",
    )


def _discard(session: Path) -> None:
    """Remove a session that is not whole: what may be secret in it was not looked for to the end."""
    for name in (EXCHANGES_FILE, INFO_FILE):
        (session / name).unlink(missing_ok=True)
    shutil.rmtree(session / BODIES_FOLDER, ignore_errors=True)
