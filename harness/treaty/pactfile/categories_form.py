"""How matching rules and generators are written by category, as from V3 on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar

from treaty.contract.categories import MAPPED, SINGLE, Categories
from treaty.contract.json_value import JsonValue
from treaty.pactfile.node import Node

Kept = TypeVar("Kept")

_RENAMED: Final = {"content": "body", "contents": "body", "headers": "header"}


def category_named(word: str) -> str:
    """Give our name of a category; ``content`` of a message is its body."""
    return _RENAMED.get(word, word)


def split_categories(node: Node) -> tuple[dict[str, Node], dict[str, Node], dict[str, Node]]:
    """Take the categories of a file apart: those of one value, those by name or path, and others."""
    single: dict[str, Node] = {}
    mapped: dict[str, Node] = {}
    other: dict[str, Node] = {}
    for word, part in node.members():
        name = category_named(word)
        if name in SINGLE:
            single[name] = part
        elif name in MAPPED:
            mapped[name] = part
        else:
            other[word] = part
    return single, mapped, other


def read_single(parts: Mapping[str, Node], key: str, read: Callable[[Node], Kept]) -> Iterator[tuple[str, Kept]]:
    """Read categories of one value, which has `key`; some tools write them as a map with one name."""
    for name, part in parts.items():
        found = part if key in part.object() else next((value for _, value in part.members()), None)
        if found is not None:
            yield name, read(found)


def write_categories(kept: Categories[Kept], write: Callable[[Kept], JsonValue], *, body: str) -> dict[str, JsonValue]:
    """Write all categories, sorted; `body` is what that of the body is called."""
    written: dict[str, JsonValue] = {name: write(value) for name, value in kept.single.items()}
    for name, members in kept.mapped.items():
        written[body if name == "body" else name] = {key: write(members[key]) for key in sorted(members)}
    written.update(kept.unknown)
    return dict(sorted(written.items()))
