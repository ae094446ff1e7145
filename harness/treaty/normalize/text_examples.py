"""Canonical examples of texts that are data of a provider: numbers, versions and places in them vary."""

from __future__ import annotations

import re

from treaty.normalize.drafts import Draft
from treaty.normalize.examples import numbered_example
from treaty.normalize.shapes import Shape, shape_of


def text_example(example: Draft, text: str) -> str:
    """Write a text without what is of its recording.

    Args:
        example: the exchange that shows it.
        text: as it was seen.

    """
    shape = shape_of(text)
    if shape is Shape.PROSE:
        return example.examples.of_text(text)
    if shape is Shape.NUMBERED:
        return numbered_example(text)
    if shape is Shape.VERSION:
        return re.sub(r"\d+", "1", text)
    if shape is Shape.URL:
        return example.examples.of_url(text, example.item.foreign_authority(text) or example.item.edge.provider)
    return text
