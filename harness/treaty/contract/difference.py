"""The difference of two contracts: every change, whether it is breaking or safe, for whom and why.

Compatibility is decided by what the rules accept. A response may only become narrower: a consumer written for the old
contract can then read any answer that the new one allows. A request may only become wider: what the consumer sends is
then still accepted. Messages are responses in this.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from treaty.contract.difference_causes import cause_changes, frame_changes, show_states
from treaty.contract.difference_changes import LINE_OF_DOUBT, Change, Fate, InteractionDifference, PactDifference
from treaty.contract.difference_gaps import ABSENT_TEXT, Gap
from treaty.contract.difference_parts import message_gaps, request_gaps, response_gaps
from treaty.contract.json_value import dumps
from treaty.contract.model import (
    HttpInteraction,
    Interaction,
    MessageInteraction,
    Pact,
    ProviderState,
    SynchronousMessageInteraction,
)

_Pairs: TypeAlias = "list[tuple[Interaction | None, Interaction | None]]"


def compare_contracts(old: Iterable[Pact], new: Iterable[Pact]) -> tuple[PactDifference, ...]:
    """Compare two sets of pacts, paired by consumer and provider, in the order of these names.

    Several pacts of one pair count as one.
    """
    before, after = _by_edge(old), _by_edge(new)
    return tuple(_compare(edge, before.get(edge, ()), after.get(edge, ())) for edge in sorted({*before, *after}))


def compare_pacts(old: Pact, new: Pact) -> PactDifference:
    """Compare two pacts, whoever they are of; the names are those of the new one."""
    return _compare((new.consumer, new.provider), old.interactions, new.interactions)


def _by_edge(pacts: Iterable[Pact]) -> dict[tuple[str, str], tuple[Interaction, ...]]:
    found: dict[tuple[str, str], tuple[Interaction, ...]] = {}
    for pact in pacts:
        edge = (pact.consumer, pact.provider)
        found[edge] = (*found.get(edge, ()), *pact.interactions)
    return found


def _compare(edge: tuple[str, str], old: Sequence[Interaction], new: Sequence[Interaction]) -> PactDifference:
    pairs = pair_interactions(old, new)
    differences = (_difference(before, after) for before, after in pairs)
    return PactDifference(
        consumer=edge[0],
        provider=edge[1],
        interactions=tuple(difference for difference in differences if difference is not None),
        compared=len(pairs),
    )


# --- pairing ------------------------------------------------------------------------------------------------------


def pair_interactions(old: Sequence[Interaction], new: Sequence[Interaction]) -> _Pairs:
    """Find which interaction became which: in the order of the old ones, then those that are new.

    By key, else by description, states and request; what is left by less and less of these.
    """
    partners: dict[int, int] = {}
    for identity in _IDENTITIES:
        waiting: dict[Hashable, list[int]] = {}
        taken = set(partners.values())
        for position, interaction in enumerate(new):
            name = identity(interaction)
            if position not in taken and name is not None:
                waiting.setdefault(name, []).append(position)
        for position, interaction in enumerate(old):
            name = identity(interaction)
            if position not in partners and name is not None and waiting.get(name):
                partners[position] = waiting[name].pop(0)
    pairs: _Pairs = [
        (interaction, new[partners[position]] if position in partners else None)
        for position, interaction in enumerate(old)
    ]
    taken = set(partners.values())
    return [*pairs, *((None, interaction) for position, interaction in enumerate(new) if position not in taken)]


def _key(interaction: Interaction) -> Hashable:
    return (type(interaction), interaction.key) if interaction.key else None


def _everything(interaction: Interaction) -> Hashable:
    states = tuple((state.name, dumps(state.params, sort_keys=True)) for state in interaction.states)
    return (type(interaction), interaction.description, states, _call(interaction))


def _name_states_and_call(interaction: Interaction) -> Hashable:
    return (type(interaction), interaction.description, _state_names(interaction.states), _call(interaction))


def _name_and_states(interaction: Interaction) -> Hashable:
    return (type(interaction), interaction.description, _state_names(interaction.states))


def _name_and_call(interaction: Interaction) -> Hashable:
    return (type(interaction), interaction.description, _call(interaction))


def _name(interaction: Interaction) -> Hashable:
    return (type(interaction), interaction.description)


def _call_and_states(interaction: Interaction) -> Hashable:
    call = _call(interaction)
    return (call, _state_names(interaction.states)) if call is not None else None


def _call(interaction: Interaction) -> Hashable:
    if not isinstance(interaction, HttpInteraction):
        return None
    request = interaction.request
    return (request.method.upper(), request.path, interaction.response.status)


def _state_names(states: tuple[ProviderState, ...]) -> tuple[str, ...]:
    return tuple(sorted(state.name for state in states))


_IDENTITIES: Final[tuple[Callable[[Interaction], Hashable], ...]] = (
    _key,
    _everything,
    _name_states_and_call,
    _name_and_states,
    _name_and_call,
    _name,
    _call_and_states,
    _call,
)


# --- one interaction ----------------------------------------------------------------------------------------------


def _difference(old: Interaction | None, new: Interaction | None) -> InteractionDifference | None:
    shown = new or old
    assert shown is not None
    if old is None or new is None:
        fate = Fate.ADDED if old is None else Fate.REMOVED
        changes: tuple[Change, ...] = (_whole_change(shown, fate),)
    else:
        fate, changes = Fate.CHANGED, tuple(_changes(old, new))
    if not changes:
        return None
    states = tuple(state.name for state in shown.states)
    return InteractionDifference(description=shown.description, states=states, fate=fate, changes=changes)


def _whole_change(interaction: Interaction, fate: Fate) -> Change:
    added = fate is Fate.ADDED
    shown = show_states(interaction.states)
    return Change(
        part="interaction",
        location="interaction",
        old=ABSENT_TEXT if added else f"given {shown}" if interaction.states else "promised",
        new=f"given {shown}" if added and interaction.states else "promised" if added else ABSENT_TEXT,
        breaking=not added,
        demand=added,
        reason="the provider has to keep one promise more" if added else "nothing promises this answer any more",
    )


def _changes(old: Interaction, new: Interaction) -> Iterator[Change]:
    yield from frame_changes(old, new)
    found = [] if _same_parts(old, new) else list(_part_changes(old, new))
    yield from found
    absent = frozenset(
        change.location for change in found if change.part == "response" and ABSENT_TEXT in {change.old, change.new}
    )
    yield from cause_changes(old, new, absent)


def _same_parts(old: Interaction, new: Interaction) -> bool:
    """Tell quickly whether all that is compared part by part is written in the same way."""
    if isinstance(old, HttpInteraction) and isinstance(new, HttpInteraction):
        return old.request == new.request and old.response == new.response
    return False


def _part_changes(old: Interaction, new: Interaction) -> Iterator[Change]:
    if isinstance(old, HttpInteraction) and isinstance(new, HttpInteraction):
        yield from _merged(
            "request", request_gaps(old.request, new.request), request_gaps(new.request, old.request), sent=True
        )
        yield from _merged(
            "response", response_gaps(new.response, old.response), response_gaps(old.response, new.response)
        )
    elif isinstance(old, MessageInteraction) and isinstance(new, MessageInteraction):
        yield from _merged("message", message_gaps(new.message, old.message), message_gaps(old.message, new.message))
    elif isinstance(old, SynchronousMessageInteraction) and isinstance(new, SynchronousMessageInteraction):
        yield from _merged(
            "request", message_gaps(old.request, new.request), message_gaps(new.request, old.request), sent=True
        )
        if len(old.responses) != len(new.responses):
            yield Change(
                part="reply",
                location="count",
                old=str(len(old.responses)),
                new=str(len(new.responses)),
                breaking=True,
                demand=True,
                reason="another number of replies is promised",
            )
        for before, after in zip(old.responses, new.responses, strict=False):
            yield from _merged("reply", message_gaps(after, before), message_gaps(before, after))


def _merged(part: str, breaking: Iterable[Gap], demanding: Iterable[Gap], *, sent: bool = False) -> Iterator[Change]:
    """Merge the gaps of both directions by place; `sent` parts are the consumer's, in others it reads.

    A breaking gap of a sent part is one of the old promise, of a read part one of the new promise.
    """
    worse: dict[str, Gap] = {}
    more: dict[str, Gap] = {}
    for gaps, by_place in ((breaking, worse), (demanding, more)):
        for gap in gaps:
            known = by_place.get(gap.location)
            if known is None or (gap.extra and not known.extra):
                by_place[gap.location] = gap
    for location in _in_order(worse, more):
        gap = worse.get(location) or more[location]
        old_is_narrow = sent is (location in worse)
        yield Change(
            part=part,
            location=location,
            old=gap.narrow if old_is_narrow else gap.wide,
            new=gap.wide if old_is_narrow else gap.narrow,
            breaking=location in worse,
            demand=location in more,
            reason=_reason(gap, breaking=location in worse, old_is_narrow=old_is_narrow),
        )


_ORDER: Final = ("method", "path", "status", "query", "header", "metadata", "body")


def _in_order(worse: Iterable[str], more: Iterable[str]) -> list[str]:
    return sorted(dict.fromkeys((*worse, *more)), key=lambda place: _ORDER.index(place.partition(".")[0]))


def _reason(gap: Gap, *, breaking: bool, old_is_narrow: bool) -> str:
    if gap.extra:
        allowing, refusing = ("old", "new") if old_is_narrow else ("new", "old")
        return f"the {allowing} contract allows {gap.extra}, the {refusing} one does not"
    return LINE_OF_DOUBT if breaking else "it may allow less than before" if old_is_narrow else "it may allow more"
