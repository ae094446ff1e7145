"""What happens while stubs are served, as values for whoever tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from treaty.errors import TreatyError
from treaty_stubs.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class StubStarted:
    """One provider is being stood in for.

    Attributes:
        provider: its name.
        url: where clients find the stub.
        consumers: counts interactions by consumer.
        keeps: the requests whose making of things it keeps; None when it is not stateful.

    """

    provider: str
    url: str
    consumers: dict[str, int]
    keeps: tuple[str, ...] | None = None

    @property
    def interactions(self) -> int:
        """How many interactions there are."""
        return sum(self.consumers.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminStarted:
    """The admin API and its page can be reached."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllStarted:
    """Every stub listens.

    Attributes:
        faults: how many faults are declared, also those that are off.
        seed: makes the same requests meet the same faults again.
        fallbacks: the URLs of real providers, by the names of those.
        authority: the certificate that clients have to trust; None without TLS.

    """

    faults: int = 0
    seed: int = 0
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    authority: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request was answered, or missed.

    Attributes:
        provider: whose stub it reached.
        target: path and query without secrets.
        interaction: the description of what answered; empty for a miss.
        entry: what the journal holds; its request is as it came, so it is not for showing.

    """

    provider: str
    target: str
    interaction: str
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """Requests that were answered or missed one after the other, told together."""

    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """Requests that were served are not told one by one; they came faster than that. `count` says how many."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """A request was for no provider, on a port that several share; `target` is without secrets."""

    method: str
    target: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reloaded:
    """A stub answers as its changed pacts say; `consumers` counts interactions by consumer."""

    provider: str
    consumers: dict[str, int]

    @property
    def interactions(self) -> int:
        """How many interactions there are."""
        return sum(self.consumers.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReloaded:
    """Changed pacts could not be read, or are of a provider that is not served; all stubs answer as before."""

    fault: TreatyError


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRefused:
    """What a client sent is no request, or too much of one; nobody looked for an interaction.

    Attributes:
        provider: whose stub it reached; the names of all on a port that several share.
        status: that the client was told.
        why: a clause.
        method, target: as far as they were read, without secrets; else empty.

    """

    provider: str
    status: int
    why: str
    method: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandshakeFailed:
    """A client of a stub that speaks TLS, or of its admin API, did not get as far as a request; `why` is a clause."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Starved:
    """The machine gives no more connections; clients wait until others end theirs. `why` is a clause."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceGone:
    """What clients had made in a space is forgotten, in favour of other spaces; `why` is a clause."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The stub itself failed on a request, or its admin API when no provider is named; the client was told 500."""

    provider: str
    fault: Exception


@dataclass(frozen=True, slots=True, kw_only=True)
class StubSummary:
    """What became of one stub; `unused` names the interactions that never answered."""

    provider: str
    served: int
    missed: int
    ties: int
    unused: tuple[str, ...] = ()
    forwarded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The stubs were stopped.

    Attributes:
        summaries: what became of each.
        session: where the calls that were sent on are recorded; None when there were none.
        calls: how many these are.
        unanswered: how many of them got no answer, and can be no promise.
        spaces_gone: how many spaces of stateful stubs gave way to others.

    """

    summaries: tuple[StubSummary, ...] = field(default=())
    session: Path | None = None
    calls: int = 0
    unanswered: int = 0
    spaces_gone: int = 0


StubEvent: TypeAlias = (
    StubStarted
    | AdminStarted
    | AllStarted
    | Asked
    | Several
    | Untold
    | Unplaced
    | Reloaded
    | NotReloaded
    | RequestRefused
    | HandshakeFailed
    | Starved
    | SpaceGone
    | Failed
    | Stopped
)
Handle: TypeAlias = Callable[[StubEvent], None]
