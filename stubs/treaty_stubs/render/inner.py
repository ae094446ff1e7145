"""Texts of an answer in which some values are made anew: ``/users/12/orders?after=8f3c...`` with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from treaty.contract.embedded import number_spans, rare_spans, segment_spans
from treaty.contract.json_value import JsonValue, dumps
from treaty_stubs.render.causes import Cause
from treaty_stubs.render.context import Context, Source
from treaty_stubs.render.places import NothingThere

_SPANS = {"number": number_spans, "rare": rare_spans, "segment": segment_spans}


def patched(
    text: str, causes: Iterable[Cause], source_of: Callable[[Cause, JsonValue], Source | None]
) -> Source | None:
    """Make the source of a text whose inner values have causes of their own.

    Args:
        text: the example.
        causes: of the values inside; those inside JSON, base64 and web tokens keep the example.
        source_of: gives what makes a value, from its cause and its example.

    Returns:
        None when nothing in the text is made anew.

    """
    made: list[tuple[int, int, Source]] = []
    for cause in causes:
        if len(cause.place.inside) != 1 or cause.place.inside[0].kind not in _SPANS:
            continue
        (step,) = cause.place.inside
        spans = _SPANS[step.kind](text)
        if step.index < len(spans):
            start, end = spans[step.index]
            value = text[start:end]
            source = source_of(cause, int(value) if step.kind == "number" else value)
            if source is not None:
                made.append((start, end, source))
    made.sort(key=lambda part: part[0])
    parts: list[str | tuple[str, Source]] = []
    position = 0
    for start, end, source in made:
        if start >= position:
            parts += [text[position:start], (text[start:end], source)]
            position = end
    return _joined([*parts, text[position:]]) if parts else None


def _joined(parts: Sequence[str | tuple[str, Source]]) -> Source:
    def source(context: Context, indices: tuple[int, ...]) -> JsonValue:
        return "".join(part if isinstance(part, str) else _written(*part, context, indices) for part in parts)

    return source


def _written(example: str, source: Source, context: Context, indices: tuple[int, ...]) -> str:
    value = source(context, indices)
    if isinstance(value, NothingThere):
        return example
    return value if isinstance(value, str) else dumps(value)
