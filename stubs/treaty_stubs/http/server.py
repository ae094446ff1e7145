"""A stub in a thread of its own, for tests and for use inside a verification."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from types import TracebackType
from typing import Final, Self

from treaty.contract.model import Pact
from treaty_stubs.answering import MISS_STATUS, Answering
from treaty_stubs.http.limits import DEFAULT_LIMITS, Limits
from treaty_stubs.http.listener import Listener
from treaty_stubs.http.loop_thread import LoopThread
from treaty_stubs.journal import Journal
from treaty_stubs.repertoire import Repertoire
from treaty_stubs.select.candidate import gather_candidates

_MOST_FAULTS: Final = 100


class StubServer:
    """Stands in for a provider: answers what its pacts promise, on a port of its own, until it is closed.

    Use it as a context manager. It listens as soon as the block is entered.

    Args:
        pacts: what the provider promised; those of other providers are left aside when `provider` is given.
        provider: the provider; None takes every pact.
        host: an address of this machine.
        port: 0 takes a free one.
        seed: makes generated values repeatable (see `Answering`).
        miss_status: the status for a request that no interaction accepts.
        limits: what one connection may take.
        shift: how far the times in answers lie ahead of our clock.

    Raises (on entering):
        PortTaken, UsageError, CouldNot: as `Listener.start`.

    """

    def __init__(
        self,
        pacts: Iterable[Pact],
        *,
        provider: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int | None = None,
        miss_status: int = MISS_STATUS,
        limits: Limits = DEFAULT_LIMITS,
        shift: timedelta = timedelta(),
    ) -> None:
        pacts = tuple(pacts)
        candidates = gather_candidates(pacts, provider=provider)
        name = provider or ", ".join(sorted({pact.provider for pact in pacts}))
        self._answering = Answering(candidates, provider=name, seed=seed, miss_status=miss_status, shift=shift)
        self._provider = provider
        self._host = host
        self._wanted_port = port
        self._faults: deque[Exception] = deque(maxlen=_MOST_FAULTS)
        self._listener = Listener(self._answering, fault=self._faults.append, limits=limits)
        self._thread: Final = LoopThread(self._serving)

    @property
    def port(self) -> int:
        """Where it listens; 0 before it was entered."""
        return self._listener.port

    @property
    def url(self) -> str:
        """Where clients find it, without a slash at the end."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}"

    @property
    def journal(self) -> Journal:
        """What was asked and answered."""
        return self._answering.journal

    @property
    def answering(self) -> Answering:
        """The interactions and what chooses among them."""
        return self._answering

    @property
    def faults(self) -> tuple[Exception, ...]:
        """Exceptions of our own that clients saw as status 500; there should be none."""
        return tuple(self._faults)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def reload(self, pacts: Iterable[Pact]) -> None:
        """Answer as other pacts say, from the next request on; returns when that is so.

        Args:
            pacts: in place of those that it was made with.

        """
        repertoire = Repertoire(gather_candidates(pacts, provider=self._provider))
        self._thread.do(lambda: self._answering.take_up(repertoire))

    def close(self) -> None:
        """Stop listening, let requests that are under way be answered, and end the thread."""
        self._thread.close()

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[None]:
        await self._listener.start(self._host, self._wanted_port)
        yield
        await self._listener.stop()
