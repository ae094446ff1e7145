"""Learning which values no two items may share: those with which a second making was answered otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from treaty_stubs.lifecycle.calls import Call, Endpoint, Variable
from treaty_stubs.lifecycle.model import Source, Unique
from treaty_stubs.lifecycle.pasts import RESPONSE, Made, Past, shared

_Pairs: TypeAlias = frozenset[tuple[str, Source]]
_NOT_ITS_OWN: Final = ("path[", "header.authorization", "header.cookie")
_REFUSING: Final = frozenset({200, 400, 409, 422})


def learn_unique(endpoint: Endpoint, pasts: Sequence[Past]) -> tuple[Unique, ...]:
    """Find what no two items that an endpoint makes may have in common.

    What items were seen to share without harm is no part of it.
    """
    harmless: set[tuple[str, Source]] = set()
    alike: set[str] = set()
    for past in pasts:
        for call, earlier in _makings(past, endpoint):
            for item in earlier:
                harmless |= _pairs(call, item)
                alike |= _alike(call, item)
    found: dict[Unique, None] = {}
    for past in pasts:
        own = past.story.own
        if own.endpoint == endpoint and own.status in _REFUSING and not past.story.conditional:
            for item in _earlier(past, own):
                telling = _pairs(own, item) - harmless
                if telling:
                    also = tuple(sorted(_alike(own, item) - alike))
                    found[Unique(equal=tuple(sorted(telling)), also=also)] = None
    return tuple(found)


def collides(past: Past, unique: Sequence[Unique]) -> bool:
    """Tell whether an interaction asked for something that an item had already."""
    own = past.story.own
    if own.status == 201:
        return False
    pairs = [_pairs(own, item) for item in _earlier(past, own)]
    return any(set(each.equal) <= found for each in unique for found in pairs)


def _makings(past: Past, endpoint: Endpoint) -> Iterator[tuple[Call, list[Made]]]:
    """Yield each call that made an item, with the items of the same kind that were there."""
    made = [item for item in past.items if item.resource == endpoint]
    for index, item in enumerate(made):
        yield item.call, made[:index]
    own = past.story.own
    if own.endpoint == endpoint and own.status == 201:
        yield own, _earlier(past, own)


def _earlier(past: Past, call: Call) -> list[Made]:
    return [item for item in past.items if item.resource == call.endpoint and not item.gone]


def _pairs(call: Call, item: Made) -> _Pairs:
    return frozenset(
        (place, source)
        for place, source in shared(call, item, headers=True).items()
        if not source.startswith(RESPONSE) and not place.startswith(_NOT_ITS_OWN)
    )


def _alike(call: Call, item: Made) -> set[str]:
    """Give the places of the body that hold the same constant, or of which nobody can tell whether they do."""
    said: Mapping[str, object] = item.call.values
    return {
        place
        for place, value in call.values.items()
        if place.startswith("body.")
        and place in said
        and (
            said[place] == value
            if isinstance(value, Variable) is isinstance(said[place], Variable)
            else not isinstance(value, Variable)
        )
        and not (isinstance(value, Variable) and said[place] == value)
    }
