"""What a stub has and how much of it was used: the values that the admin API and others show."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from treaty.contract.json_value import dumps
from treaty_stubs.answering import Answering
from treaty_stubs.select.candidate import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderView:
    """One provider that is stood in for.

    Attributes:
        name: of the provider.
        url: where clients find its stub; empty when it does not listen yet.
        consumers: how many interactions were promised to each.
        served, missed, ties: how many requests; since the journal was cleared.
        forgotten: how many requests the journal keeps no longer.
        unused: how many interactions never answered, nor one that says the same.
        chosen_state: preferred for requests that name no state themselves.
        states: the names of all provider states of its interactions.

    """

    name: str
    url: str
    consumers: Mapping[str, int]
    served: int
    missed: int
    ties: int
    forgotten: int
    unused: int
    chosen_state: str | None
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionView:
    """One interaction with how often it answered since the journal was cleared.

    Attributes:
        id: names it among all; the same after pacts were read again and in another run.
        candidate: the interaction and whose promise it is.
        served: how many requests it answered, or one that says the same.
        equals: the interactions of other consumers that say the same; one of them answers for all.

    """

    id: str
    candidate: Candidate
    served: int
    equals: tuple[Candidate, ...] = ()


def view_of(stub: Answering, url: str) -> ProviderView:
    """Look at a stub that clients find at an address."""
    journal = stub.journal
    candidates = stub.candidates
    return ProviderView(
        name=stub.provider,
        url=url,
        consumers=dict(sorted(Counter(candidate.consumer for candidate in candidates).items())),
        served=journal.served,
        missed=journal.missed,
        ties=journal.ties,
        forgotten=journal.forgotten,
        unused=len(candidates) - len(stub.with_equals(journal.used)),
        chosen_state=stub.chosen_state,
        states=tuple(sorted({state.name for each in candidates for state in each.interaction.states})),
    )


def identities(candidates: Iterable[Candidate]) -> Iterator[str]:
    """Yield the `InteractionView.id` of each interaction, in their order."""
    seen: Counter[str] = Counter()
    for candidate in candidates:
        known_by = dumps([candidate.provider, *candidate.order[3:]])
        digest = hashlib.sha256(f"{known_by}{seen[known_by] or ''}".encode("utf-8", "backslashreplace"))
        seen[known_by] += 1
        yield digest.hexdigest()[:12]
