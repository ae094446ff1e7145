"""Learning batches: calls that make items, mostly several, and tell none of their names; a list then shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty_stubs.lifecycle.calls import Call, Endpoint, Story, Value, Wait, leaves_of, open_way, place_of
from treaty_stubs.lifecycle.listings import makers_of, named_elements
from treaty_stubs.lifecycle.model import Batch
from treaty_stubs.lifecycle.notes import Notes
from treaty_stubs.lifecycle.requests import steps
from treaty_stubs.lifecycle.views import same

_ENOUGH: Final = 2
"""So many values of an element must a listed item repeat; one could be chance."""


def find_batches(stories: Sequence[Story], lists: Mapping[Endpoint, tuple[str, ...]]) -> dict[Endpoint, Batch]:
    """Find the endpoints whose requests hold items to be made, as a list of such items showed later.

    Args:
        stories: all of one provider.
        lists: the endpoints that answer lists of items, with the way to the list in their answers.

    """
    found: dict[Endpoint, Batch] = {}
    for story in stories:
        way = lists.get(story.own.endpoint)
        if way is None or not story.own.succeeds:
            continue
        notes = Notes(story.candidate.interaction)
        elements = open_way(notes.document, way)
        names = named_elements(notes).get(way, {})
        numbers = sorted(makers_of(story, names.values()))
        makers = [step for number in numbers if isinstance(step := story.before[number], Call)]
        if not makers or not isinstance(elements, list):
            continue
        unnamed = [dict(leaves_of(element)) for index, element in enumerate(elements) if index not in names]
        known = {call.endpoint for call in makers}
        for call in story.before:
            if isinstance(call, Call) and call.endpoint not in known and _may_be_batch(call, makers[0]):
                for inside in _ways(call):
                    if _are_shown(elements_of(call.values, inside), call, unnamed, whole=inside is None):
                        batch = Batch(resource=makers[0].endpoint, way=inside, status=makers[0].status)
                        found.setdefault(call.endpoint, batch)
    return found


def without_batches(story: Story, batches: Mapping[Endpoint, Batch]) -> Story:
    """Tell a story as if each item of a batch had been made by a call of its own."""
    before: list[Call | Wait] = []
    for step in story.before:
        batch = batches.get(step.endpoint) if isinstance(step, Call) and step.is_effectful else None
        if batch is None or not isinstance(step, Call):
            before.append(step)
            continue
        path = {place: value for place, value in step.values.items() if place in _path_places(batch.resource)}
        before += [
            Call(
                endpoint=batch.resource,
                status=batch.status,
                values={**path, **{f"body.{place}": value for place, value in element.items()}},
                binds=_names_of(step, batch, index),
                minted=step.minted,
            )
            for index, element in enumerate(elements_of(step.values, batch.way))
        ]
    return replace(story, before=tuple(before))


def elements_of(values: Mapping[str, Value], way: tuple[str, ...] | None) -> list[dict[str, Value]]:
    """Give the elements of a list in a body, or the whole of it, in order, each as its leaves by place."""
    if way is None:
        return [{place.removeprefix("body."): value for place, value in values.items() if place.startswith("body.$")}]
    found: dict[int, dict[str, Value]] = {}
    for place, value in values.items():
        if place.startswith("body.$"):
            walked = steps(place.removeprefix("body."))
            at = len(way)
            if tuple(walked[:at]) == way and len(walked) > at and isinstance(index := walked[at], int):
                found.setdefault(index, {})[place_of(walked[at + 1 :])] = value
    return [found[index] for index in sorted(found)]


def _names_of(call: Call, batch: Batch, index: int) -> dict[str, str]:
    """Give the variables that name an element of a batch, as if the making of it alone had told them."""
    wanted = None if batch.told is None else [*batch.told, index, *batch.name]
    return {
        variable: batch.key
        for variable, place in call.binds.items()
        if place.startswith("body.$") and steps(place.removeprefix("body.")) == wanted
    }


def _may_be_batch(call: Call, maker: Call) -> bool:
    """Tell whether a call makes something whose names it does not tell, at or below where single ones are made."""
    shorter, longer = maker.endpoint[1], call.endpoint[1]
    opened = all(longer[index : index + 1] == (None,) for index, each in enumerate(shorter) if each is None)
    return call.is_effectful and call.endpoint[0] == "POST" == maker.endpoint[0] and not call.binds and opened


def _path_places(endpoint: Endpoint) -> frozenset[str]:
    return frozenset(f"path[{index}]" for index in range(len(endpoint[1])))


def _ways(call: Call) -> Iterator[tuple[str, ...] | None]:
    """Yield the ways to the lists of a body, down to the first list of each, and None for the whole of it."""
    seen: dict[tuple[str, ...], None] = {}
    for place in call.values:
        if place.startswith("body.$"):
            walked = steps(place.removeprefix("body."))
            at = next((index for index, step in enumerate(walked) if isinstance(step, int)), None)
            if at is not None and at + 1 < len(walked):
                seen[tuple(str(step) for step in walked[:at])] = None
    yield from seen
    yield None


def _are_shown(
    elements: Sequence[Mapping[str, Value]], call: Call, listed: Sequence[Mapping[str, JsonValue]], *, whole: bool
) -> bool:
    """Tell whether each element of a batch is one of the listed items, by all that both say.

    Where the whole body is the element, the item has to say all of it: other requests than makings have bodies as well.
    """
    left = list(listed)
    for element in elements:
        said = {place: call.plain(value) for place, value in element.items()}
        match = next((each for each in left if _is_shown(said, each, whole=whole)), None)
        if match is None:
            return False
        left.remove(match)
    return bool(elements)


def _is_shown(said: Mapping[str, JsonValue], item: Mapping[str, JsonValue], *, whole: bool) -> bool:
    common = [place for place in said if place in item]
    enough = len(common) >= _ENOUGH and (not whole or len(common) == len(said))
    return enough and all(same(said[place], item[place]) for place in common)
