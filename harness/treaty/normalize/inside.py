"""Leaves inside texts: what a link, a message, a cursor or a text body holds (DESIGN 4.3).

Such a leaf has the place of its text with the way into it (`treaty.contract.embedded`), and a name: in a URL after the
collection before it, in JSON and claims after its key, else after the word before it or the endpoint.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote

from treaty.contract.embedded import embedded_values, number_spans, parameter_spans, segment_spans
from treaty.contract.json_value import JsonValue
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import Name, leaf_name, singular, words
from treaty.normalize.shapes import TIMES, shape_of

_LAST_KEY: Final = re.compile(r"(?:\.([A-Za-z_][A-Za-z0-9_-]*)|\['((?:[^'\\]|\\.)*)'\])(?:\[\d+\])*$")
_AUTHORITY: Final = re.compile(r"^([a-z][a-z0-9+.-]*://)[^/?#\s]*")
_ANY_SEGMENT: Final = r"[^/?#\s]+"
_SEGMENT: Final = "-._~!$&'()*+,;=:@"
"""What stays as it is in a segment of a path (RFC 3986 section 3.3)."""
_LONGEST_TEXT: Final = 4096
"""Longer texts are documents (pages, exports): their numbers are not taken for ids one by one."""


def inner_leaves(leaves: Iterable[Leaf], entity: str) -> Iterator[Leaf]:
    """List what stands inside the texts among some leaves.

    Args:
        leaves: of one request or answer.
        entity: what the endpoint is about.

    """
    for leaf in leaves:
        text = leaf.value
        if not isinstance(text, str) or not 2 <= len(text) <= _LONGEST_TEXT or leaf.location.startswith("path["):
            continue
        if shape_of(text) in TIMES:
            continue
        for way, value in embedded_values(text):
            if isinstance(value, (int, str)) and not isinstance(value, bool) and value != "":
                yield Leaf(location=f"{leaf.location}|{way}", value=value, name=_name(way, text, leaf, entity))


def _name(way: str, text: str, leaf: Leaf, entity: str) -> Name:
    last = way.rpartition("|")[2]
    if last.startswith("query["):
        return leaf_name(last[6:-1], "")
    if last.startswith("segment["):
        return Name(entity=_collection_before(text, int(last[8:-1])) if "|" not in way else entity, field="id")
    if last.startswith("number[") and "|" not in way:
        parameter = _parameter_before(text, int(last[7:-1]))
        return parameter or Name(entity=_entity_before(text, int(last[7:-1]), entity), field="id")
    key = _LAST_KEY.search(last)
    if key is None:
        return Name(entity=leaf.name.entity or entity, field="id")
    return leaf_name(key[1] or re.sub(r"\\(.)", r"\1", key[2]), entity)


def _collection_before(text: str, index: int) -> str:
    spans = segment_spans(text)
    start, end = spans[index - 1] if 0 < index < len(spans) else (0, 0)
    parts = words(text[start:end])
    return singular(parts[-1]) if parts else ""


def is_whole_segment(text: str, way: str) -> bool:
    """Tell whether the number at a way into a text is a segment of a path."""
    if not way.startswith("number["):
        return False
    numbers, index = number_spans(text), int(way[7:-1])
    return index < len(numbers) and numbers[index] in segment_spans(text)


def _parameter_before(text: str, index: int) -> Name | None:
    """Name the number at a position after the parameter of a URL that it is the value of: ``?page=2`` is no id."""
    spans = number_spans(text)
    before = re.search(r"[?&]([\w.-]+)=$", text[: spans[index][0]]) if index < len(spans) else None
    return leaf_name(before[1], "") if before else None


def _entity_before(text: str, index: int, entity: str) -> str:
    """Name the number at a position: ``/orders/7`` an order's, ``Order 7`` too; alone that of the endpoint."""
    spans = number_spans(text)
    if index >= len(spans):
        return entity
    before = text[: spans[index][0]]
    if segment := re.search(r"([A-Za-z][\w-]*)/$", before):
        parts = words(segment[1])
        return singular(parts[-1]) if parts else entity
    if parameter := re.search(r"[?&]([A-Za-z][\w-]*)=$", before):
        return leaf_name(parameter[1], singular(words(parameter[1])[-1])).entity
    return entity


def word_before(text: str, location: str) -> str:
    """Give the word before a number in prose, as an entity: ``order`` for the first number of ``your order 12``."""
    index = re.search(r"\|number\[(\d+)\]$", location)
    spans = number_spans(text)
    if index is None or int(index[1]) >= len(spans):
        return ""
    before = re.search(r"([A-Za-z]+)[\s#:]{1,3}$", text[: spans[int(index[1])][0]])
    return singular(before[1].lower()) if before else ""


def is_link(text: str) -> bool:
    """Tell whether a text is a URL or a path: its numbers have names."""
    return bool(re.fullmatch(r"([a-z][a-z0-9+.-]*:/)?/\S*|<[^>\s]+>.*", text))


def put_inside(text: str, examples: Mapping[str, JsonValue]) -> str:
    """Write a text with other values inside, by the way to each (``number[0]``, ``segment[1]``, ``json.$.id``).

    What lies in base64 and in tokens cannot be written anew in place, and stays.
    """
    members = {way.removeprefix("json."): value for way, value in examples.items() if way.startswith("json.$")}
    if members:
        try:
            return json.dumps(_with_members(json.loads(text), "$", members), ensure_ascii=False)
        except ValueError:
            return text
    for name, start, stop in reversed(parameter_spans(text)):
        if f"query[{name}]" in examples:
            text = text[:start] + quote(str(examples[f"query[{name}]"]), safe="") + text[stop:]
    for start, stop, way in reversed(_spans(text, examples)):
        value = str(examples[way])
        text = text[:start] + (quote(value, safe=_SEGMENT) if way.startswith("segment[") else value) + text[stop:]
    return text


def _spans(text: str, ways: Iterable[str]) -> list[tuple[int, int, str]]:
    """Give where the numbers and the segments at some ways stand in a text, from left to right."""
    spans = {"number": number_spans(text), "segment": segment_spans(text)}
    found: list[tuple[int, int, str]] = []
    for way in ways:
        kind, _, index = way.removesuffix("]").partition("[")
        if kind in spans and index.isdigit() and int(index) < len(spans[kind]):
            found.append((*spans[kind][int(index)], way))
    return sorted(found)


def _with_members(value: JsonValue, way: str, members: Mapping[str, JsonValue]) -> JsonValue:
    if isinstance(value, dict):
        return {key: _with_members(child, f"{way}.{key}", members) for key, child in value.items()}
    if isinstance(value, list):
        return [_with_members(child, f"{way}[{index}]", members) for index, child in enumerate(value)]
    return members.get(way, value)


def with_authority(text: str, authority: str) -> str:
    """Write a URL with another authority; other texts stay."""
    return _AUTHORITY.sub(lambda found: found[1] + authority, text)


def pattern_inside(text: str, ways: Iterable[str], *, anywhere: bool = False) -> str:
    """Write the regular expression of a text whose numbers and segments at some ways are others each time.

    Args:
        text: as it was seen.
        ways: to them.
        anywhere: whether the host of a URL is another one wherever the service runs.

    """
    authority = _AUTHORITY.match(text) if anywhere else None
    if authority is not None:
        text = text[authority.end() :]
    parts: list[str] = []
    end = 0
    for start, stop, way in _spans(text, dict.fromkeys(ways)):
        parts += [re.escape(text[end:start]), r"\d+" if way.startswith("number[") else _ANY_SEGMENT]
        end = stop
    return ("[a-z]+://[^/]+" if authority else "") + "".join([*parts, re.escape(text[end:])])
