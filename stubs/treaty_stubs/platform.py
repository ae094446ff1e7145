"""All stubs of one run as one thing to look at and to steer: what the admin API and the Python API are made of.

It knows no HTTP. Steer it in the thread whose event loop answers; look at it from any thread.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, Protocol, TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.errors import ProviderUnknown, StubUnable, did_you_mean
from treaty_stubs.answering import Answering
from treaty_stubs.expectation import Calls, HowOften
from treaty_stubs.fault_reach import check_reach
from treaty_stubs.faults.model import Fault
from treaty_stubs.inventory import InteractionView, ProviderView, identities, view_of
from treaty_stubs.journal import Entry
from treaty_stubs.select.candidate import Candidate


class FaultSwitches(Protocol):
    """What plays faults, as the platform steers it; documents are JSON as a file of faults holds them."""

    def document(self) -> JsonValue:
        """Give the faults that are played now."""

    def counts(self) -> Mapping[str, int]:
        """Count the answers that each of them was played on, since it was switched on; by name."""

    def play(self, document: JsonValue, *, check: Callable[[Sequence[Fault]], None]) -> None:
        """Play these faults from the next request on, and no others.

        Args:
            document: of faults.
            check: raises TreatyError when they are not to be played.

        Raises:
            TreatyError: of `check`, or when the document is not one of faults; nothing is changed then.

        """

    def switch(self, name: str, *, on: bool) -> None:
        """Switch one fault on or off.

        Raises:
            TreatyError: when there is no fault of that name.

        """

    def reset(self) -> None:
        """Play again what was declared when the stubs were started."""


class Spaces(Protocol):
    """What holds the life cycles of stateful stubs, each client or test in a space of its own."""

    @property
    def weight(self) -> int:
        """About how many bytes of memory spaces and copies take together."""

    @property
    def gone(self) -> int:
        """How many spaces gave way to others."""

    def names(self) -> Sequence[str]:
        """Give the names of the spaces that hold something, in order."""

    def describe(self, name: str) -> JsonValue:
        """Give what a space holds, for people to look at."""

    def reset(self, name: str | None = None) -> None:
        """Empty one space, or all of them."""

    def snapshot(self, name: str) -> str:
        """Keep a copy of a space and give the name to restore it by; TreatyError when there are too many copies."""

    def restore(self, name: str, snapshot: str) -> None:
        """Make a space what it was when the copy was made; TreatyError when there is no such copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which requests are meant; what is not said does not matter.

    Attributes:
        provider: whose stub they reached.
        consumer: to whom the interaction that answered was promised, or one that says the same.
        status: of the answer.
        missed: whether no interaction answered.
        calls: what is said of the requests themselves, and of the interaction that answered.

    """

    provider: str | None = None
    consumer: str | None = None
    status: int | None = None
    missed: bool | None = None
    calls: Calls = field(default_factory=Calls)

    def accepts(self, asked: Asked) -> bool:
        """Tell whether a request is meant."""
        entry = asked.entry
        return (
            self.provider in {None, asked.provider}
            and self.missed in {None, entry.missed}
            and self.status in {None, entry.status}
            and (self.consumer is None or self.consumer in {each.consumer for each in asked.answering})
            and self.calls.accept(entry, *asked.names)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request that reached a stub.

    Attributes:
        provider: whose stub.
        entry: as the journal has it; its request is as it came, secrets too, so it is not for showing.
        candidate: the interaction that answered; None for a miss, and when pacts were read again that lack it.
        equals: other interactions that say the same, where one looks back; empty for what is told as it comes.

    """

    provider: str
    entry: Entry
    candidate: Candidate | None
    equals: tuple[Candidate, ...] = ()

    @property
    def answering(self) -> tuple[Candidate, ...]:
        """The interaction that answered and those that say the same; empty for a miss."""
        return () if self.candidate is None else (self.candidate, *self.equals)

    @property
    def names(self) -> tuple[str, ...]:
        """Their descriptions."""
        return tuple(each.name for each in self.answering)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether requests came as often as they should.

    Attributes:
        kept: they surely did.
        how_often: how often they should.
        count: how often they did, as far as the journal remembers.
        forgotten: how many requests of the providers in question the journal remembers no longer; some could be meant.
        requests: those that are meant, oldest first.

    """

    kept: bool
    how_often: HowOften
    count: int
    forgotten: int
    requests: tuple[Asked, ...]


Listener: TypeAlias = Callable[[Asked], None]
Stop: TypeAlias = Callable[[], None]
EVERY: Final = Filter()


class Platform:
    """The stubs of one run.

    Args:
        stubs: one for each provider; their journals go on with numbers that count through all of them.
        faults: what plays faults; None when none can be played.
        spaces: what holds life cycles; None when stubs are not stateful.

    Attributes:
        stubs: by the names of their providers, in order.
        faults, spaces: as given.

    """

    def __init__(
        self,
        stubs: Iterable[Answering],
        *,
        faults: FaultSwitches | None = None,
        spaces: Spaces | None = None,
    ) -> None:
        self.stubs: Final[Mapping[str, Answering]] = {
            stub.provider: stub for stub in sorted(stubs, key=lambda stub: stub.provider)
        }
        self.faults: Final = faults
        self.spaces: Final = spaces
        self._urls: dict[str, str] = {}
        self._identities: dict[str, tuple[tuple[Candidate, ...], tuple[str, ...]]] = {}
        numbers = itertools.count(1)
        for stub in self.stubs.values():
            stub.journal.number_by(numbers)

    def listens(self, provider: str, url: str) -> None:
        """Remember where clients find the stub of a provider."""
        self._urls[provider] = url

    def stub(self, provider: str) -> Answering:
        """Give the stub of a provider.

        Raises:
            ProviderUnknown: when there is none.

        """
        found = self.stubs.get(provider)
        if found is None:
            raise ProviderUnknown(
                f"there is no stub of provider '{provider}'",
                why=f"these are stood in for: {', '.join(self.stubs)}",
                hint=did_you_mean(provider, self.stubs),
            )
        return found

    def providers(self) -> tuple[ProviderView, ...]:
        """Give all providers, by name."""
        return tuple(view_of(stub, self._urls.get(name, "")) for name, stub in self.stubs.items())

    def interactions(self, provider: str | None = None) -> tuple[InteractionView, ...]:
        """Give the interactions of one provider or of all, in their default order.

        Raises:
            ProviderUnknown: when there is no such provider.

        """
        return tuple(
            InteractionView(
                id=identity,
                candidate=candidate,
                served=stub.count(candidate.number),
                equals=stub.equals(candidate.number),
            )
            for stub in self._meant(provider)
            for identity, candidate in zip(self._identified(stub), stub.candidates, strict=True)
        )

    def identity(self, candidate: Candidate) -> str:
        """Give the `InteractionView.id` of an interaction; empty when its stub has it no longer."""
        stub = self.stub(candidate.provider)
        known, place = stub.candidates, candidate.number
        return self._identified(stub)[place] if place < len(known) and known[place] is candidate else ""

    def journal(self, wanted: Filter = EVERY, *, after: int = 0) -> tuple[Asked, ...]:
        """Give the requests that a filter means, oldest first.

        Args:
            wanted: which ones.
            after: leave out those with this number and lower ones.

        Raises:
            ProviderUnknown: when the filter names a provider that there is not.

        """
        found = [
            asked
            for stub in self._meant(wanted.provider)
            for entry in stub.journal.kept
            if entry.number > after and wanted.accepts(asked := _looked_back(stub, entry))
        ]
        return tuple(sorted(found, key=lambda asked: asked.entry.number))

    def forgotten(self, provider: str | None = None) -> int:
        """Count the requests that the journals of one provider, or of all, keep no longer.

        Raises:
            ProviderUnknown: when there is no such provider.

        """
        return sum(stub.journal.forgotten for stub in self._meant(provider))

    def verify(self, wanted: Filter, how_often: HowOften) -> Verdict:
        """Tell whether the requests that a filter means came as often as they should.

        Raises:
            ProviderUnknown: when the filter names a provider that there is not.

        """
        requests = self.journal(wanted)
        count = len(requests)
        forgotten = self.forgotten(wanted.provider)
        sure = not forgotten or how_often.at_most is None
        return Verdict(
            kept=sure and count in how_often,
            how_often=how_often,
            count=count,
            forgotten=forgotten,
            requests=requests,
        )

    def listen(self, listener: Listener) -> Stop:
        """Call a function with every request from now on, in the thread that answers; give what ends that."""
        stops: list[Stop] = []
        for stub in self.stubs.values():
            tell = partial(_tell, stub, listener)
            stub.journal.listen(tell)
            stops.append(partial(stub.journal.ignore, tell))

        def stop() -> None:
            for each in stops:
                each()

        return stop

    def reset(self, provider: str | None = None) -> None:
        """Make one stub, or all, as they were when they were started: journal, chosen state and scripts.

        Faults and spaces are those of all stubs, so they are reset when no provider is named.

        Raises:
            ProviderUnknown: when there is no such provider.

        """
        for stub in self._meant(provider):
            stub.journal.clear()
            stub.chosen_state = None
            stub.forget_scripts()
        if provider is None and self.faults is not None:
            self.faults.reset()
        if provider is None and self.spaces is not None:
            self.spaces.reset()

    def clear_journal(self, provider: str | None = None) -> None:
        """Forget what one stub, or all, were asked.

        Raises:
            ProviderUnknown: when there is no such provider.

        """
        for stub in self._meant(provider):
            stub.journal.clear()

    def choose_state(self, state: str | None, *, provider: str | None = None) -> None:
        """Prefer a provider state in the answers of one stub, or of all; None prefers none.

        A request that names a state itself (``X-Treaty-State``) has that one.

        Raises:
            ProviderUnknown: when there is no such provider.

        """
        for stub in self._meant(provider):
            stub.chosen_state = state

    def play_faults(self, document: JsonValue) -> None:
        """Play these faults from the next request on, and no others; nothing is changed when that cannot be.

        Raises:
            StubUnable: when the stubs can play none.
            ConfigInvalid: when the document is not one of faults.
            ProviderUnknown, UsageError: when one of them can meet nothing that the pacts promise.

        """
        if self.faults is None:
            raise StubUnable("no faults can be played here", why="the stubs were started without that part")
        self.faults.play(document, check=self.check_faults)

    def check_faults(self, faults: Iterable[Fault]) -> None:
        """Insist that every fault can meet something that the pacts promise.

        Raises:
            ProviderUnknown, UsageError: when one cannot.

        """
        check_reach(faults, {name: stub.candidates for name, stub in self.stubs.items()})

    def _identified(self, stub: Answering) -> tuple[str, ...]:
        known = self._identities.get(stub.provider)
        if known is None or known[0] is not stub.candidates:
            known = self._identities[stub.provider] = (stub.candidates, tuple(identities(stub.candidates)))
        return known[1]

    def _meant(self, provider: str | None) -> tuple[Answering, ...]:
        return tuple(self.stubs.values()) if provider is None else (self.stub(provider),)


def _asked(stub: Answering, entry: Entry) -> Asked:
    number = entry.interaction
    if number is None or not 0 <= number < len(stub.candidates):
        return Asked(provider=stub.provider, entry=entry, candidate=None)
    return Asked(provider=stub.provider, entry=entry, candidate=stub.candidates[number])


def _looked_back(stub: Answering, entry: Entry) -> Asked:
    asked = _asked(stub, entry)
    equals = () if asked.candidate is None else stub.equals(asked.candidate.number)
    return replace(asked, equals=equals) if equals else asked


def _tell(stub: Answering, listener: Listener, entry: Entry) -> None:
    listener(_asked(stub, entry))
