"""Keys in paths that no word goes before: ``/acme`` and ``/acme/widgets``, as code hosts have them.

Behind the name of a collection a text is a key by its being one in a body. Elsewhere that is little: ``/status`` is
what it says. So it must have been the key of something that a change made before any path had it, and be called so
again: by a second one at its place, by an answer below it, at a second place, or because the change was made right
above it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, TypeAlias

from treaty.normalize.bodies import Payload, body_leaves
from treaty.normalize.leaves import path_segments
from treaty.normalize.names import FILE_NAME, KEY_FIELDS
from treaty.normalize.refusals import says_no
from treaty.session.exchange import Exchange

_Way: TypeAlias = tuple[str, ...]
"""The segments of a path from its beginning."""

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_MAKING: Final = KEY_FIELDS | {FILE_NAME}
_LEAST: Final = 2


@dataclass(slots=True, kw_only=True)
class _Provider:
    """What one provider was told and asked.

    Attributes:
        made: the texts that changes gave as keys, with the place in time of the first.
        made_at: the same by the path of the change.
        asked: paths and their beginnings, with when they were asked first with another answer than 404.
        missed: those that were only ever answered with 404.
        shown: paths and their beginnings with a text of an answer that equals their last segment.
        named: paths whose answers give their last segment as a key.

    """

    made: dict[str, int] = field(default_factory=dict)
    made_at: dict[tuple[_Way, str], int] = field(default_factory=dict)
    asked: dict[_Way, int] = field(default_factory=dict)
    missed: set[_Way] = field(default_factory=set)
    shown: set[_Way] = field(default_factory=set)
    named: set[_Way] = field(default_factory=set)


def wordless_keys(bodies: Sequence[tuple[Exchange, Payload, Payload]]) -> Iterator[tuple[str, str]]:
    """Give every provider with the paths whose last segment is such a key.

    Args:
        bodies: exchanges with their decoded bodies, in order of their start.

    """
    providers: dict[str, _Provider] = defaultdict(_Provider)
    for time, (item, request, response) in enumerate(bodies):
        _take(providers[item.edge.provider], time, item, request, response)
    for name, provider in providers.items():
        keys = _keys_of(provider)
        yield from ((name, "/" + "/".join(way)) for way in sorted(keys))


def _take(provider: _Provider, time: int, item: Exchange, request: Payload, response: Payload) -> None:
    status = item.response.status if item.response is not None else 0
    segments = path_segments(item.request.path.rstrip("/"))
    ways = [segments[: length + 1] for length in range(len(segments)) if segments[length]]
    if status == HTTPStatus.NOT_FOUND:
        provider.missed.update(ways)
        return
    for way in ways:
        provider.asked.setdefault(way, time)
    if not 200 <= status < 300 or says_no(response.value, request.value):
        return
    texts = [leaf for leaf in body_leaves(response, "") if isinstance(leaf.value, str)]
    shown = {leaf.value for leaf in texts}
    provider.shown.update(way for way in ways if way[-1] in shown)
    if any(leaf.name.field in KEY_FIELDS and leaf.value == segments[-1] for leaf in texts):
        provider.named.add(segments)
    if item.request.method in _READING:
        return
    for payload in (request, response):
        for leaf in body_leaves(payload, ""):
            if leaf.name.field in _MAKING and isinstance(leaf.value, str) and leaf.value:
                provider.made.setdefault(leaf.value, time)
                provider.made_at.setdefault((segments, leaf.value), time)


def _keys_of(provider: _Provider) -> set[_Way]:
    """Find the keys from the beginning of paths on: whether a word goes before one, depends on what that is."""
    found: set[_Way] = set()
    known: set[tuple[str | None, ...]] = set()
    places_of: dict[str, set[_Way]] = defaultdict(set)
    for way, asked in provider.asked.items():
        if provider.made.get(way[-1], asked) < asked:
            places_of[way[-1]].add(way[:-1])
    for length in range(1, 1 + max(map(len, provider.asked), default=0)):
        places: dict[tuple[str | None, ...], list[_Way]] = defaultdict(list)
        for way, asked in provider.asked.items():
            if len(way) != length:
                continue
            is_later = provider.made.get(way[-1], asked) < asked
            is_elsewhere = len(places_of[way[-1]]) >= _LEAST
            if _is_right_below(provider, way, asked) or (is_later and (way in provider.named or is_elsewhere)):
                found.add(way)
            elif is_later and _has_no_word(way, found):
                places[_templated(way[:-1], found)].append(way)
        for ways in places.values():
            if len({way[-1] for way in ways}) >= _LEAST or any(way in provider.shown for way in ways):
                found.update(ways)
        known |= {_templated(way[:-1], found) for way in found if len(way) == length}
        found.update(
            way
            for way in provider.missed - provider.asked.keys()
            if len(way) == length and _templated(way[:-1], found) in known and "." not in way[-1]
        )
    return found


def _is_right_below(provider: _Provider, way: _Way, asked: int) -> bool:
    return provider.made_at.get((way[:-1], way[-1]), asked) < asked


def _has_no_word(way: _Way, found: set[_Way]) -> bool:
    return len(way) == 1 or way[:-1] in found


def _templated(way: _Way, found: set[_Way]) -> tuple[str | None, ...]:
    return tuple(None if way[: index + 1] in found else segment for index, segment in enumerate(way))
