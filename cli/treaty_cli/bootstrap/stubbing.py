"""Wires `treaty stub`: pacts of files and folders, one stub a provider, all in one event loop."""

from __future__ import annotations

import asyncio
import gc
import signal
import ssl
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from treaty.adapters.certificates import AUTHORITY
from treaty.adapters.pact_files import read_pacts
from treaty.config import find_config, load_config
from treaty.contract.model import Pact
from treaty.errors import NothingToDo, ProviderUnknown, TreatyError, counted, did_you_mean
from treaty_cli.bootstrap.fault_setting import read_fault_setting
from treaty_cli.bootstrap.pact_watch import LOOKS_EVERY, PactWatch
from treaty_cli.bootstrap.stub_admin import AdminRequest, make_admin
from treaty_cli.bootstrap.stub_events import (
    AdminStarted,
    AllStarted,
    Failed,
    Handle,
    HandshakeFailed,
    NotReloaded,
    Reloaded,
    RequestRefused,
    SpaceGone,
    Starved,
    Stopped,
    StubStarted,
    StubSummary,
    Unplaced,
)
from treaty_cli.bootstrap.stub_resources import take_more_files, tell_when_starved
from treaty_cli.bootstrap.stub_telling import Teller
from treaty_stubs.answering import MISS_STATUS, Answering
from treaty_stubs.concealment import Concealer
from treaty_stubs.doors import (
    AUTHORITY_FOLDER,
    DoorSettings,
    check_doors,
    make_doors,
    make_tls,
    url_of,
)
from treaty_stubs.fault_reach import check_reach
from treaty_stubs.http.handshakes import watch_handshakes
from treaty_stubs.http.listener import Listener
from treaty_stubs.http.refusing import Refusal
from treaty_stubs.journal import Entry
from treaty_stubs.lifecycle.spaces import SpaceBook
from treaty_stubs.message import Received
from treaty_stubs.platform import Platform
from treaty_stubs.repertoire import Repertoire
from treaty_stubs.select.candidate import Candidate, gather_candidates

if TYPE_CHECKING:
    from treaty_stubs.fallbacks import Fallbacks

USUAL_PACTS: Final = Path("pacts")


@dataclass(frozen=True, slots=True, kw_only=True)
class StubRequest:
    """What a user asks for on the command line.

    Attributes:
        pacts: files and folders; empty means those of the configuration, or `pacts/`.
        consumer: whose promises are kept; None takes those of all consumers.
        provider: the one to stand in for; None takes all, each on a port of its own.
        doors: where the stubs listen, and how.
        seed: makes generated values repeatable.
        miss_status: the status for a request that no interaction accepts.
        quiet: requests that are served are not told, unless another interaction fits as well.
        tells_all: all others are told one by one, however fast they come.
        faults: a file of faults to play.
        fallbacks: ``URL`` or ``NAME=URL`` of real providers, for what no interaction accepts.
        vary: give other answers that the contracts allow as well.
        admin: where the admin API listens; None when there is none.
        stateful: what clients make is kept, and shown, listed, changed and deleted.

    """

    pacts: Sequence[Path] = ()
    consumer: str | None = None
    provider: str | None = None
    doors: DoorSettings = field(default_factory=DoorSettings)
    seed: int | None = None
    miss_status: int = MISS_STATUS
    quiet: bool = False
    tells_all: bool = False
    faults: Path | None = None
    vary: bool = False
    admin: AdminRequest | None = None
    fallbacks: Sequence[str] = ()
    stateful: bool = False


def serve_stubs(request: StubRequest, handle: Handle) -> None:
    """Serve stubs until SIGINT or SIGTERM, and hand every event over.

    Raises:
        FileMissing: when a file or folder is not there, or may not be read.
        PactUnreadable: when a file is not a pact.
        ProviderUnknown: when no pact is of the provider.
        NothingToDo: when there is no interaction over HTTP.
        ConfigInvalid: when the file of faults is none.
        PortTaken, UsageError: when a stub cannot listen.
        ExtraMissing: when TLS is asked for and not installed.

    """
    check_doors(request.doors)
    watch = PactWatch(_places(request))
    gc.disable()  # what is read stays for good, and need not be looked through again and again
    try:
        stubs = make_stubs(request)
    finally:
        gc.enable()
    gc.collect()
    gc.freeze()
    asyncio.run(_serve(stubs, request, Teller(handle, tells_all=request.tells_all), watch))


def make_stubs(request: StubRequest) -> tuple[Answering, ...]:
    """Read the pacts and build what answers, one for each provider, by name; see `serve_stubs` for errors."""
    places = _places(request)
    pacts = _read(request, places)
    if request.consumer is not None and not pacts:
        raise NothingToDo(
            f"no pact is of consumer '{request.consumer}'",
            where=", ".join(map(str, places)),
            hint="leave --consumer out to serve what was promised to anyone",
        )
    providers = sorted({pact.provider for pact in pacts if pact.http_interactions()})
    if request.provider is not None:
        known = {pact.provider for pact in pacts}
        if request.provider not in known:
            raise ProviderUnknown(
                f"no pact is of provider '{request.provider}'",
                where=", ".join(map(str, places)),
                why=f"the pacts name these providers: {', '.join(sorted(known)) or 'none'}",
                hint=did_you_mean(request.provider, known),
            )
        providers = [provider for provider in providers if provider == request.provider]
    if not providers:
        raise NothingToDo(
            "there is nothing to serve",
            where=", ".join(map(str, places)),
            why=f"{counted(len(pacts), 'pact')} read, and no interaction over HTTP",
            hint="treaty record and treaty normalize write pacts",
        )
    faults = read_fault_setting(request.faults, seed=request.seed)
    spaces = SpaceBook() if request.stateful else None
    stubs = tuple(
        Answering(
            gather_candidates(pacts, provider=provider),
            provider=provider,
            seed=request.seed,
            miss_status=request.miss_status,
            faults=faults,
            vary=request.vary,
            spaces=spaces,
        )
        for provider in providers
    )
    if request.faults is not None:
        check_reach(faults.faults, {stub.provider: stub.candidates for stub in stubs}, source=str(request.faults))
    return stubs


def _places(request: StubRequest) -> tuple[Path, ...]:
    if request.pacts:
        return tuple(request.pacts)
    found = find_config(Path.cwd())
    return (USUAL_PACTS if found is None else load_config(found).pacts,)


def _read(request: StubRequest, places: Sequence[Path]) -> tuple[Pact, ...]:
    return tuple(pact for pact in read_pacts(places) if request.consumer in {None, pact.consumer})


async def _serve(stubs: Sequence[Answering], request: StubRequest, handle: Teller, watch: PactWatch) -> None:
    end = _prepare_process(handle)
    faults = stubs[0].faults
    platform = Platform(stubs, faults=faults, spaces=stubs[0].spaces)
    if stubs[0].spaces is not None:
        stubs[0].spaces.tell = lambda name, why: handle(SpaceGone(name=name, why=why))
    reloading = _Reloading(stubs, request, handle)
    listeners: list[Listener] = []
    fallbacks = _open_fallbacks(stubs, request)
    tls = _make_tls(request, handle)
    async with AsyncExitStack() as running:
        if fallbacks is not None:
            running.callback(fallbacks.close)
        admin = None
        if request.admin is not None:
            fault = _fault_handler("", handle)
            admin = make_admin(request.admin, platform, reload=reloading.reload, tls=tls, fault=fault)
            await admin.start()
            running.push_async_callback(admin.stop)
            reloading.tell = admin.changed
        running.push_async_callback(_stop, listeners)
        ports: dict[int, str] = {}
        for door in make_doors(
            stubs, request.doors, miss_status=request.miss_status, unplaced=_unplaced_handler(request, handle)
        ):
            names = ", ".join(door.paths)
            refused = _refusal_handler(names, handle)
            listener = Listener(door.answers, fault=_fault_handler(names, handle), refused=refused)
            await listener.start(request.doors.host, door.port, tls=tls)
            listeners.append(listener)
            ports[listener.port] = names
            for provider, path in door.paths.items():
                stub = platform.stub(provider)
                stub.journal.listen(_entry_handler(stub, handle, quiet=request.quiet))
                started = _started(stub, url_of(request.doors, listener.port, path))
                platform.listens(provider, started.url)
                handle(started)
        if fallbacks is not None:
            fallbacks.refuse_own_ports(ports)
        if admin is not None:
            handle(AdminStarted(url=admin.url))
        urls = {} if fallbacks is None else fallbacks.urls
        authority = None if tls is None else AUTHORITY_FOLDER.absolute() / AUTHORITY
        handle(AllStarted(faults=len(faults.faults), seed=faults.seed, fallbacks=urls, authority=authority))
        follower = asyncio.create_task(reloading.follow(watch))
        await end.wait()
        follower.cancel()
    handle(_stopped(stubs, fallbacks))


def _prepare_process(handle: Handle) -> asyncio.Event:
    """Take what the machine gives, and give what is set when we are asked to end."""
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end.set)
    take_more_files()
    tell_when_starved(loop, lambda why: handle(Starved(why=why)))
    return end


def _make_tls(request: StubRequest, handle: Handle) -> ssl.SSLContext | None:
    """Make what stubs and admin API speak TLS with, and tell of clients that get no connection."""
    doors = request.doors
    if request.admin is not None:
        doors = replace(doors, tls_names=(*doors.tls_names, request.admin.host))
    tls = make_tls(doors)
    if tls is not None:
        watch_handshakes(tls, lambda why: handle(HandshakeFailed(why=why)))
    return tls


def _open_fallbacks(stubs: Sequence[Answering], request: StubRequest) -> Fallbacks | None:
    if not request.fallbacks:
        return None
    from treaty_stubs.fallbacks import Fallbacks  # noqa: PLC0415 - it knows sessions; few runs need it

    return Fallbacks(stubs, request.fallbacks, consumer=request.consumer)


def _stopped(stubs: Sequence[Answering], fallbacks: Fallbacks | None) -> Stopped:
    spaces = stubs[0].spaces
    return Stopped(
        summaries=tuple(_summary(stub) for stub in stubs),
        session=None if fallbacks is None else fallbacks.session.folder,
        calls=0 if fallbacks is None else fallbacks.session.calls,
        unanswered=0 if fallbacks is None else fallbacks.session.unanswered,
        spaces_gone=0 if spaces is None else spaces.gone,
    )


async def _stop(listeners: Sequence[Listener]) -> None:
    await asyncio.gather(*(listener.stop() for listener in listeners))


class _Reloading:
    """Reads the pacts again; reading and compiling keep no request waiting.

    Attributes:
        tell: called after interactions have changed.

    """

    def __init__(self, stubs: Sequence[Answering], request: StubRequest, handle: Handle) -> None:
        self._stubs = stubs
        self._request = request
        self._handle = handle
        self._one_at_a_time = asyncio.Lock()
        self.tell: Callable[[], None] = lambda: None

    async def follow(self, watch: PactWatch) -> None:
        """Read whenever files change."""
        while True:
            await asyncio.sleep(LOOKS_EVERY)
            if not await asyncio.to_thread(watch.has_changed):
                continue
            try:
                await self.reload()
            except TreatyError as fault:
                self._handle(NotReloaded(fault=fault))

    async def reload(self) -> tuple[str, ...]:
        """Read now, and give the providers whose interactions are others.

        Raises:
            TreatyError: when the pacts cannot be read; all stubs answer as before then.

        """
        async with self._one_at_a_time:
            pacts = await asyncio.to_thread(_read, self._request, _places(self._request))
            changed = []
            for stub in self._stubs:
                repertoire = await asyncio.to_thread(_repertoire, pacts, stub.provider)
                if repertoire.candidates != stub.candidates:
                    stub.take_up(repertoire)
                    changed.append(stub.provider)
                    self._handle(Reloaded(provider=stub.provider, consumers=_by_consumer(stub)))
        served = {stub.provider for stub in self._stubs}
        for provider in sorted({pact.provider for pact in pacts if pact.http_interactions()} - served):
            if self._request.provider is None:
                self._handle(NotReloaded(fault=_not_served(provider)))
        if changed:
            self.tell()
        return tuple(changed)


def _repertoire(pacts: Sequence[Pact], provider: str) -> Repertoire:
    return Repertoire(gather_candidates(pacts, provider=provider))


def _not_served(provider: str) -> NothingToDo:
    return NothingToDo(
        f"provider '{provider}' is new and has no stub",
        why="stubs are started for the providers that the pacts name in the beginning",
        hint="start treaty stub again",
    )


def _started(stub: Answering, url: str) -> StubStarted:
    keeps = None if stub.spaces is None else stub.keeps
    return StubStarted(provider=stub.provider, url=url, consumers=_by_consumer(stub), keeps=keeps)


def _unplaced_handler(request: StubRequest, handle: Handle) -> Callable[[Received], None]:
    def tell(received: Received) -> None:
        handle(Unplaced(method=received.method, target=Concealer(received).target, status=request.miss_status))

    return tell


def _by_consumer(stub: Answering) -> dict[str, int]:
    return dict(sorted(Counter(candidate.consumer for candidate in stub.candidates).items()))


def _entry_handler(stub: Answering, teller: Teller, *, quiet: bool) -> Callable[[Entry], None]:
    def tell(entry: Entry) -> None:
        if not quiet or entry.missed or entry.tie:
            teller.asked(stub, entry)

    return tell


def _refusal_handler(provider: str, handle: Handle) -> Callable[[Refusal], None]:
    def tell(refusal: Refusal) -> None:
        target = Concealer(Received(method=refusal.method, target=refusal.target)).target
        handle(
            RequestRefused(
                provider=provider, status=refusal.status, why=refusal.reason, method=refusal.method, target=target
            )
        )

    return tell


def _fault_handler(provider: str, handle: Handle) -> Callable[[Exception], None]:
    return lambda fault: handle(Failed(provider=provider, fault=fault))


def _summary(stub: Answering) -> StubSummary:
    totals = stub.journal.totals
    used = stub.with_equals(totals.used)
    return StubSummary(
        provider=stub.provider,
        served=totals.served - totals.forwarded,
        forwarded=totals.forwarded,
        missed=totals.missed,
        ties=totals.ties,
        unused=tuple(_unused_name(each) for each in stub.candidates if each.number not in used),
    )


def _unused_name(candidate: Candidate) -> str:
    return f"{candidate.consumer}: {candidate.name}" + (f" ({candidate.state})" if candidate.state else "")
