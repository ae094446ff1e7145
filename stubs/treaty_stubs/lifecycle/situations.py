"""What a request meets in a space: the item it names, what that has gone through, and what it collides with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty_stubs.lifecycle.calls import Endpoint, leaves_of, open_way
from treaty_stubs.lifecycle.effects import phase_of
from treaty_stubs.lifecycle.model import EndpointModel, Expectation, Model, Phase, Presence, Reference, Source
from treaty_stubs.lifecycle.pasts import RESPONSE
from treaty_stubs.lifecycle.requests import steps
from treaty_stubs.lifecycle.spaces import Item, Space
from treaty_stubs.lifecycle.views import said_of_item, same

_NOT_THERE: Final = (Presence.GONE, Presence.ABSENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a request meets.

    Attributes:
        presence: of the item that it names.
        item: that one, where it is there or was.
        several: more than one item fits.
        parents: presence of other items that it names, in the order of the endpoint's parents.
        named: these items, None where they are not there.
        twin: the item that has already what should be unique.
        doubtful: nobody can tell whether an item collides with it.

    """

    presence: Presence
    item: Item | None
    several: bool
    parents: tuple[Presence, ...]
    named: tuple[Item | None, ...]
    twin: Item | None
    doubtful: bool


class Judge:
    """Looks up what requests name.

    Args:
        model: what was learned.
        provider: whose items are meant.

    """

    def __init__(self, model: Model, provider: str) -> None:
        self._model = model
        self._provider = provider

    def situation(self, endpoint: EndpointModel, values: Mapping[str, JsonValue], space: Space) -> Situation:
        """Tell what a request meets.

        Args:
            endpoint: where it goes.
            values: what it says, by place.
            space: where it looks.

        """
        presence, item, several = self._look_up(endpoint.references, values, space)
        found = [self._look_up((parent,), values, space) for parent in endpoint.parents]
        twin, doubtful = None, False
        if endpoint.makes and presence is not Presence.PRESENT:
            twin, doubtful = self._twin(endpoint, values, space)
        return Situation(
            presence=presence,
            item=item,
            several=several,
            parents=tuple(each[0] for each in found),
            named=tuple(each[1] for each in found),
            twin=twin,
            doubtful=doubtful,
        )

    def fitting(
        self, resource: Endpoint, filters: Iterable[tuple[str, Source]], values: Mapping[str, JsonValue], space: Space
    ) -> list[Item]:
        """Give the items of a kind that are there and have what a request asks for."""
        wanted = [(place, source) for place, source in filters if place in values]
        return [
            item
            for item in space.of(self._provider, resource)
            if not item.gone and all(self.has(item, source, values[place]) for place, source in wanted)
        ]

    def phase(self, item: Item) -> Phase:
        """Tell the phase of an item."""
        resource = item.resource
        return phase_of(
            dict(leaves_of(item.document)),
            self._model.phases.get(resource, frozenset()),
            self._model.loose.get(resource, frozenset()),
        )

    def has(self, item: Item, source: Source, value: JsonValue) -> bool:
        """Tell whether an item has a value at a source."""
        known = self.value(item, source)
        return known is not None and same(known, value)

    def value(self, item: Item, source: Source) -> JsonValue:
        """Give what an item has at a source, as it is now; None where it has nothing."""
        if source.startswith(RESPONSE):
            return item.made.get(source.removeprefix(RESPONSE))
        if source.startswith("body.$"):
            way = self._model.ways.get(item.resource, ())
            for place, other in said_of_item({source: None}, way).items():
                if other == source and place not in self._model.unfaithful.get(item.resource, frozenset()):
                    now = at_place(item.document, place)
                    if now is not None:
                        return now
        return item.given.get(source)

    def _look_up(
        self, references: Sequence[Reference], values: Mapping[str, JsonValue], space: Space
    ) -> tuple[Presence, Item | None, bool]:
        asked = [
            reference for reference in references if all(values.get(place) is not None for place, _ in reference.equal)
        ]
        if not asked:
            return Presence.NONE, None, False
        gone: Item | None = None
        for reference in asked:
            items = [
                item
                for item in reversed(space.of(self._provider, reference.resource))
                if all(self.has(item, source, values[place]) for place, source in reference.equal)
            ]
            there = [item for item in items if not item.gone]
            if there:
                return Presence.PRESENT, there[0], len(there) > 1
            gone = gone or next(iter(items), None)
        return (Presence.ABSENT, None, False) if gone is None else (Presence.GONE, gone, False)

    def _twin(self, endpoint: EndpointModel, values: Mapping[str, JsonValue], space: Space) -> tuple[Item | None, bool]:
        doubtful = False
        for item in space.of(self._provider, endpoint.endpoint):
            if item.gone:
                continue
            for unique in endpoint.unique:
                equal = [
                    values.get(place) is not None and self.has(item, source, values[place])
                    for place, source in unique.equal
                ]
                if all(equal):
                    if all(self.has(item, place, values.get(place)) for place in unique.also):
                        return item, False
                    doubtful = True
                elif any(equal):
                    doubtful = True
        return None, doubtful


def expects(expectation: Expectation, situation: Situation, endpoint: EndpointModel) -> bool:
    """Tell whether an interaction was recorded in such a situation, apart from the phase of the item."""
    refuses = expectation.status >= 400
    if endpoint.references and not _alike(expectation.presence, situation.presence, refuses=refuses):
        return False
    for recorded, met in zip(expectation.parents, situation.parents, strict=True):
        if Presence.NONE not in {recorded, met} and not _alike(recorded, met, refuses=refuses):
            return False
    return expectation.collides is (situation.twin is not None) or (refuses and not expectation.collides)


def at_place(document: JsonValue, place: str) -> JsonValue:
    """Give the value at a place of a document; None where there is none."""
    value = document
    for step in steps(place):
        if isinstance(step, str):
            value = open_way(value, (step,))
        else:
            value = value[step] if isinstance(value, list) and step < len(value) else None
    return value


def _alike(recorded: Presence, met: Presence, *, refuses: bool) -> bool:
    return recorded is met or (refuses and recorded in _NOT_THERE and met in _NOT_THERE)
