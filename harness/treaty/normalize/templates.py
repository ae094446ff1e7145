"""Path templates: which segments of a path name the operation, and which hold values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from treaty.contract.embedded import parts_of
from treaty.contract.json_value import JsonValue
from treaty.normalize.bodies import Payload
from treaty.normalize.key_texts import key_texts
from treaty.normalize.leaves import path_segments
from treaty.normalize.names import Name, is_plural, singular, words
from treaty.normalize.shapes import RARE, Shape, shape_of

_ID_SHAPES: Final = RARE | {Shape.DATE, Shape.TIMESTAMP, Shape.EMAIL, Shape.NUMBERED}
_VERSION_SEGMENT: Final = re.compile(r"v\d+")
_MOST_TEMPLATES: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A path with its value segments left open.

    Attributes:
        segments: literal text, or None where a value stands.
        several: the positions of values that are several keys: ``/parcels/A+B``.
        kinds: by position, what values are keys of where no word of the path says it (`treaty.normalize.path_kinds`).

    """

    segments: tuple[str | None, ...]
    several: tuple[int, ...] = ()
    kinds: tuple[tuple[int, str], ...] = ()

    def names(self) -> Mapping[int, Name]:
        """Name each value segment after the literal before it: ``/users/{}`` holds a user's id.

        A value right behind another one belongs to what the endpoint is about: ``/orders/user/{user}/{order}``.
        """
        return _names(self.segments, self.kinds)

    @property
    def entity(self) -> str:
        """What the endpoint is about: its last plural literal, else its last literal."""
        return _entity(self.segments) or (self.kinds[-1][1] if self.kinds else "")

    def __str__(self) -> str:
        """Write the template for people: ``/api/v1/users/{id}``; several values are told apart by their entity."""
        return _written(self.segments, self.several, self.kinds)


# Sessions have few templates and many paths, so what follows from the segments is found once.


@lru_cache(maxsize=_MOST_TEMPLATES)
def _names(segments: tuple[str | None, ...], kinds: tuple[tuple[int, str], ...]) -> Mapping[int, Name]:
    found: dict[int, Name] = {}
    for index, segment in enumerate(segments):
        if segment is None:
            parts = words((segments[index - 1] or _entity(segments)) if index else "")
            found[index] = Name(entity=singular(parts[-1]) if parts else "", field="id")
    found |= {index: Name(entity=kind, field="id") for index, kind in kinds}
    return MappingProxyType(found)


@lru_cache(maxsize=_MOST_TEMPLATES)
def _entity(segments: tuple[str | None, ...]) -> str:
    literals = [segment for segment in segments if segment and not _VERSION_SEGMENT.fullmatch(segment)]
    for literal in reversed(literals):
        parts = words(literal)
        if parts and is_plural(parts[-1]):
            return singular(parts[-1])
    return words(literals[-1])[-1] if literals and words(literals[-1]) else ""


@lru_cache(maxsize=_MOST_TEMPLATES)
def _written(segments: tuple[str | None, ...], several: tuple[int, ...], kinds: tuple[tuple[int, str], ...]) -> str:
    names = _names(segments, kinds)
    single = len(names) == 1
    seen: dict[str, int] = {}
    parts = []
    for index, segment in enumerate(segments):
        if segment is not None:
            parts.append(segment)
            continue
        label = "id" if single else f"{names[index].entity or 'value'}_id"
        label += "s" if index in several else ""
        seen[label] = seen.get(label, 0) + 1
        parts.append("{" + label + (str(seen[label]) if seen[label] > 1 else "") + "}")
    return "/" + "/".join(parts)


def templates_of(
    paths: Iterable[tuple[str, str]],
    payloads: Iterable[tuple[str, Payload]],
    made: Iterable[tuple[str, str]] = (),
    missing: Iterable[tuple[str, str]] = (),
    given: Iterable[tuple[str, Payload]] = (),
) -> Mapping[tuple[str, str], Template]:
    """Find the template of every path.

    A segment is a value when its form says so (whole number, uuid, hexadecimal, date, token), or when it follows a
    collection and was given or answered as the key of something there (``PUT /buckets/blog`` answering ``id: blog``).

    Args:
        paths: every provider with every raw path asked of it.
        payloads: every provider with the bodies of accepted requests and successful answers.
        made: every provider with the paths whose last segment is a name that a consumer chose.
        missing: every provider with the paths under which nothing was ever found (404); all among `paths`.
        given: every provider with the bodies of its answers to changes.

    """
    chosen = {(provider, path_segments(path.rstrip("/"))) for provider, path in made}
    asked = set(paths)
    keys = key_texts(payloads, given, {(provider, text) for provider, path in asked for text in path_segments(path)})
    found = {(provider, path): _template(path, keys.get(provider, set()), chosen, provider) for provider, path in asked}
    known = {(provider, template.segments) for (provider, _), template in found.items()}
    for provider, path in set(missing):
        found[provider, path] = _like_a_sibling(found[provider, path], provider, known)
    return found


def template_by_form(path: str) -> Template:
    """Give the template of one path as far as the forms of its segments tell."""
    return _template(path, set(), set(), "")


def _template(path: str, keys: Collection[str], chosen: set[tuple[str, tuple[str, ...]]], provider: str) -> Template:
    segments = tuple(_segments(path, keys, chosen, provider))
    raw = path_segments(path)
    values = (index for index, segment in enumerate(segments) if segment is None and index)
    return Template(
        segments=segments, several=tuple(each for each in values if _is_several(raw[each], raw[each - 1], keys))
    )


def keys_in(segment: str) -> list[JsonValue]:
    """Give the values of the keys that a segment holds several of."""
    return [typed_segment(part) for part, _ in parts_of(segment)]


def _like_a_sibling(
    template: Template, provider: str, known: Collection[tuple[str, tuple[str | None, ...]]]
) -> Template:
    """Take the last segment of what was not found for a value where others stand at its place: ``/teams/nobody``."""
    open_end = (*template.segments[:-1], None)
    after_a_collection = (
        len(open_end) > 1 and open_end[-2] is not None and is_plural((words(open_end[-2]) or ("",))[-1])
    )
    return Template(segments=open_end) if after_a_collection and (provider, open_end) in known else template


def _segments(
    path: str, keys: Collection[str], chosen: set[tuple[str, tuple[str, ...]]], provider: str
) -> Iterable[str | None]:
    before = ""
    segments = path_segments(path)
    for index, segment in enumerate(segments):
        is_chosen = bool(segment) and (provider, segments[: index + 1]) in chosen
        yield None if is_chosen or _is_value(segment, before, keys) else segment
        before = segment


def _is_value(segment: str, before: str, keys: Collection[str]) -> bool:
    if not segment:
        return False
    if segment.isascii() and segment.lstrip("-").isdigit():
        return True
    shape = shape_of(segment)
    if shape in _ID_SHAPES:
        return True
    parts = words(before)
    if _VERSION_SEGMENT.fullmatch(segment):
        return False
    if _is_several(segment, before, keys):
        return True
    return bool(parts) and is_plural(parts[-1]) and segment in keys


def _is_several(segment: str, before: str, keys: Collection[str]) -> bool:
    """Tell whether a segment is several keys, behind the name of a collection."""
    if segment in keys or not is_plural((words(before) or ("",))[-1]):
        return False
    parts = parts_of(segment)
    return len(parts) > 1 and all(_is_key(part, keys) for part, _ in parts)


def _is_key(part: str, keys: Collection[str]) -> bool:
    return part.isdecimal() or part in keys or shape_of(part) in RARE


def typed_segment(segment: str) -> JsonValue:
    """Give the value of a path segment: whole numbers without leading zeros are numbers, the rest is text."""
    return int(segment) if re.fullmatch(r"0|-?[1-9]\d{0,18}", segment) else segment
