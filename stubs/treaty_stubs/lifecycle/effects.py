"""Learning what calls change: recorded items are compared with what was known of them before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty_stubs.lifecycle.calls import Call, Endpoint, Wait, leaves_of, open_way, place_of
from treaty_stubs.lifecycle.model import Change, Effect, Effects, Phase, Turn
from treaty_stubs.lifecycle.notes import Notes
from treaty_stubs.lifecycle.pasts import Made
from treaty_stubs.lifecycle.views import SOMETHING, TIME, said_of_item, same, token_of
from treaty_stubs.render.times import read_moment

_CANONICAL: Final = 9_000_000
"""Whole numbers from here on stand in pacts for numbers that vary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """An item as a recorded answer showed it.

    Attributes:
        item: which one.
        touches: what it had gone through, with the call that answered where that one changed it.
        notes: of the answer.
        document: the item in it.
        prefix: its place there.
        conditional: the recording needed other services to answer in a certain way.
        real: its values are those of the recording, even where rules leave them open.

    """

    item: Made
    touches: tuple[Call | Wait, ...]
    notes: Notes
    document: JsonValue
    prefix: str
    conditional: bool
    real: bool = False


@dataclass(slots=True, kw_only=True)
class Learned:
    """What is known so far; it grows sight by sight.

    Attributes:
        ways: to the item in the answers that made it, by resource.
        beginnings: what items say when they were made, by what made them.
        phases: the places that tell phases, by resource.
        loose: the places at which values vary, by resource.
        effects, waits, unfaithful: as in `Model`.

    """

    ways: Mapping[Endpoint, tuple[str, ...]]
    beginnings: Mapping[int, Mapping[str, JsonValue]]
    phases: Mapping[Endpoint, frozenset[str]]
    loose: Mapping[Endpoint, frozenset[str]]
    effects: dict[tuple[Endpoint, Endpoint, Phase | None], dict[str, Effect]] = field(default_factory=dict)
    waits: dict[tuple[Endpoint, Phase], list[Turn]] = field(default_factory=dict)
    unfaithful: dict[Endpoint, set[str]] = field(default_factory=dict)

    def leaves(self, item: Made, touches: Sequence[Call | Wait]) -> dict[str, JsonValue]:
        """Tell what an item says after what it went through, as far as that is known."""
        leaves = dict(self.beginnings.get(id(item.call), {}))
        faithless = self.unfaithful.get(item.resource, set())
        way = self.ways.get(item.resource, ())
        for place, source in said_of_item(item.call.values, way).items():
            if place not in faithless:
                leaves[place] = item.call.example(source)
        for touch in touches:
            phase = self.phase(item.resource, leaves)
            if isinstance(touch, Wait):
                for turn in self.waits.get((item.resource, phase), ())[:1]:
                    _apply(turn.effects, leaves, None)
                continue
            if touch.endpoint != item.resource or touch.endpoint[0] != "POST":
                for place, source in said_of_item(touch.values, way).items():
                    if place in leaves and place not in faithless:
                        leaves[place] = touch.example(source)
            known = self.effects.get((item.resource, touch.endpoint, phase))
            _apply(known or {}, leaves, touch)
        return leaves

    def phase(self, resource: Endpoint, leaves: Mapping[str, JsonValue]) -> Phase:
        """Tell the phase of an item."""
        return phase_of(leaves, self.phases.get(resource, frozenset()), self.loose.get(resource, frozenset()))

    def see(self, sight: Sight) -> None:
        """Learn from an item as it was shown."""
        item = sight.item
        before = self.leaves(item, sight.touches[:-1])
        now = self.leaves(item, sight.touches)
        differing = dict(self._differing(sight, now))
        if not sight.touches:
            self._begin(item, differing)
            return
        if not differing:
            return
        last = sight.touches[-1]
        phase = self.phase(item.resource, before)
        if isinstance(last, Wait):
            effects = {place: _becoming(value) for place, value in differing.items()}
            seen = {place: item.call.example(place) for place in item.call.values}
            turn = Turn(effects=effects, seen=seen, conditional=sight.conditional)
            turns = self.waits.setdefault((item.resource, phase), [])
            if turn not in turns:
                turns.append(turn)
                turns.sort(key=lambda each: each.conditional)
            return
        known = self.effects.setdefault((item.resource, last.endpoint, phase), {})
        for place, value in differing.items():
            known.setdefault(place, _effect(last, before.get(place), value))

    def _begin(self, item: Made, differing: Mapping[str, JsonValue]) -> None:
        said = said_of_item(item.call.values, self.ways.get(item.resource, ()))
        for place in differing:
            if place in said:
                self.unfaithful.setdefault(item.resource, set()).add(place)

    def _differing(self, sight: Sight, known: Mapping[str, JsonValue]) -> Iterator[tuple[str, JsonValue]]:
        telling = self.phases.get(sight.item.resource, frozenset())
        said = said_of_item(sight.item.call.values, self.ways.get(sight.item.resource, ()))
        loose = self.loose.get(sight.item.resource, frozenset())
        for place, value in leaves_of(sight.document):
            if place in telling:
                token = token_of(value, loose=place in loose)
                if place not in known or token_of(known[place], loose=place in loose) != token:
                    yield place, value
                continue
            cause = sight.notes.cause(f"body.{sight.prefix}{place[1:]}")
            if cause in {"created", "clock", "minted"} or place not in known:
                continue
            if cause == "echo" and place not in said:
                continue
            if _is_exact_number(value) and _is_exact_number(known[place]) and not same(value, known[place]):
                yield place, value
            elif place in said and not sight.touches and isinstance(value, str) and not same(value, known[place]):
                told = f"body.{sight.prefix}{place[1:]}" in sight.notes.origins
                if cause != "carried" or not told:
                    yield place, value


def phase_places(
    tokens: Mapping[Endpoint, Sequence[Mapping[str, JsonValue]]], echoed: Mapping[Endpoint, AbstractSet[str]]
) -> dict[Endpoint, frozenset[str]]:
    """Find the places at which items of a resource differ in ways that they do not repeat from a client.

    Args:
        tokens: what items were seen to say, by resource.
        echoed: places that repeat the request that made them.

    """
    found: dict[Endpoint, frozenset[str]] = {}
    for resource, seen in tokens.items():
        values: dict[str, set[str]] = {}
        for one in seen:
            for place, token in one.items():
                if "[" not in place:
                    values.setdefault(place, set()).add(repr(token))
        repeated = echoed.get(resource, frozenset())
        found[resource] = frozenset(place for place, each in values.items() if len(each) > 1 and place not in repeated)
    return found


def phase_of(leaves: Mapping[str, JsonValue], places: AbstractSet[str], loose: AbstractSet[str]) -> Phase:
    """Tell the phase of an item by what it says.

    Args:
        leaves: what it says.
        places: those that tell phases.
        loose: those at which values vary, so that only whether there is one tells anything.

    """
    return tuple((place, token_of(leaves[place], loose=place in loose)) for place in sorted(places) if place in leaves)


def loose_places(tokens: Mapping[Endpoint, Sequence[Mapping[str, JsonValue]]]) -> dict[Endpoint, frozenset[str]]:
    """Find the places at which values vary that nothing explains."""
    return {
        resource: frozenset(place for one in seen for place, token in one.items() if token == SOMETHING)
        for resource, seen in tokens.items()
    }


def body_of(notes: Notes, way: tuple[str, ...]) -> tuple[JsonValue, str]:
    """Give the item in an answer, and its place there."""
    return open_way(notes.document, way), place_of(way)


def _apply(effects: Effects, leaves: dict[str, JsonValue], call: Call | None) -> None:
    for place, effect in effects.items():
        if effect.change is Change.SET:
            leaves[place] = effect.value
        elif effect.change is Change.NOW:
            leaves[place] = TIME
        elif effect.change is Change.COPY and call is not None and isinstance(effect.value, str):
            leaves[place] = call.example(effect.value)
        elif effect.change is Change.ADD:
            number = leaves.get(place)
            if isinstance(number, int) and isinstance(effect.value, int):
                leaves[place] = number + effect.value


def _becoming(value: JsonValue) -> Effect:
    if isinstance(value, str) and read_moment(value) is not None:
        return Effect(change=Change.NOW, value=value)
    return Effect(change=Change.SET, value=value)


def _effect(call: Call, before: JsonValue, value: JsonValue) -> Effect:
    for place in sorted(call.values):
        if place.startswith("body.") and call.example(place) is not None and same(call.example(place), value):
            return Effect(change=Change.COPY, value=place)
    if _is_exact_number(value):
        if isinstance(value, int) and isinstance(before, int) and abs(value - before) == 1:
            return Effect(change=Change.ADD, value=value - before)
        return Effect(change=Change.UNKNOWN)
    return _becoming(value)


def _is_exact_number(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value < _CANONICAL
