"""Bodies of XML taken apart: places as `treaty.contract.xml_tree` has them, names as those of JSON bodies.

What is a list cannot be told from one document that has one element of a name. So it is told from all documents of a
provider: an element that ever had a sibling of its name is a list's member, as is one in its plural.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.contract.xml_tree import XmlElement
from treaty.normalize.leaves import Leaf, key_step
from treaty.normalize.names import is_plural, leaf_name, singular, words

Way: TypeAlias = tuple[str, ...]
"""Names of elements, from the root on."""

_MEMBERS: Final = frozenset({"item", "entry", "row", "record", "member", "contents"})
"""Names of elements of which there may be several, whatever their parent is called."""
_WRAPPERS: Final = frozenset(
    {"envelope", "body", "header", "response", "request", "result", "return", "data", "propstat", "prop", "multistatus"}
    | {"params", "param", "value", "item", "row", "record", "member", "contents", "feed", "list", "attributes"}
)
"""Last words of names of elements that name no kind of thing."""


def repeated_ways(tree: JsonValue, way: Way = ()) -> Iterator[Way]:
    """Find the ways to the elements of a tree that are members of lists."""
    if not isinstance(tree, Mapping):
        return
    for name, child in tree.items():
        below = (*way, name)
        if isinstance(child, list):
            yield below
            for each in child:
                yield from repeated_ways(each, below)
        elif isinstance(child, Mapping):
            if way and _is_member(local(name), local(way[-1])):
                yield below
            yield from repeated_ways(child, below)


def _is_member(name: str, parent: str) -> bool:
    above = words(parent)
    if not above or not words(name):
        return False
    return name.lower() in _MEMBERS or (is_plural(above[-1]) and singular(above[-1]) == words(name)[-1])


def with_lists(tree: JsonValue, ways: Iterable[Way]) -> JsonValue:
    """Put each element that stands alone on one of some ways into a list."""
    lists = frozenset(ways)
    return _listed(tree, (), lists) if lists else tree


def _listed(value: JsonValue, way: Way, lists: frozenset[Way]) -> JsonValue:
    if isinstance(value, list):
        return [_listed(each, way, lists) for each in value]
    if not isinstance(value, Mapping):
        return value
    found = XmlElement()
    for name, child in value.items():
        below = (*way, name)
        made = _listed(child, below, lists)
        found[name] = [made] if below in lists and isinstance(made, Mapping) else made
    return found


def xml_leaves(tree: JsonValue, entity: str) -> Iterator[Leaf]:
    """Walk attributes and texts in document order.

    Args:
        tree: of the whole document.
        entity: what the endpoint is about.

    """
    if isinstance(tree, Mapping):
        for name, root in tree.items():
            yield from _leaves(root, "body.$" + key_step(name), name, entity)


def _leaves(element: JsonValue, location: str, name: str, around: str) -> Iterator[Leaf]:
    if isinstance(element, list):
        for index, each in enumerate(element):
            yield from _leaves(each, f"{location}[{index}]", name, around)
        return
    assert isinstance(element, Mapping)
    entity = _entity(local(name), around)
    for key, child in element.items():
        if key.startswith("@"):
            yield Leaf(location=location + key_step(key), value=child, name=leaf_name(local(key[1:]), entity))
        elif key == "#text":
            yield Leaf(location=location + key_step(key), value=child, name=leaf_name(local(name), around))
        else:
            yield from _leaves(child, location + key_step(key), key, entity)


def local(name: str) -> str:
    """Give a name without its namespace."""
    return name.rpartition(":")[2]


def _entity(name: str, around: str) -> str:
    """Say what an element is about: ``GetBookResponse`` a book, ``Body`` the same as what is around it."""
    parts = [*words(name)]
    while parts and parts[-1] in _WRAPPERS:
        parts.pop()
    return singular(parts[-1]) if parts else around
