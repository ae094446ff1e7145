"""Stand-ins for the dependencies of a provider under test: our own stub server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from treaty.contract.json_value import dumps
from treaty.pactfile import read_pact
from treaty.verify.document import PactDocument
from treaty.verify.outcome import Unanswered
from treaty.verify.ports import Script
from treaty_stubs.http.server import StubServer
from treaty_stubs.select.scripted import find_scripted


@dataclass(frozen=True, slots=True, kw_only=True)
class StubStandIns:
    """Starts one stub server a dependency, on a free port of loopback.

    Attributes:
        shift: how far the times in its answers lie ahead of our clock: as far as those of the provider under test.

    """

    shift: timedelta = timedelta()

    @contextmanager
    def serve(self, *, consumer: str, dependency: str, documents: Sequence[PactDocument]) -> Iterator[StubStandIn]:
        """Serve what `dependency` promised to `consumer`; with no documents every request is unanswered."""
        pacts = [read_pact(Path(document.source).read_bytes(), source=document.source) for document in documents]
        with StubServer(pacts, provider=dependency, shift=self.shift) as server:
            yield StubStandIn(consumer=consumer, dependency=dependency, server=server)


@dataclass(frozen=True, slots=True, kw_only=True)
class StubStandIn:
    """A running stub server, seen as a stand-in."""

    consumer: str
    dependency: str
    server: StubServer

    @property
    def url(self) -> str:
        """Where the provider under test finds it."""
        return self.server.url

    def begin(self) -> None:
        """Forget what was told about paths that other interactions may ask for, too."""
        self.server.answering.forget_shared()

    def answer(self, *, method: str, path: str, scripts: Sequence[Script], shared: bool = False) -> str:
        """Have requests of this method and path answered by these, one after the other; the last one stays."""
        answering = self.server.answering
        found = []
        for script in scripts:
            candidate = find_scripted(
                answering.candidates, description=script.description, status=script.status, body=script.body
            )
            if candidate is None:
                codes = "".join(f", {place} = {dumps(value)}" for place, value in script.body)
                return f"the pact {self.consumer}-{self.dependency} has no '{script.description}'{codes}"
            found.append(candidate)
        answering.script(method=method, path=path, candidates=found, shared=shared)
        return ""

    def unanswered(self) -> Sequence[Unanswered]:
        """Give the requests that no interaction answered, each path once, with what came nearest.

        Queries and values are left out: they may hold secrets.
        """
        found: dict[str, Unanswered] = {}
        for entry in self.server.journal.misses:
            request = f"{entry.received.method} {entry.received.path}"
            nearest = entry.nearest[0] if entry.nearest else None
            found.setdefault(
                request,
                Unanswered(
                    consumer=self.consumer,
                    dependency=self.dependency,
                    request=request,
                    nearest="" if nearest is None else nearest.interaction,
                    places=()
                    if nearest is None
                    else tuple(dict.fromkeys(each.location for each in nearest.differences)),
                ),
            )
        return tuple(found.values())
