"""Objects whose keys are ids: ``{"stock": {"17": {...}, "18": {...}}}`` is a list of entries, written as an object.

That a key such as ``17`` is an id is told by evidence: every key that an answer ever had there is the id of one kind of
thing that answers and paths of the same provider name. Keys that are unmistakable (uuids and the like) need none.
While causes are looked for, such an object is a list of entries with ``#key`` and ``#value``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from treaty.contract.fitted import KEY, VALUE
from treaty.contract.json_value import JsonValue
from treaty.normalize.leaves import Entry, key_step
from treaty.normalize.names import nested_entity
from treaty.normalize.shapes import RARE, shape_of

Maps: TypeAlias = Mapping[str, str]
"""What the keys of the objects at some places are called: place with wildcards, and entity."""

_WHOLE: Final = re.compile(r"0|[1-9]\d{0,17}")


def candidates(value: JsonValue, place: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Find objects whose keys all look like ids, with the keys."""
    if isinstance(value, Mapping):
        keys = list(value)
        if keys and _is_id(keys[0]) and all(_is_id(key) for key in keys):
            yield place, keys
            return
        for key, child in value.items():
            yield from candidates(child, place + key_step(key))
    elif isinstance(value, list):
        for child in value:
            yield from candidates(child, f"{place}[*]")


def _is_id(key: str) -> bool:
    return _WHOLE.fullmatch(key) is not None or shape_of(key) in RARE


def settle_maps(found: Mapping[str, Iterable[str]], ids: Mapping[str, frozenset[str]]) -> Maps:
    """Decide which of some objects are maps, and of what.

    Args:
        found: the keys that each place ever had.
        ids: of each kind of thing, all ids that answers and paths name.

    """
    maps: dict[str, str] = {}
    for place, keys in found.items():
        seen = frozenset(keys)
        own = nested_entity(re.split(r"[.\[\]']+", place)[-1], "")
        entities = sorted((entity for entity, known in ids.items() if seen <= known), key=lambda each: each != own)
        if entities:
            maps[place] = entities[0]
        elif all(shape_of(key) in RARE for key in seen):
            maps[place] = own
    return maps


def _in_order(value: Mapping[str, JsonValue]) -> Sequence[tuple[str, JsonValue]]:
    """Give the members of a map by their numbers: servers that sort keys as texts write 100 before 99."""
    if all(_WHOLE.fullmatch(key) for key in value):
        return sorted(value.items(), key=lambda member: int(member[0]))
    return list(value.items())


def as_entries(value: JsonValue, place: str, maps: Maps) -> JsonValue:
    """Write the objects at some places as lists of entries."""
    if isinstance(value, Mapping):
        if place in maps:
            return [
                Entry(
                    maps[place],
                    {
                        KEY: int(key) if _WHOLE.fullmatch(key) else key,
                        VALUE: as_entries(child, f"{place}[*]['{VALUE}']", maps),
                    },
                )
                for key, child in _in_order(value)
            ]
        return {key: as_entries(child, place + key_step(key), maps) for key, child in value.items()}
    if isinstance(value, list):
        return [as_entries(child, f"{place}[*]", maps) for child in value]
    return value
