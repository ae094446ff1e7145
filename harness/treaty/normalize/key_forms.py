"""The form of the keys that a provider gives out, told by all of them together (DESIGN 4.2, 4.9).

One value says little of its kind: of short random texts some look like a number behind a word, some are nothing but
digits, and of long ones a few have no digit at all. So a key has the form that all keys under its name have in common.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import IDENTIFIER_FIELDS, KEY_FIELDS, Name
from treaty.normalize.observations import Observation
from treaty.normalize.shapes import RARE, Shape, shape_of

_Kind: TypeAlias = tuple[str, Name]
"""A provider, and what its keys are called."""

FREE: Final = RARE - {Shape.UUID, Shape.ULID} | {Shape.CODE, Shape.NUMBERED, Shape.KEY}
"""Shapes that random texts may have by chance: those of keys are told by all of a kind."""
_HEX: Final = re.compile(r"[0-9a-f]{12,}|[0-9A-F]{12,}")
_COUNTER: Final = re.compile(r"[A-Za-z]{0,12}([-_#/.:]?\d+)+")
_PARTED: Final = re.compile(r"[A-Za-z]{0,12}([-_#/.:]\d+)+|[A-Za-z]{1,3}\d+")
_LEAST_RANDOM: Final = 16
_MOST_KEYS: Final = 1000
"""So many keys of a kind tell its form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyForms:
    """The shape of each kind of key; keys that no answer gave out first have none here."""

    shapes: Mapping[_Kind, Shape] = field(default_factory=dict)
    rare: frozenset[JsonValue] = frozenset()
    """Keys of a kind whose values speak for themselves, though some do not look it."""

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
        return cls(shapes=shapes, rare=frozenset(rare))

    def shape(self, leaf: Leaf, provider: str) -> Shape:
        """Give the shape of a value that a provider made."""
        own = shape_of(leaf.value)
        return self.shapes.get((provider, leaf.name), own) if own in FREE else own


def common_shape(texts: Collection[str], chosen: Collection[str] = ()) -> Shape | None:
    """Give what keys of one kind have in common; None where each has a form that random texts never have.

    Args:
        texts: the keys.
        chosen: what consumers sent, in lower case: a key that is counted behind such a word has another one elsewhere.

    """
    shapes = {shape_of(text) for text in texts}
    if not shapes <= FREE:
        return None
    if all(_HEX.fullmatch(text) for text in texts) and len({len(text) for text in texts}) == 1 and Shape.HEX in shapes:
        return Shape.HEX
    if len({re.sub(r"\d+", "0", text) for text in texts}) == 1 and _is_counted(texts):
        return Shape.CODE if _word_of(texts) in chosen else Shape.NUMBERED
    if all(_PARTED.fullmatch(text) for text in texts):
        return Shape.CODE
    if Shape.OPAQUE in shapes and all(len(text) >= _LEAST_RANDOM for text in texts):
        return Shape.OPAQUE
    return Shape.KEY


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
    if item.status >= 300:
        return
    provider = item.edge.provider
    for leaf in item.response:
        text = leaf.value
        if not isinstance(text, str) or not text or not leaf.location.startswith("body.$"):
            continue
        if leaf.name.field in IDENTIFIER_FIELDS or leaf.name.field in KEY_FIELDS or (provider, text) in handed:
            yield (provider, leaf.name), text
