"""Laying what an item says over an answer that was recorded of another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from treaty.contract.json_value import JsonValue
from treaty_stubs.render.echoes import convert
from treaty_stubs.render.places import NothingThere


def lay_over(example: JsonValue, document: JsonValue) -> JsonValue:
    """Give a document with the members of a recorded one and the values of an item.

    A member that the item does not have keeps what was recorded; a list has the elements of the item, each with the
    members of the recorded ones.

    Args:
        example: as recorded.
        document: the item.

    """
    if isinstance(example, Mapping):
        if not isinstance(document, Mapping):
            return example if document is None else document
        return {name: lay_over(value, document[name]) if name in document else value for name, value in example.items()}
    if isinstance(example, list):
        if not isinstance(document, list):
            return example if document is None else document
        if not example:
            return document
        return [lay_over(example[min(index, len(example) - 1)], each) for index, each in enumerate(document)]
    if isinstance(document, (Mapping, list)) or document is None or example is None:
        return document
    value = convert(document, example)
    return document if isinstance(value, NothingThere) else value


def merged(document: JsonValue, news: JsonValue) -> JsonValue:
    """Give a document with all that another one says; lists are replaced whole."""
    if isinstance(document, Mapping) and isinstance(news, Mapping):
        return {**document, **{name: merged(document.get(name), value) for name, value in news.items()}}
    return news


def put_in(document: JsonValue, way: Sequence[str], value: JsonValue) -> JsonValue:
    """Give a document with another value at the end of a way that it has."""
    if not way:
        return value
    if not isinstance(document, Mapping) or way[0] not in document:
        return document
    return {**document, way[0]: put_in(document[way[0]], way[1:], value)}
