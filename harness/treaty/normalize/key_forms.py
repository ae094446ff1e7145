"""The form of the keys that a provider gives out, told by all of them together (DESIGN 4.2, 4.9).

One value says little of its kind: of short random texts some look like a number behind a word, some are nothing but
digits, and of long ones a few have no digit at all. So a key has the form that all keys under its name have in common.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, TypeAlias
from urllib.parse import unquote

from treaty.contract.embedded import segment_spans
from treaty.contract.json_value import JsonValue
from treaty.normalize.leaves import Leaf, path_segments, split_url
from treaty.normalize.names import IDENTIFIER_FIELDS, KEY_FIELDS, Name, singular, words
from treaty.normalize.observations import Observation
from treaty.normalize.shapes import RARE, Shape, shape_of
from treaty.normalize.templates import typed_segment

_Kind: TypeAlias = tuple[str, Name]
"""A provider, and what its keys are called."""

_FREE: Final = RARE - {Shape.UUID, Shape.ULID} | {Shape.CODE, Shape.NUMBERED, Shape.PROSE}
"""Shapes that random texts may have by chance."""
_HEX: Final = re.compile(r"[0-9a-f]{12,}|[0-9A-F]{12,}")
_COUNTER: Final = re.compile(r"[A-Za-z]{0,12}([-_#/.:]?\d+)+")
_PARTED: Final = re.compile(r"[A-Za-z]{0,12}([-_#/.:]\d+)+|[A-Za-z]{1,3}\d+")
_PLACES: Final = frozenset({"header.Location", "header.Content-Location"})
_LEAST_RANDOM: Final = 16
_MIXED: Final = 4
"""So many changes between digits, capitals and small letters are no words."""
_LONG_RUN: Final = re.compile(r"[A-Za-z0-9]{10,}")
_MOST_KEYS: Final = 1000
"""So many keys of a kind tell its form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyForms:
    """The shape of each kind of key; keys that no answer gave out first have none here."""

    shapes: Mapping[_Kind, Shape] = field(default_factory=dict)
    rare: frozenset[JsonValue] = frozenset()
    """Keys of a kind whose values speak for themselves, though some do not look it."""
    keys: frozenset[str] = frozenset()
    """All keys."""

    @classmethod
    def of(cls, observations: Sequence[Observation], handed: Collection[tuple[str, JsonValue]] = ()) -> KeyForms:
        """Look at all keys.

        Args:
            observations: of one run, in order of their start.
            handed: (provider, text) of further values that were handed out as keys are, whatever they are called.

        """
        sent: set[JsonValue] = set()
        seen: dict[_Kind, set[str]] = {}
        for item in observations:
            sent |= {leaf.value for leaf in item.request if isinstance(leaf.value, str)}
            for kind, text in _keys_of(item, handed):
                texts = seen.setdefault(kind, set())
                if text not in sent and len(texts) < _MOST_KEYS:
                    texts.add(text)
        chosen = frozenset(text.lower() for text in sent if isinstance(text, str))
        shapes = {
            kind: found for kind, texts in seen.items() if texts and (found := common_shape(texts, chosen)) is not None
        }
        rare = {text for kind, texts in seen.items() if shapes.get(kind) in RARE for text in texts}
        return cls(shapes=shapes, rare=frozenset(rare), keys=frozenset[str]().union(*seen.values()))

    def shape(self, leaf: Leaf, provider: str) -> Shape:
        """Give the shape of a value that a provider made."""
        own = shape_of(leaf.value)
        return self.shapes.get((provider, leaf.name), own) if is_free(leaf.value) else own

    def is_way(self, leaf: Leaf) -> bool:
        """Tell whether a text looks like one random value only because the path to a known thing has no blanks."""
        text = leaf.value
        if not isinstance(text, str) or shape_of(text) not in RARE:
            return False
        segments = [unquote(text[start:end]) for start, end in segment_spans(text)]
        if leaf.location in _PLACES:
            return bool(segments)
        rare = [segment for segment in segments if shape_of(segment) in RARE]
        return all(segment in self.keys for segment in rare) and any(segment in self.keys for segment in segments)


def is_free(value: JsonValue) -> bool:
    """Tell whether a text has no form but one that random texts may have by chance: keys of its kind tell more."""
    return isinstance(value, str) and shape_of(value) in _FREE and not re.search(r"\s", value)


def common_shape(texts: Collection[str], chosen: Collection[str] = ()) -> Shape | None:
    """Give what keys of one kind have in common; None where each has a form that random texts never have.

    Args:
        texts: the keys.
        chosen: what consumers sent, in lower case: a key that is counted behind such a word has another one elsewhere.

    """
    if not all(is_free(text) for text in texts):
        return None
    shapes = {shape_of(text) for text in texts}
    if all(_HEX.fullmatch(text) for text in texts) and len({len(text) for text in texts}) == 1 and Shape.HEX in shapes:
        return Shape.HEX
    if len({re.sub(r"\d+", "0", text) for text in texts}) == 1 and _is_counted(texts):
        return Shape.CODE if _word_of(texts) in chosen else Shape.NUMBERED
    if all(_PARTED.fullmatch(text) for text in texts):
        return Shape.CODE
    return Shape.OPAQUE if all(_is_random(text) for text in texts) else Shape.KEY


def _is_random(text: str) -> bool:
    """Tell whether a key, other than any text, is random: it is long, with many letters and digits in a row."""
    if len(text) < _LEAST_RANDOM or re.search(r"[\[\]{}]", text):
        return False
    if _LONG_RUN.search(text):
        return True
    kinds = [character.isdigit() * 2 + character.isupper() for character in re.sub(r"[^A-Za-z0-9]", "", text)]
    return sum(first != second for first, second in pairwise(kinds)) >= _MIXED


def _word_of(texts: Collection[str]) -> str:
    found = re.match(r"[A-Za-z]+", next(iter(texts)))
    return found[0].lower() if found else ""


def _is_counted(texts: Collection[str]) -> bool:
    """Tell whether keys are numbers, behind a word or not: of a single one, only where the two are plainly parted."""
    if all(text.isdecimal() for text in texts):
        return True
    form = _COUNTER if len(texts) > 1 else _PARTED
    return all(form.fullmatch(text) for text in texts)


def _keys_of(item: Observation, handed: Collection[tuple[str, JsonValue]]) -> Iterable[tuple[_Kind, str]]:
    if not item.succeeded:
        return
    provider = item.edge.provider
    for leaf in item.response:
        text = leaf.value
        if leaf.location == "header.Location" and isinstance(text, str):
            yield from _given_there(item, text)
        if not isinstance(text, str) or not text or not leaf.location.startswith("body.$"):
            continue
        if leaf.name.field in IDENTIFIER_FIELDS or leaf.name.field in KEY_FIELDS or (provider, text) in handed:
            yield (provider, leaf.name), text


def _given_there(item: Observation, place: str) -> Iterable[tuple[_Kind, str]]:
    """Give the name of what was made right below the path of a call, and which its answer leads to."""
    segments = path_segments(split_url(place).path.rstrip("/"))
    above = path_segments(item.path.rstrip("/"))
    if len(segments) > 1 and segments[:-1] == above and isinstance(typed_segment(segments[-1]), str):
        parts = words(above[-1])
        yield (item.edge.provider, Name(entity=singular(parts[-1]) if parts else "", field="id")), segments[-1]
