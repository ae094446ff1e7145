"""Stubs for tests in Python: ``with Stub("pacts", provider="user") as user: client(user.url)``."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from treaty.adapters.certificates import AUTHORITY
from treaty.errors import UsageError
from treaty_stubs.answering import MISS_STATUS, Answering
from treaty_stubs.complaints import check_description, check_state, ties_text, unmatched_text
from treaty_stubs.doors import AUTHORITY_FOLDER, DoorSettings, check_doors, make_doors, make_tls, url_of
from treaty_stubs.expectation import ANYTHING, Anything, QueryValues, as_json_value, read_calls, read_how_often, unmet
from treaty_stubs.faults.switchboard import Faults
from treaty_stubs.given import Given, declared_faults, named_faults, providers_of, read_given
from treaty_stubs.http.limits import DEFAULT_LIMITS, Limits
from treaty_stubs.http.listener import Listener
from treaty_stubs.http.loop_thread import LoopThread
from treaty_stubs.lifecycle.spaces import SpaceBook
from treaty_stubs.platform import Asked, Filter, Platform
from treaty_stubs.select.candidate import gather_candidates

if TYPE_CHECKING:
    from treaty_stubs.fallbacks import Fallbacks

USUAL_PACTS: Final = "pacts"
_MOST_FAILURES: Final = 100


class Unexpected(AssertionError):
    """Requests did not come as they were expected, or none of the interactions took them."""


class Stub:
    """Stands in for providers, each on a port of its own, in a thread of its own, until it is closed.

    Use it as a context manager, or call `start` and `close`. All methods may be called from any thread.

    Args:
        pacts: files, folders or pacts; none takes the folder ``pacts``.
        provider: the one to stand in for; None takes all that the pacts name.
        consumer: whose promises are kept; None takes those of all consumers.
        state: the name of a provider state that is preferred, as `choose_state` does.
        host: an address of this machine.
        port: of the first provider, by name, the next ones follow; 0 takes free ones.
        seed: makes generated values repeatable.
        stateful: what clients make is kept, and shown, listed, changed and deleted; `platform.spaces` empties,
            copies and restores it.
        miss_status: the status for a request that no interaction accepts.
        faults: what is played on answers, as a file of faults has it: a list of faults, or the whole document.
        vary: give other answers that the contract allows as well.
        fallback: the address of a real provider for what no interaction accepts, or several by the names of theirs;
            what it answers is recorded (`recorded`).
        tls: speak TLS only; clients have to trust the file `authority`.
        tls_names: further host names that the certificate is for.
        cors: the origin of web pages that may read the answers, or several; ``*`` lets all.
        folder: of the project; ``.treaty`` lies in it, with the certificate authority and recorded sessions.
        limits: what one connection may take.

    Raises:
        FileMissing: when a file or folder is not there, or may not be read.
        PactUnreadable: when a file is not a pact.
        ProviderUnknown: when no pact is of the provider, or there is no stub of one that a fallback is for.
        NothingToDo: when there is no interaction over HTTP.
        UsageError: when no interaction is promised in the state, a fault can meet none, or a fallback is no URL or an
            origin none.
        ConfigInvalid: when the faults are none.

    """

    def __init__(
        self,
        *pacts: Given,
        provider: str | None = None,
        consumer: str | None = None,
        state: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int | None = None,
        stateful: bool = False,
        miss_status: int = MISS_STATUS,
        faults: Sequence[Mapping[str, Any]] | Mapping[str, Any] = (),
        vary: bool = False,
        fallback: str | Mapping[str, str] | None = None,
        tls: bool = False,
        tls_names: str | Sequence[str] = (),
        cors: str | Sequence[str] = (),
        folder: str | os.PathLike[str] = "",
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        read = [pact for pact in read_given(pacts or (USUAL_PACTS,)) if consumer in {None, pact.consumer}]
        board = Faults(declared_faults(faults), seed=seed)
        spaces = SpaceBook() if stateful else None
        stubs = [
            Answering(
                gather_candidates(read, provider=name),
                provider=name,
                seed=seed,
                miss_status=miss_status,
                faults=board,
                vary=vary,
                spaces=spaces,
            )
            for name in providers_of(read, provider)
        ]
        self.platform: Final = Platform(stubs, faults=board, spaces=spaces)
        self.platform.check_faults(board.faults)
        self._state, self._vary = state, vary
        check_state(self.platform, state)
        self.platform.choose_state(state)
        origins, names = ((each,) if isinstance(each, str) else tuple(each) for each in (cors, tls_names))
        self._doors = DoorSettings(host=host, port=port, origins=origins, tls=tls, tls_names=names)
        check_doors(self._doors)
        self._folder = Path(folder)
        self._fallbacks = _fallbacks(stubs, fallback, consumer, self._folder)
        self._limits = limits
        self._failures: deque[Exception] = deque(maxlen=_MOST_FAILURES)
        self._urls: dict[str, str] = {}
        self._changed = threading.Condition()
        self._thread: Final = LoopThread(self._serving)

    @property
    def authority(self) -> Path | None:
        """The file that clients have to trust, as PEM; it is there from the start on. None without TLS."""
        return (self._folder / AUTHORITY_FOLDER / AUTHORITY).absolute() if self._doors.tls else None

    @property
    def recorded(self) -> Path | None:
        """The folder of the session of what the fallback answered; None when it answered nothing."""
        return None if self._fallbacks is None else self._fallbacks.session.folder

    @property
    def urls(self) -> Mapping[str, str]:
        """Where clients find the stub of each provider, without a slash at the end; empty before the start."""
        return dict(self._urls)

    @property
    def url(self) -> str:
        """Where clients find the stub, when it stands in for one provider.

        Raises:
            UsageError: when it stands in for several, or was not started.

        """
        if not self._urls:
            raise UsageError(
                "the stub has no address", why="it was not started", hint="with Stub(...) as stub: stub.url"
            )
        if len(self._urls) > 1:
            raise UsageError(
                "the stub has several addresses",
                why=f"it stands in for {', '.join(self._urls)}",
                hint="stub.urls[NAME], or Stub(..., provider=NAME)",
            )
        return next(iter(self._urls.values()))

    def start(self) -> Self:
        """Listen.

        Raises:
            PortTaken: when somebody else listens there, or we may not.
            UsageError: when the host is no address of this machine, or the stub was started before.
            CouldNot: when the machine cannot listen for another reason.

        """
        if self._thread.was_started:
            raise UsageError("the stub was started before", hint="make another one")
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop listening, let requests that are under way be answered, and end the thread; twice does no harm.

        Raises:
            DiskFull: when what the fallback answered could not be written.

        """
        self._thread.close()
        self._urls.clear()
        if self._fallbacks is not None:
            self._fallbacks.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def asked(
        self,
        calls: str | None = None,
        *,
        provider: str | None = None,
        query: Mapping[str, QueryValues] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = ANYTHING,
    ) -> Sequence[Asked]:
        """Give the requests that came, oldest first.

        Args:
            calls: which ones, as ``GET /users/{id}``, or the description of the interaction that answered; None
                takes all.
            provider: whose stub they reached; None takes all.
            query: parameters with their values; others may be there too.
            headers: one value each.
            body: for JSON the members that matter (dict, list, number, ...); for a text or bytes all of it.

        Raises:
            ProviderUnknown: when there is no stub of the provider.
            UsageError: when `calls` is neither a request nor the description of an interaction, or the body no JSON
                document.

        """
        return self.platform.journal(self._filter(calls, provider, query, headers, body))

    def expect_called(
        self,
        calls: str,
        *,
        times: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        provider: str | None = None,
        query: Mapping[str, QueryValues] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = ANYTHING,
        within: float = 0.0,
    ) -> Sequence[Asked]:
        """Give the requests that are meant, provided they came as often as they should; at least once is the default.

        Args:
            calls: as for `asked`.
            times: so often exactly.
            at_least: so often or more.
            at_most: so often or less.
            provider: as for `asked`.
            query: as for `asked`.
            headers: as for `asked`.
            body: as for `asked`.
            within: seconds to wait until they came so often.

        Raises:
            Unexpected: when they did not; an `AssertionError` that says what came instead.
            ProviderUnknown: when there is no stub of the provider.
            UsageError: when `calls` is neither a request nor the description of an interaction, or no number can be
                right.

        """
        __tracebackhide__ = True
        wanted = self._filter(calls, provider, query, headers, body)
        how_often = read_how_often(times=times, at_least=at_least, at_most=at_most)
        until = time.monotonic() + within
        with self._changed:
            while not (verdict := self.platform.verify(wanted, how_often)).kept:
                left = until - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
        if verdict.kept:
            return verdict.requests
        everything = self.platform.journal(Filter(provider=provider))
        names = {id(each.entry): each.names for each in everything}
        entries = [each.entry for each in everything]
        forgotten = verdict.forgotten
        raise Unexpected(unmet(wanted.calls, how_often, entries, lambda entry: names[id(entry)], forgotten=forgotten))

    def check(self, *, allow_unmatched: bool = False, allow_ties: bool = False) -> None:
        """Complain about requests that no interaction took, and answers that were chosen by the order of names only.

        Args:
            allow_unmatched: let requests be that no interaction took.
            allow_ties: let answers be that several interactions would have given otherwise.

        Raises:
            Unexpected: with the nearest interactions and each difference.

        """
        __tracebackhide__ = True
        asked = self.platform.journal()
        said = [
            "" if allow_unmatched else unmatched_text(asked),
            "" if allow_ties else ties_text(asked),
            *(f"the stub failed on a request: {fault!r}; this is a defect of Treaty" for fault in self._failures),
        ]
        if any(said):
            raise Unexpected("\n".join(text for text in said if text))

    def choose_state(self, state: str | None, *, provider: str | None = None) -> None:
        """Prefer a provider state from the next request on; None prefers none.

        Raises:
            ProviderUnknown: when there is no stub of the provider.
            UsageError: when no interaction is promised in this state.

        """
        check_state(self.platform, state, provider)
        self._thread.do(lambda: self.platform.choose_state(state, provider=provider))

    def vary(self, on: bool = True) -> None:  # noqa: FBT001, FBT002 - vary(False) says what it does
        """Give other answers that the contract allows as well from the next request on, or no longer."""
        for stub in self.platform.stubs.values():
            stub.vary = on

    def play(self, *faults: Mapping[str, Any]) -> None:
        """Play these faults from the next request on, and no others: ``play({"status": 503})``; none ends all.

        Args:
            faults: each as a file of faults has it.

        Raises:
            ConfigInvalid: when one is none; nothing is changed then.
            ProviderUnknown, UsageError: when one can meet nothing that the pacts promise; as above.

        """
        document = as_json_value({"faults": named_faults(faults)})
        self._thread.do(lambda: self.platform.play_faults(document))

    def reset(self) -> None:
        """Forget what was asked and made; prefer the state, and play and vary, as the stub was made to."""

        def reset() -> None:
            self.platform.reset()
            self.platform.choose_state(self._state)
            self.vary(self._vary)
            self._failures.clear()

        self._thread.do(reset)

    def _filter(
        self,
        calls: str | None,
        provider: str | None,
        query: Mapping[str, QueryValues] | None,
        headers: Mapping[str, str] | None,
        body: Any,
    ) -> Filter:
        if provider is not None:
            self.platform.stub(provider)
        if not isinstance(body, (bytes, Anything)):
            body = as_json_value(body)
        text = "* /**" if calls is None else calls
        wanted = read_calls(text, query=query, headers=headers, body=body)
        if wanted.interaction:
            check_description(self.platform, wanted.interaction, provider)
        return Filter(provider=provider, calls=wanted)

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[None]:
        tls = make_tls(self._doors, folder=self._folder / AUTHORITY_FOLDER)
        listeners: list[Listener] = []
        ports: dict[int, str] = {}
        stop = self.platform.listen(self._heard)
        try:
            for door in make_doors(tuple(self.platform.stubs.values()), self._doors):
                listener = Listener(door.answers, fault=self._failures.append, limits=self._limits)
                await listener.start(self._doors.host, door.port, tls=tls)
                listeners.append(listener)
                (name,) = door.paths
                ports[listener.port] = name
                self._urls[name] = url_of(self._doors, listener.port, "")
                self.platform.listens(name, self._urls[name])
            if self._fallbacks is not None:
                self._fallbacks.refuse_own_ports(ports)
            yield
        finally:
            stop()
            await asyncio.gather(*(listener.stop() for listener in listeners))

    def _heard(self, _asked: Asked) -> None:
        with self._changed:
            self._changed.notify_all()


def _fallbacks(
    stubs: Sequence[Answering], wanted: str | Mapping[str, str] | None, consumer: str | None, project: Path
) -> Fallbacks | None:
    if not wanted:
        return None
    from treaty_stubs.fallbacks import Fallbacks  # noqa: PLC0415 - it knows sessions; few stubs need it

    texts = [wanted] if isinstance(wanted, str) else [f"{name}={url}" for name, url in wanted.items()]
    return Fallbacks(stubs, texts, consumer=consumer, project=project)
