"""Replacements inside a text, made all at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

Span: TypeAlias = tuple[int, int, str]
"""Start, end and what stands there afterwards."""


def merged(spans: Sequence[Span], text: str, learn: Callable[[str], str]) -> list[Span]:
    """Order spans and make them disjoint.

    Of spans that lie in each other the outer one is kept. Two that overlap in part become one over both, and `learn`
    gives what stands for the whole.
    """
    kept: list[Span] = []
    for start, end, replacement in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, replacement))
        elif end > kept[-1][1]:
            first = kept[-1][0]
            kept[-1] = (first, end, learn(text[first:end]))
    return kept


def applied(text: str, spans: Sequence[Span]) -> str:
    """Replace disjoint, ordered spans."""
    parts: list[str] = []
    position = 0
    for start, end, replacement in spans:
        parts += (text[position:start], replacement)
        position = end
    parts.append(text[position:])
    return "".join(parts)
