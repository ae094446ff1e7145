"""Keys that an object of an answer may lack: they can't be demanded, for Pact knows no optional key (DESIGN 4.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.normalize.drafts import Draft
from treaty.normalize.leaves import key_step, wildcard
from treaty.normalize.names import is_collection_key, nested_entity
from treaty.normalize.observations import Observation

_Kind: TypeAlias = tuple[str, str]
"""A provider and what a thing is called there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VaryingKeys:
    """Keys that some things of a kind lack, by provider and kind, whatever endpoint shows them."""

    keys: Mapping[_Kind, frozenset[str]]

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> VaryingKeys:
        """Collect them: of the things that one endpoint shows at one place, not all have such a key."""
        seen: dict[tuple[str, str, str, str, str], tuple[set[str], set[str]]] = {}
        for item in observations:
            if not item.succeeded or item.response_payload.kind != "json":
                continue
            for place, entity, keys in things_in(item.response_payload.value, "body.$", item.template.entity):
                call = (item.edge.provider, item.method, str(item.template), place, entity)
                some, every = seen.setdefault(call, (set(), set(keys)))
                some |= keys
                every &= keys
        found: dict[_Kind, set[str]] = {}
        for (provider, _, _, _, entity), (some, every) in seen.items():
            if some != every:
                found.setdefault((provider, entity), set()).update(some - every)
        return cls(keys={kind: frozenset(keys) for kind, keys in found.items()})

    def below(self, item: Observation, lists: Collection[str]) -> frozenset[str]:
        """Give the places below some lists of an answer that members made by others may lack."""
        found: set[str] = set()
        for place, entity, keys in things_in(item.response_payload.value, "body.$", item.template.entity):
            varying = self.keys.get((item.edge.provider, entity), frozenset()) & keys
            if varying and place.startswith(tuple(f"{each}[*]" for each in lists)):
                found.update(place + key_step(key) for key in varying)
        return frozenset(found)


NO_KEYS = VaryingKeys(keys={})


def things_in(value: JsonValue, place: str, entity: str) -> Iterable[tuple[str, str, frozenset[str]]]:
    """Give the objects in an answer: place, kind, keys."""
    if isinstance(value, Mapping):
        yield place, entity, frozenset(value)
        for key, child in value.items():
            below = entity if is_collection_key(key) else nested_entity(key, entity)
            yield from things_in(child, place + key_step(key), below)
    elif isinstance(value, list):
        for child in value:
            yield from things_in(child, f"{place}[*]", entity)


def optional_places(members: Sequence[Draft]) -> frozenset[str]:
    """Find keys that some observation's object lacks: they can't be demanded (Pact knows no optional key)."""
    keys: dict[str, list[set[str]]] = {}
    for member in members:
        _collect_keys(member.item.response_payload.value, "body.$", keys)
    found: set[str] = set()
    for place, seen in keys.items():
        everywhere = seen[0].intersection(*seen)
        found.update(place + key_step(key) for key in seen[0].union(*seen) - everywhere)
    return frozenset(found)


def _collect_keys(value: JsonValue, place: str, keys: dict[str, list[set[str]]]) -> None:
    if isinstance(value, Mapping):
        keys.setdefault(place, []).append(set(value))
        for key, child in value.items():
            _collect_keys(child, place + key_step(key), keys)
    elif isinstance(value, list):
        for child in value:
            _collect_keys(child, f"{place}[*]", keys)


def without(value: JsonValue, place: str, optional: frozenset[str]) -> JsonValue:
    """Copy a JSON value without some keys, given by their places."""
    if isinstance(value, Mapping):
        return {
            key: without(child, place + key_step(key), optional)
            for key, child in value.items()
            if place + key_step(key) not in optional
        }
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [without(child, f"{place}[*]", optional) for child in value]
    return value


def is_below(path: str, optional: frozenset[str]) -> bool:
    """Tell whether a rule is about an optional key, or below it."""
    place = wildcard(f"body.{path}")
    return any(place == key or place.startswith((f"{key}.", f"{key}[")) for key in optional)
