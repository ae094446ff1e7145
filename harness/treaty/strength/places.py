"""Places in a JSON value, and copies of it in which one place is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue, Number, decimal_of, dumps, is_number
from treaty.normalize.shapes import RARE, shape_of
from treaty.verify.locations import join_path

Path: TypeAlias = tuple[str | int, ...]

MOST_MEMBERS: Final = 6
"""Of a longer list only the first members and the last are looked into, and of an object with more keys likewise."""
MOST_KEYS: Final = 60
_LONGEST: Final = 80


def is_list(value: JsonValue) -> bool:
    """Tell whether a value is a JSON array."""
    return isinstance(value, (list, tuple))


def is_scalar(value: JsonValue) -> bool:
    """Tell whether a value is neither object nor array."""
    return not isinstance(value, (Mapping, list, tuple))


def is_map(value: JsonValue) -> bool:
    """Tell whether the keys of an object are ids, so that it holds things by their id and has no fields of its own."""
    return isinstance(value, Mapping) and bool(value) and all(_is_id(key) for key in value)


def children(value: JsonValue) -> Iterator[tuple[str | int, JsonValue]]:
    """Give the members of an object or array with their steps; nothing for a scalar."""
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, (list, tuple)):
        yield from enumerate(value)


def nodes(value: JsonValue, path: Path = (), *, whole: bool = False) -> Iterator[tuple[Path, JsonValue]]:
    """Walk a value and all below it, from the outside in.

    Args:
        value: where to begin.
        path: of `value`.
        whole: also the middle of long lists and large objects, which are left out otherwise.

    """
    yield path, value
    below = list(children(value))
    most = MOST_MEMBERS if is_list(value) else MOST_KEYS
    if not whole and len(below) > most:
        below = [*below[: most - 1], below[-1]]
    for step, child in below:
        yield from nodes(child, (*path, step), whole=whole)


def is_sampled(value: JsonValue) -> bool:
    """Tell whether `nodes` leaves something out."""
    below = [child for _, child in children(value)]
    most = MOST_MEMBERS if is_list(value) else MOST_KEYS
    return len(below) > most or any(is_sampled(child) for child in below)


def at(value: JsonValue, path: Path) -> JsonValue:
    """Give the value at a place.

    Raises:
        KeyError: when there is nothing.

    """
    for step in path:
        value = dict(children(value))[step]
    return value


def replaced(value: JsonValue, path: Path, new: JsonValue) -> JsonValue:
    """Give a copy with another value at a place that is there."""
    return _changed(value, path, lambda _: new)


def without(value: JsonValue, path: Path) -> JsonValue:
    """Give a copy without a member, which is there."""
    return _changed(value, path[:-1], lambda parent: _less(parent, path[-1]))


def renamed(value: JsonValue, path: Path, name: str) -> JsonValue:
    """Give a copy in which a member of an object, which is there, has another key."""
    key = path[-1]

    def rename(parent: JsonValue) -> JsonValue:
        assert isinstance(parent, Mapping)
        return {name if step == key else step: child for step, child in parent.items()}

    return _changed(value, path[:-1], rename)


def rewritten(value: JsonValue, how: Callable[[Path, JsonValue], JsonValue], path: Path = ()) -> JsonValue:
    """Give a copy in which every scalar was rewritten."""
    if isinstance(value, Mapping):
        return {key: rewritten(child, how, (*path, key)) for key, child in value.items()}
    if isinstance(value, (list, tuple)):
        return [rewritten(child, how, (*path, index)) for index, child in enumerate(value)]
    return how(path, value)


def location(path: Path) -> str:
    """Name a place in a body: ``body.$.items[0].id``."""
    text = "body.$"
    for step in path:
        text = f"{text}[{step}]" if isinstance(step, int) else join_path(text, step)
    return text


def generic(path: Path) -> Path:
    """Give the place with every index replaced by -1: one place for all members of a list."""
    return tuple(-1 if isinstance(step, int) else step for step in path)


def field_of(path: Path) -> str:
    """Give the last key on the way, which names a scalar, also inside a list; empty when there is none."""
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def same(one: JsonValue, other: JsonValue) -> bool:
    """Tell whether two values mean the same: numbers count by value, keys in any order, types and texts as they are."""
    if one is other:
        return True
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(child, other[key]) for key, child in one.items())
    if is_list(one) and is_list(other):
        mine, theirs = list(children(one)), list(children(other))
        return len(mine) == len(theirs) and all(same(a, b) for (_, a), (_, b) in zip(mine, theirs, strict=True))
    return is_scalar(one) and is_scalar(other) and comparable(one) == comparable(other)


def comparable(value: JsonValue) -> object:
    """Give what is equal for scalars that mean the same (``66`` and ``66.0``, not ``"66"``), and can be a key."""
    if is_number(value):
        assert isinstance(value, (int, Number))
        return ("number", decimal_of(value))
    if not is_scalar(value):
        return ("json", dumps(value, sort_keys=True))
    return (type(value).__name__, value)


def shown(value: JsonValue) -> str:
    """Write a value for people; what is long is cut."""
    text = dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _is_id(key: str) -> bool:
    return key.isdecimal() or shape_of(key) in RARE


def _less(parent: JsonValue, step: str | int) -> JsonValue:
    if isinstance(parent, Mapping):
        return {key: child for key, child in parent.items() if key != step}
    assert isinstance(parent, (list, tuple))
    return [child for index, child in enumerate(parent) if index != step]


def _changed(value: JsonValue, path: Path, how: Callable[[JsonValue], JsonValue]) -> JsonValue:
    if not path:
        return how(value)
    step, rest = path[0], path[1:]
    if isinstance(value, Mapping):
        return {key: _changed(child, rest, how) if key == step else child for key, child in value.items()}
    assert isinstance(value, (list, tuple))
    return [_changed(child, rest, how) if index == step else child for index, child in enumerate(value)]
