"""Texts by which bodies name things as paths do: keys, numbers with letters, and what changes hand out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from treaty.normalize.bodies import Payload, body_leaves
from treaty.normalize.names import FILE_NAME, KEY_FIELDS, NUMBER_FIELDS, Name


def key_texts(
    payloads: Iterable[tuple[str, Payload]], given: Iterable[tuple[str, Payload]], asked: Collection[tuple[str, str]]
) -> Mapping[str, set[str]]:
    """Give the texts of each provider that may stand for a thing in a path behind a collection.

    Under the names of keys (``slug``) that is any text. Under those of numbers (``ref``), and under any name in the
    answer to a change, it is one with a digit in it, or another one under a name that holds such texts.

    Args:
        payloads: every provider with the bodies of accepted requests and successful answers.
        given: every provider with the bodies of its answers to changes.
        asked: every provider with the segments of the paths asked of it.

    """
    found: dict[str, set[str]] = {}
    numbered: dict[tuple[str, Name], set[str]] = {}
    for provider, payload in payloads:
        for name, text in _texts(payload):
            if name.field in KEY_FIELDS or name.field == FILE_NAME:
                found.setdefault(provider, set()).add(text)
            elif name.field in NUMBER_FIELDS:
                numbered.setdefault((provider, name), set()).add(text)
    for provider, payload in given:
        for name, text in _texts(payload):
            if (provider, text) in asked:
                numbered.setdefault((provider, name), set()).add(text)
    for (provider, _), texts in numbered.items():
        if any(re.search(r"\d", text) for text in texts):
            found.setdefault(provider, set()).update(texts)
    return found


def _texts(payload: Payload) -> Iterable[tuple[Name, str]]:
    for leaf in body_leaves(payload, ""):
        if isinstance(leaf.value, str) and leaf.value:
            yield leaf.name, leaf.value
