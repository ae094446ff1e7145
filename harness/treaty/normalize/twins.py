"""One value under two names in one object of an answer: ``id`` and ``id_str``, ``id`` and ``uuid`` (DESIGN 4.3).

Counters that began together run in step by chance. So two fields are one value only where both have the name of an
identity and of nothing else, or where the values are such that no two are the same by chance.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.normalize.drafts import Draft
from treaty.normalize.leaves import Leaf, key_step, wildcard
from treaty.normalize.names import words
from treaty.normalize.shapes import RARE, shape_of

_IDENTITY: Final = frozenset({"id", "uuid", "guid", "gid", "str", "string", "text", "int", "integer", "raw"})
_LONG: Final = 10
"""Digits from which on two numbers are not the same by chance."""
_LAST_STEP: Final = re.compile(r"(\.[^.\[\]]+|\['[^']*'\])$")


def twin_notes(members: Sequence[Draft], notes: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Write of which other value of its answer each value is the same, where no note says what it is.

    Args:
        members: the observations of one interaction; the first is the example.
        notes: what is noted already, by location.

    """
    agreeing: dict[tuple[str, str], bool] = {}
    for member in members:
        for leaves in _objects(member):
            texts = {wildcard(leaf.location): leaf for leaf in leaves}
            for first, second in _pairs(leaves):
                agreeing.setdefault((first, second), True)
            for (first, second), agrees in agreeing.items():
                if first in texts and second in texts:
                    agreeing[first, second] = agrees and _same(texts[first], texts[second])
    found: dict[str, JsonValue] = {}
    for (first, second), agrees in agreeing.items():
        known = notes.get(second, {})
        if agrees and second not in found and isinstance(known, Mapping) and "of" not in known and first not in found:
            found[second] = {"cause": "created", **known, "of": f"response.{first}"}
    return found


def _objects(draft: Draft) -> Iterator[Sequence[Leaf]]:
    objects: dict[str, list[Leaf]] = defaultdict(list)
    for leaf in draft.item.response:
        if leaf.location.startswith("body.$") and _is_telling(leaf):
            objects[_LAST_STEP.sub("", leaf.location)].append(leaf)
    yield from (leaves for leaves in objects.values() if len(leaves) > 1)


def _pairs(leaves: Sequence[Leaf]) -> Iterator[tuple[str, str]]:
    """Give the places of two fields that are one value; the first is the one that is called ``id``, if there is one."""
    ordered = sorted(leaves, key=lambda leaf: leaf.name.field != "id")
    for index, first in enumerate(ordered):
        for second in ordered[index + 1 :]:
            if _same(first, second):
                yield wildcard(first.location), wildcard(second.location)


def _is_telling(leaf: Leaf) -> bool:
    if isinstance(leaf.value, bool) or not isinstance(leaf.value, (int, str)):
        return False
    if shape_of(leaf.value) in RARE or (str(leaf.value).isdecimal() and len(str(leaf.value)) >= _LONG):
        return True
    named = set(words(_LAST_STEP.findall(leaf.location)[0])) if _LAST_STEP.search(leaf.location) else set()
    return str(leaf.value).isdecimal() and bool(named) and named <= _IDENTITY


def _same(first: Leaf, second: Leaf) -> bool:
    return str(first.value) == str(second.value)


def in_step(body: JsonValue, notes: Mapping[str, JsonValue]) -> JsonValue:
    """Copy a body of Pact V4 whose example has one value where the answer has one.

    Args:
        body: with its example as a JSON value.
        notes: as `twin_notes` gives them.

    """
    if not isinstance(body, Mapping) or isinstance(body.get("content"), str):
        return body
    return {**body, "content": _in_step(body.get("content"), "body.$", notes)}


def _in_step(content: JsonValue, place: str, notes: Mapping[str, JsonValue]) -> JsonValue:
    if isinstance(content, list):
        return [_in_step(child, f"{place}[*]", notes) for child in content]
    if not isinstance(content, Mapping):
        return content
    copied = {key: _in_step(child, place + key_step(key), notes) for key, child in content.items()}
    for key, value in copied.items():
        note = notes.get(place + key_step(key))
        of = str(note.get("of")) if isinstance(note, Mapping) else ""
        other = next((copied[each] for each in copied if of == f"response.{place}{key_step(each)}"), None)
        if isinstance(value, str) and isinstance(other, (int, str)):
            copied[key] = str(other)
        elif isinstance(value, int) and isinstance(other, int):
            copied[key] = other
    return copied
