"""Edits of a JSON answer: places with what shall stand there, found by the rules and made together."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from treaty.contract import rules as kinds
from treaty.contract.json_value import JsonValue, Number, dumps
from treaty.contract.scopes import KEYS_FREE, Rules, Scope
from treaty_stubs.vary.bounds import Bounds
from treaty_stubs.vary.values import other_value

Way: TypeAlias = tuple[str | int, ...]
Change: TypeAlias = Callable[[JsonValue], JsonValue]

ADDED: Final = "addedByTreaty"
"""The key that is added to objects: readers pass over what they do not know."""
_MOST_LEAVES: Final = 2000
_LONGEST_GROWTH: Final = 5
_RARE_NUMBER: Final = 1000
_RARE_TEXT: Final = 4
_COMMON: Final = 0.5
_SELDOM: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What shall become of the values at some places, all together or not at all."""

    ways: tuple[Way, ...]
    change: Change


def apply(edits: Iterable[Edit], document: JsonValue) -> JsonValue:
    """Make edits in a copy; those of inner places come before those of the places around them."""
    changes: dict[Way, list[Change]] = defaultdict(list)
    around: set[Way] = set()
    for edit in edits:
        for way in edit.ways:
            changes[way].append(edit.change)
            around.update(way[:length] for length in range(len(way)))
    return _applied(document, (), changes, around)


def _applied(value: JsonValue, way: Way, changes: Mapping[Way, Sequence[Change]], around: set[Way]) -> JsonValue:
    if way in around:
        if isinstance(value, Mapping):
            value = {key: _applied(child, (*way, key), changes, around) for key, child in value.items()}
        elif isinstance(value, Sequence) and not isinstance(value, str):
            value = [_applied(child, (*way, position), changes, around) for position, child in enumerate(value)]
    for change in changes.get(way, ()):
        value = change(value)
    return value


def shape_edits(document: JsonValue, scope: Scope, bounds: Bounds, chance: random.Random) -> Iterator[Edit]:
    """Draw edits of lists and objects: longer and shorter lists, other order, keys more or fewer."""
    for way, value, place in _nodes(document, scope, ()):
        if isinstance(value, Mapping):
            if chance.random() < _COMMON:
                yield Edit(ways=(way,), change=_turned)
            if place.direct & KEYS_FREE:
                if value and not bounds.holds_below(way) and chance.random() < _COMMON:
                    yield Edit(ways=(way,), change=_without(chance.choice(sorted(value))))
            elif chance.random() < _SELDOM:
                yield Edit(ways=(way,), change=_with_more)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            yield from _list_edits(way, value, place.rules, bounds, chance)


def _list_edits(
    way: Way, value: Sequence[JsonValue], rules: Rules | None, bounds: Bounds, chance: random.Random
) -> Iterator[Edit]:
    if bounds.is_unordered(way) and len(value) > 1 and chance.random() < _COMMON:
        yield Edit(ways=(way,), change=_turned_list)
    if rules is None or bounds.is_closed(way) or not value or chance.random() >= _COMMON:
        return
    least, most = _lengths(rules, len(value))
    length = chance.choice([number for number in {least, least + 1, len(value) + 1, most} if least <= number <= most])
    if length != len(value):
        yield Edit(ways=(way,), change=_of_length(length))


def _lengths(rules: Rules, now: int) -> tuple[int, int]:
    """Give the fewest and most elements; what the rules really accept is tried afterwards."""
    least, most = 0, now + _LONGEST_GROWTH
    for matcher in rules.matchers:
        if isinstance(matcher, kinds.Type):
            least = max(least, matcher.minimum or 0)
            most = min(most, most if matcher.maximum is None else matcher.maximum)
    return least, max(least, most)


def value_edits(
    document: JsonValue, before: JsonValue, scope: Scope, bounds: Bounds, chance: random.Random
) -> Iterator[Edit]:
    """Draw other values for leaves; rare values that stand at several places change there together.

    Args:
        document: with its shape already changed.
        before: as it was; elements that a list has beyond these are copies, and get identities of their own.
        scope: the rules of the body.
        bounds: of the contract.
        chance: where edits are drawn from.

    """
    groups: dict[tuple[Way, str], list[tuple[Way, JsonValue, Rules | None]]] = defaultdict(list)
    places: dict[str, list[Way]] = defaultdict(list)
    for count, (way, value, place) in enumerate(_leaves(document, scope, ())):
        if count >= _MOST_LEAVES:
            break
        if ADDED in way:
            continue
        copy = _copied(way, before)
        written = dumps(value)
        groups[copy, written if _is_rare(value) else dumps([*way])].append((way, value, place.rules))
        places[written].append(way)
    for (copy, _), members in groups.items():
        _, value, rules = members[0]
        is_own = bool(copy) and _is_rare(value)
        if is_own and any(way[: len(copy) - 1] != copy[:-1] for way in places[dumps(value)]):
            continue  # what stands around the list too belongs to all of its elements
        if any(bounds.holds(_origin(way, copy, before), copied=bool(copy)) for way, _, _ in members):
            continue
        if rules is None or (not is_own and (bounds.is_told_outside(value) or chance.random() >= _COMMON)):
            continue
        other = other_value(rules, value, chance)
        if dumps(other) != dumps(value):
            yield Edit(ways=tuple(way for way, _, _ in members), change=_always(other))


def _origin(way: Way, copy: Way, before: JsonValue) -> Way:
    """Give the place that a place in a copied element was copied from."""
    if not copy:
        return way
    listed = before
    for step in copy[:-1]:
        listed = listed[step]  # type: ignore[index]  # `_copied` has gone this way
    position = copy[-1]
    assert isinstance(listed, Sequence)
    assert isinstance(position, int)
    return (*copy[:-1], position % len(listed), *way[len(copy) :])


def _copied(way: Way, before: JsonValue) -> Way:
    """Give the way to the copied element that a place lies in; empty when it lies in none."""
    value = before
    for position, step in enumerate(way):
        if isinstance(value, Mapping) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, Sequence) and not isinstance(value, str) and isinstance(step, int):
            if step >= len(value):
                return way[: position + 1]
            value = value[step]
        else:
            return ()
    return ()


def _is_rare(value: JsonValue) -> bool:
    """Tell whether a value is hardly the same by chance."""
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int):
        return abs(value) >= _RARE_NUMBER
    return isinstance(value, (str, Number)) and len(dumps(value)) >= _RARE_TEXT + 2


def _nodes(value: JsonValue, scope: Scope, way: Way) -> Iterator[tuple[Way, JsonValue, Scope]]:
    """Yield objects and lists, the inner ones first."""
    children: Iterable[tuple[str | int, JsonValue]] = ()
    if isinstance(value, Mapping):
        children = value.items()
    elif isinstance(value, Sequence) and not isinstance(value, str):
        children = enumerate(value)
    else:
        return
    for step, child in children:
        yield from _nodes(child, scope.step(step), (*way, step))
    yield way, value, scope


def _leaves(value: JsonValue, scope: Scope, way: Way) -> Iterator[tuple[Way, JsonValue, Scope]]:
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _leaves(child, scope.step(key), (*way, key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for position, child in enumerate(value):
            yield from _leaves(child, scope.step(position), (*way, position))
    else:
        yield way, value, scope


def _always(value: JsonValue) -> Change:
    return lambda _: value


def _turned(value: JsonValue) -> JsonValue:
    assert isinstance(value, Mapping)
    return dict(reversed(list(value.items())))


def _turned_list(value: JsonValue) -> JsonValue:
    assert isinstance(value, Sequence)
    return list(reversed(value))


def _without(key: str) -> Change:
    def change(value: JsonValue) -> JsonValue:
        assert isinstance(value, Mapping)
        return {name: child for name, child in value.items() if name != key}

    return change


def _with_more(value: JsonValue) -> JsonValue:
    assert isinstance(value, Mapping)
    return {**value, ADDED: {"list": [1, None], "text": "x"}}


def _of_length(length: int) -> Change:
    def change(value: JsonValue) -> JsonValue:
        assert isinstance(value, Sequence)
        return [value[position % len(value)] for position in range(length)]

    return change
