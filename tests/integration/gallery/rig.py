"""Records a specimen without the recorder's process, and verifies it with the command."""

from __future__ import annotations

import io
import json
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.serving import WSGIRequestHandler, make_server

from tests.integration.gallery.specimen import Client, Conduct, Specimen
from treaty.record.store import ExchangeStore
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.session.exchange import CapturedRequest, CapturedResponse, Content, Edge, Exchange
from treaty.session.info import SessionInfo
from treaty.session.writer import SessionWriter
from treaty_cli.app import main
from treaty_cli.bootstrap.normalizing import normalize_to
from treaty_cli.bootstrap.targets import Target


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the name is given by werkzeug
        """Keep standard error clean."""


@contextmanager
def serving(app: WSGIApplication) -> Iterator[str]:
    """Serve in a thread; gives the base URL."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.002}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Capture:
    """Stores what goes through a WSGI application, secrets replaced, as the recorder does."""

    def __init__(self, app: WSGIApplication, store: ExchangeStore, edge: Edge) -> None:
        self._app = app
        self._store = store
        self._edge = edge
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on, and store the exchange before the answer leaves."""
        started = datetime.now(UTC)
        data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(data)
        seen: list[tuple[str, list[tuple[str, str]]]] = []

        def note(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], object]:
            seen.append((status, list(headers)))
            return start_response(status, headers, *more)

        answer = b"".join(self._app(environ, note))
        status, headers = seen[0]
        raw = str(environ.get("RAW_URI") or environ["REQUEST_URI"])
        path, mark, query = raw.partition("?")
        request_headers = [
            (name.removeprefix("HTTP_").replace("_", "-").title(), str(value))
            for name, value in environ.items()
            if (name.startswith("HTTP_") or name in {"CONTENT_TYPE", "CONTENT_LENGTH"}) and value
        ]
        exchange = Exchange(
            number=1,
            edge=self._edge,
            started=started,
            ended=datetime.now(UTC),
            request=CapturedRequest(
                method=str(environ["REQUEST_METHOD"]),
                path=path,
                query=query if mark else None,
                headers=tuple(request_headers),
                content=Content(data=data, size=len(data)),
                authority=str(environ.get("HTTP_HOST", "")),
            ),
            response=CapturedResponse(
                status=int(status.split()[0]), headers=tuple(headers), content=Content(data=answer, size=len(answer))
            ),
        )
        with self._lock:
            self._store.store(exchange)
        return [answer]


def record(specimen: Specimen, folder: Path, *, first_id: int = 1) -> Path:
    """Play the specimen's client against a fresh service; gives the session's folder."""
    edge = Edge(consumer="client", provider="service")
    now = datetime.now(UTC)
    with SessionWriter(folder, SessionInfo(started=now, edges=(edge,))) as writer:
        store = ExchangeStore(writer, Redactor(RedactionPolicy()))
        with serving(Capture(specimen.app(Conduct(first_id=first_id)), store, edge)) as url:
            specimen.drive(Client(url))
        store.close(datetime.now(UTC))
    return folder


def pact_of(specimen: Specimen, folder: Path, *, first_id: int = 1) -> Path:
    """Record and normalise; gives the pact's file."""
    session = record(specimen, folder / f"session-{first_id}", first_id=first_id)
    out = folder / f"pacts-{first_id}"
    normalize_to(session, out)
    return out / "client-service.json"


def impatient(pact: Path) -> Path:
    """Give a copy of a pact that awaits what comes late for a second only: that is enough where it never comes."""
    copy = pact.with_name(f"{pact.stem}-impatient.json")
    copy.write_text(re.sub(r'"seconds": \d+', '"seconds": 1', pact.read_text()))
    return copy


class Renewed:
    """A service that can be made anew while it is served."""

    def __init__(self, specimen: Specimen, conduct: Conduct) -> None:
        self._specimen = specimen
        self._conduct = conduct
        self._app = specimen.app(conduct)

    def renew(self) -> None:
        """Empty its storage."""
        self._app = self._specimen.app(self._conduct)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on."""
        return self._app(environ, start_response)


def verify_fresh(pact: Path, specimen: Specimen, conduct: Conduct) -> Verdicts:
    """Run `treaty verify` on a pact against a service that is emptied before each set-up, as one with a `reset` is."""
    app = Renewed(specimen, conduct)
    with (
        serving(app) as url,
        patch.object(Target, "renewal", lambda _self, *, fresh: app.renew),  # noqa: ARG005 - the name of the original
    ):
        return verify(pact, specimen, url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """What a verification said: the exit status, counts, what was shown, and the forms of facts about everything."""

    status: int
    kept: int
    broken: int
    untold: int
    text: str
    forms: tuple[str, ...] = ()

    @property
    def green(self) -> bool:
        """Whether everything was kept."""
        return self.status == 0 and not self.broken and not self.untold


def verify(pact: Path, specimen: Specimen, url: str, *options: str) -> Verdicts:
    """Run `treaty verify` on a pact against a running service."""
    variables = {f"GALLERY_{name.upper()}": value for name, value in specimen.outside.items()}
    for name, variable in zip(specimen.outside, variables, strict=True):
        options += ("--secret", f"{name}=env:{variable}")
    report = pact.parent / "outcomes.jsonl"
    report.unlink(missing_ok=True)
    arguments = ["verify", str(pact), "--provider", "service", "--base-url", url, "--json", str(report), *options]
    shown = io.StringIO()
    # Elsewhere than here, where a configuration of the shop lies.
    with chdir(pact.parent), patch.dict(os.environ, variables), redirect_stdout(shown), redirect_stderr(shown):
        status = main(arguments)
    lines = [json.loads(line) for line in report.read_text().splitlines()] if report.exists() else []
    verdicts = [str(line.get("verdict")) for line in lines if "verdict" in line]
    return Verdicts(
        status=status,
        kept=verdicts.count("kept"),
        broken=verdicts.count("broken"),
        untold=len(verdicts) - verdicts.count("kept") - verdicts.count("broken"),
        text=shown.getvalue(),
        forms=tuple(str(line["form"]) for line in lines if line.get("form")),
    )
