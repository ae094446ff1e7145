"""Fallbacks: real providers for what no interaction accepts, and the session of those calls."""

from __future__ import annotations

import platform
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from treaty.adapters.http_calls import is_loopback
from treaty.config import find_config, load_config
from treaty.errors import ProviderUnknown, UsageError, did_you_mean
from treaty.record.store import ExchangeStore
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.session.exchange import CapturedRequest, CapturedResponse, Content, Edge, Exchange
from treaty.session.folder import USUAL_SESSIONS, new_session_folder
from treaty.session.info import EdgeAddress, SessionInfo
from treaty.session.writer import SessionWriter
from treaty_stubs.answering import Answering
from treaty_stubs.header_block import CONSUMER_HEADER
from treaty_stubs.http.forwarding import Forwarded, Forwarder

HERE: Final = Path()
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_UNNAMED: Final = "client"
_PORTS: Final = {"http": 80, "https": 443}


def read_fallbacks(texts: Sequence[str], providers: Sequence[str]) -> Mapping[str, str]:
    """Read `--fallback` texts: ``URL`` for the only provider, ``NAME=URL`` for one of several.

    Raises:
        ProviderUnknown: when a text names a provider that is not stood in for.
        UsageError: when a URL has no name and could be meant for several, or two are for one.

    """
    found: dict[str, str] = {}
    for text in texts:
        name, equals, url = text.partition("=")
        if not equals or "://" in name:
            if len(providers) > 1:
                raise UsageError(
                    f"it is not said whose fallback {_shown(text)} is",
                    where="fallback",
                    why=f"there are stubs of {', '.join(providers)}",
                    hint=f"{providers[0]}={_shown(text)}, or one provider only",
                )
            name, url = providers[0], text
        if name not in providers:
            raise ProviderUnknown(
                f"there is no stub of provider '{name}'",
                where="fallback",
                why=f"there are stubs of {', '.join(providers)}",
                hint=did_you_mean(name, providers),
            )
        if name in found:
            raise UsageError(f"two fallbacks are named for provider '{name}'", where="fallback")
        found[name] = url
    return found


def refuse_own_ports(fallbacks: Iterable[Forwarder], ports: Mapping[int, str]) -> None:
    """Insist that no fallback is a stub of this very run.

    Args:
        fallbacks: where requests would be sent on to.
        ports: on which the stubs of this run listen, each with its provider.

    Raises:
        UsageError: when one is.

    """
    for fallback in fallbacks:
        parts = urlsplit(fallback.base_url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
        if port in ports and is_loopback(parts.hostname or ""):
            raise UsageError(
                "the fallback is a stub of this run",
                where=f"fallback {fallback.base_url}",
                why=f"the stub of {ports[port]} listens there",
                hint="name the address of the real provider",
            )


class FallbackSession:
    """The session of forwarded calls; begun with the first one. `keep` may be called from any thread.

    Args:
        consumer: who calls, when the request does not say.
        project: the folder whose configuration says where sessions lie; without one they lie in it.

    """

    def __init__(self, consumer: str | None, *, project: Path = HERE) -> None:
        self._consumer = consumer or _UNNAMED
        self._project = project
        self._lock = threading.Lock()
        self._writer: SessionWriter | None = None
        self._store: ExchangeStore | None = None
        self._addresses: dict[Edge, EdgeAddress] = {}
        self._ended = False
        self._unanswered = 0

    @property
    def folder(self) -> Path | None:
        """Where it lies; None when nothing was forwarded."""
        return None if self._writer is None else self._writer.folder

    @property
    def calls(self) -> int:
        """How many calls it holds."""
        return 0 if self._store is None else sum(self._store.counts.values())

    @property
    def unanswered(self) -> int:
        """How many of these the real provider did not answer."""
        return self._unanswered

    def keep(self, forwarded: Forwarded) -> None:
        """Store a call without its secrets.

        Raises:
            OutputUnwritable, DiskFull, ConfigInvalid: when that cannot be done.

        """
        with self._lock:
            if self._ended:
                return
            store = self._store or self._begin(forwarded.started)
            exchange = _exchange(forwarded, self._consumer)
            answer = exchange.response
            store.store(
                replace(
                    exchange,
                    request=replace(exchange.request, content=store.laid_down(exchange.request.content)),
                    response=None if answer is None else replace(answer, content=store.laid_down(answer.content)),
                )
            )
            self._unanswered += answer is None
            self._addresses.setdefault(
                exchange.edge, EdgeAddress(edge=exchange.edge, listen="", upstream=forwarded.upstream)
            )

    def close(self) -> None:
        """End the session in good order; twice does no harm.

        Raises:
            DiskFull: when that could not be written.

        """
        with self._lock:
            if self._ended:
                return
            self._ended = True
            if self._writer is None or self._store is None:
                return
            edges = tuple(sorted(self._store.counts))
            addresses = tuple(self._addresses[edge] for edge in edges)
            self._writer.info = replace(self._writer.info, edges=edges, addresses=addresses)
            self._store.close(datetime.now(UTC).astimezone())

    def _begin(self, started: datetime) -> ExchangeStore:
        found = find_config(self._project.absolute())
        config = None if found is None else load_config(found)
        names = config.redaction.names if config else ()
        allowed = config.redaction.allow if config else ()
        redactor = Redactor(RedactionPolicy.of(enabled=True, allowed=allowed, extra=names))
        local = started.astimezone()
        offset = local.strftime("%z")
        info = SessionInfo(
            started=local,
            edges=(),
            clock=f"{offset[:3]}:{offset[3:5]}",
            versions={"treaty": version("treaty"), "python": platform.python_version()},
            redaction="on, allowed: " + ", ".join(sorted(allowed)) if allowed else "on",
        )
        sessions = config.sessions if config else self._project / USUAL_SESSIONS
        self._writer = SessionWriter(new_session_folder(sessions, local), info)
        self._store = ExchangeStore(self._writer, redactor)
        return self._store


def set_fallbacks(
    stubs: Sequence[Answering], texts: Sequence[str], keep: Callable[[Forwarded], None]
) -> Mapping[str, Forwarder]:
    """Give stubs what sends their requests on; see `read_fallbacks` for texts and errors.

    Args:
        stubs: those of this run.
        texts: as the user gave them.
        keep: told of each call that is sent on.

    """
    by_provider = {stub.provider: stub for stub in stubs}
    found: dict[str, Forwarder] = {}
    for provider, url in read_fallbacks(texts, list(by_provider)).items():
        forwarder = Forwarder(url.rstrip("/"), provider=provider, keep=keep)
        by_provider[provider].fallback = found[provider] = forwarder
    return found


class Fallbacks:
    """All fallbacks of one run with the session of their calls.

    Args:
        stubs: those of this run.
        texts: as the user gave them.
        consumer: who calls, when the request does not say.
        project: as for `FallbackSession`.

    Attributes:
        urls: of real providers, by the names of those.
        session: what is recorded.

    Raises:
        ProviderUnknown, UsageError: as `read_fallbacks`.

    """

    def __init__(
        self, stubs: Sequence[Answering], texts: Sequence[str], *, consumer: str | None, project: Path = HERE
    ) -> None:
        self.session: Final = FallbackSession(consumer, project=project)
        self._forwarders = set_fallbacks(stubs, texts, self.session.keep)
        self.urls: Final = {provider: forwarder.base_url for provider, forwarder in self._forwarders.items()}

    def refuse_own_ports(self, ports: Mapping[int, str]) -> None:
        """Insist that no fallback is a stub of this very run; see `refuse_own_ports`."""
        refuse_own_ports(self._forwarders.values(), ports)

    def close(self) -> None:
        """End threads and session in good order.

        Raises:
            DiskFull: when the session could not be written.

        """
        for forwarder in self._forwarders.values():
            forwarder.close()
        self.session.close()


def _exchange(forwarded: Forwarded, consumer: str) -> Exchange:
    named = forwarded.received.first_header(CONSUMER_HEADER)
    path, mark, query = forwarded.call.target.partition("?")
    answer = forwarded.answer
    body = forwarded.call.body or b""
    return Exchange(
        number=0,
        edge=Edge(consumer=named if named and _NAME.fullmatch(named) else consumer, provider=forwarded.provider),
        started=forwarded.started.astimezone(),
        ended=forwarded.ended.astimezone(),
        request=CapturedRequest(
            method=forwarded.call.method,
            path=path,
            query=query if mark else None,
            headers=tuple(line for line in forwarded.call.headers if line[0] != "Via"),
            content=Content(data=body, size=len(body)),
            authority=urlsplit(forwarded.upstream).netloc,
        ),
        response=None
        if answer is None
        else CapturedResponse(
            status=answer.status,
            headers=tuple(answer.headers),
            content=Content(data=answer.body, size=len(answer.body), coding=forwarded.coding),
        ),
        error=forwarded.error,
    )


def _shown(text: str) -> str:
    """Show a URL without the credentials that it may hold."""
    return re.sub(r"//[^/\s]*@", "//...@", text)
