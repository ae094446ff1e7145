"""What is promised of keys: the form that all of their kind have, whatever the few that were seen look like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from treaty.contract.json_value import JsonValue
from treaty.normalize.causes import Cause
from treaty.normalize.key_forms import is_free
from treaty.normalize.leaves import Leaf
from treaty.normalize.shapes import Shape


def key_shape(seen: Iterable[tuple[Leaf, Cause]]) -> Shape | None:
    """Give the shape of the keys at a place; None where other texts were seen there, too."""
    shapes: set[Shape] = set()
    for leaf, cause in seen:
        if is_free(leaf.value):
            if cause.token is None or not cause.token.provider:
                return None
            shapes.add(cause.token.shape)
    return shapes.pop() if len(shapes) == 1 else None


def no_keys(values: Sequence[JsonValue]) -> list[JsonValue]:
    """Leave out of what a field held elsewhere the texts of which the form of its keys speaks."""
    return [value for value in values if not is_free(value)]
