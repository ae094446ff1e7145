"""What the keys in paths are keys of, where neither the path nor the body says ``id`` (DESIGN 4.3).

``/{}/{}`` has no word for its values, and a body may call ``no`` what ``/invoices/17`` names. What they are is told by
who gave them out: each value that a path ever had at its place stood before in the answer to a change, under one name,
or was given there as a key. That name is one of an id from then on.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.normalize.leaves import Leaf, path_segments, split_url
from treaty.normalize.names import IDENTIFIER_FIELDS, KEY_FIELDS, NUMBER_FIELDS, Name, is_plural, singular, words
from treaty.normalize.observations import Observation
from treaty.normalize.shapes import RARE, shape_of
from treaty.normalize.templates import Template, typed_segment

_Place: TypeAlias = tuple[str, tuple[str | None, ...]]
"""A provider, and a template up to a value in it."""
_Asked: TypeAlias = dict[JsonValue, int]
"""Values, and the place in time where each was first."""

_NUMBERS: Final = IDENTIFIER_FIELDS | {"no", "nr", "num", "nbr", "numero", "nummer"}
"""Last words of names of numbers that people give to things."""
_COUNTS: Final = frozenset(
    {
        "page",
        "offset",
        "limit",
        "size",
        "count",
        "version",
        "total",
        "year",
        "level",
        "position",
        "rank",
        "index",
        "line",
    }
    | {"quantity", "amount", "sort", "order", "priority", "revision", "balance", "age", "length", "status", "code"}
)
"""Words for numbers that are none."""
_LEAST: Final = 2


@dataclass(slots=True, kw_only=True)
class _Evidence:
    """What a session says of keys.

    Attributes:
        asked: the values at each place of paths, in requests that succeeded.
        called: what each place's values are called so far.
        known: values under names of ids, and in addresses that answers gave, by provider and kind of thing.
        given: values that changes gave out, by provider and name.
        alone: those of them that were the only whole numbers of their answers.

    """

    asked: dict[_Place, _Asked] = field(default_factory=lambda: defaultdict(dict))
    called: dict[_Place, str] = field(default_factory=dict)
    known: set[tuple[str, str, JsonValue]] = field(default_factory=set)
    linked: set[tuple[str, JsonValue]] = field(default_factory=set)
    given: dict[tuple[str, Name], _Asked] = field(default_factory=lambda: defaultdict(dict))
    alone: set[tuple[str, Name, JsonValue]] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kinds:
    """What was found: the kind of the values at a place, and other names of ids by provider."""

    places: Mapping[_Place, str]
    names: Mapping[tuple[str, Name], str]
    fields: Mapping[tuple[str, str], str]


def with_path_kinds(observations: Sequence[Observation]) -> list[Observation]:
    """Call keys in paths, and what gave them out, by the things that they are keys of; all else is as it was.

    Args:
        observations: in order of their start.

    """
    kinds = _settle(_collect(observations))
    if not kinds.places and not kinds.names:
        return list(observations)
    return [_renamed(item, kinds) for item in observations]


def _collect(observations: Sequence[Observation]) -> _Evidence:
    found = _Evidence()
    for time, item in enumerate(observations):
        if not item.succeeded:
            continue
        provider = item.edge.provider
        for leaf in item.request:
            if leaf.location.startswith("path[") and "|" not in leaf.location:
                place = (provider, item.template.segments[: int(leaf.location[5:-1]) + 1])
                found.asked[place].setdefault(leaf.value, time)
                found.called[place] = leaf.name.entity
        _take_bodies(found, item, time)
    return found


def _take_bodies(found: _Evidence, item: Observation, time: int) -> None:
    provider = item.edge.provider
    sent = {leaf.value for leaf in item.request}
    whole = [leaf for leaf in item.response if leaf.location.startswith("body.$") and _is_whole(leaf.value)]
    for leaf in (*item.request, *item.response):
        if leaf.location in {"header.Location", "header.Content-Location"}:
            segments = path_segments(split_url(str(leaf.value)).path)
            found.linked.update((provider, typed_segment(segment)) for segment in segments)
        if not leaf.location.startswith("body.$"):
            continue
        is_key = leaf.name.field == "id" or (
            isinstance(leaf.value, str) and leaf.name.field in KEY_FIELDS | NUMBER_FIELDS
        )
        if is_key:
            found.known.add((provider, leaf.name.entity, leaf.value))
        if item.effectful and (is_key or (_is_whole(leaf.value) and leaf.value not in sent)):
            found.given[provider, leaf.name].setdefault(leaf.value, time)
            if [leaf] == whole:
                found.alone.add((provider, leaf.name, leaf.value))


def _settle(found: _Evidence) -> _Kinds:
    places: dict[_Place, str] = {}
    names: dict[tuple[str, Name], str] = {}
    fields: dict[tuple[str, str], str] = {}
    for place, asked in sorted(found.asked.items(), key=lambda each: (each[0][0], len(each[0][1]), repr(each[0]))):
        provider, segments = place
        kind = found.called[place]
        if any(shape_of(value) in RARE for value in asked) or _is_known(found, provider, kind, asked):
            continue
        giver = _giver(found, provider, asked)
        if giver is None:
            continue
        is_wordless = _has_no_word(segments, asked)
        own = giver.entity if giver.field in KEY_FIELDS | _NUMBERS else singular(giver.field)
        entity = own if is_wordless else kind
        if is_wordless:
            places[place] = entity
        if giver.field not in KEY_FIELDS and not all(isinstance(value, str) for value in asked):
            names[provider, giver] = entity
            fields[provider, giver.field if giver.field not in _NUMBERS else f"{entity}_{giver.field}"] = entity
    return _Kinds(places=places, names=names, fields=fields)


def _has_no_word(segments: Sequence[str | None], asked: _Asked) -> bool:
    """Tell whether nothing before the last segment says what it is: behind ``/repos/ann/`` texts are no anns."""
    before = words(segments[-2] or "") if len(segments) > 1 else ()
    return not before or (not is_plural(before[-1]) and all(isinstance(value, str) for value in asked))


def _is_known(found: _Evidence, provider: str, kind: str, asked: _Asked) -> bool:
    """Tell whether values are explained as they are called: an answer names one so, or leads to it."""
    return any((provider, kind, value) in found.known or (provider, value) in found.linked for value in asked)


def _giver(found: _Evidence, provider: str, asked: _Asked) -> Name | None:
    """Give the name under which all values at a place were given out before they were asked for."""
    candidates = [
        name
        for (owner, name), given in found.given.items()
        if owner == provider
        and all(given.get(value, time) < time for value, time in asked.items())
        and _is_evidence(found, provider, name, asked)
    ]
    return min(candidates, key=lambda name: (_rank(name), len(found.given[provider, name]), name), default=None)


def _is_evidence(found: _Evidence, provider: str, name: Name, asked: _Asked) -> bool:
    if any(isinstance(value, str) for value in asked):
        return name.field in KEY_FIELDS | NUMBER_FIELDS
    if _last_word(name) in _COUNTS:
        return False
    if len(asked) >= _LEAST or _last_word(name) in _NUMBERS:
        return True
    return all((provider, name, value) in found.alone for value in asked)


def _rank(name: Name) -> int:
    return 0 if name.field == "id" else 1 if _last_word(name) in _NUMBERS else 2


def _last_word(name: Name) -> str:
    return name.field.rpartition("_")[2]


def _renamed(item: Observation, kinds: _Kinds) -> Observation:
    template = _with_kinds(item, kinds)
    return replace(
        item,
        template=template,
        request=tuple(_named(item, item.request, template, kinds)),
        response=tuple(_named(item, item.response, template, kinds)),
    )


def _with_kinds(item: Observation, kinds: _Kinds) -> Template:
    segments = item.template.segments
    found = {
        index: kind
        for index, segment in enumerate(segments)
        if segment is None and (kind := kinds.places.get((item.edge.provider, segments[: index + 1]))) is not None
    }
    return replace(item.template, kinds=tuple(sorted(found.items()))) if found else item.template


def _named(item: Observation, leaves: Sequence[Leaf], template: Template, kinds: _Kinds) -> Iterator[Leaf]:
    provider, own = item.edge.provider, dict(template.kinds)
    for leaf in leaves:
        index = re.fullmatch(r"path\[(\d+)\]", leaf.location)
        if index is not None:
            entity = own.get(int(index[1]))
        elif leaf.location.startswith(("body.$", "query.")) and _is_whole(leaf.value):
            entity = kinds.names.get((provider, leaf.name)) or kinds.fields.get((provider, leaf.name.field))
        else:
            entity = None
        yield leaf if entity is None else replace(leaf, name=Name(entity=entity, field="id"))


def _is_whole(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
