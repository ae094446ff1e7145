"""Numbers under the bare name of a thing: ``{"book": 7}`` speaks of the book of that id (DESIGN 4.3).

A small number is no evidence by itself. It is taken for an id where its field has the name of a kind of thing, and each
number that was ever accepted or answered there is the id of such a thing, by a path or by a field called ``id``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import Name, is_plural, singular
from treaty.normalize.observations import Observation

_Field: TypeAlias = tuple[str, str, Name]
"""A provider, the part of an exchange (``body``, ``query``), and what a leaf is called there."""

_ABOVE: Final = frozenset({"parent", "root"})
"""Words for another thing of the same kind."""

_COUNTING: Final = frozenset({"page", "offset", "limit", "size", "count", "number", "version", "total", "year"})
"""Words for plain numbers, which may be kinds of things as well."""


def with_references(observations: Sequence[Observation]) -> list[Observation]:
    """Call numbers that speak of things by the ids that they are; all else is as it was."""
    made = frozenset(
        (item.edge.provider, leaf.name.entity, leaf.value)
        for item in observations
        if item.succeeded
        for leaf in (*item.request, *item.response)
        if leaf.name.field == "id" and _is_whole(leaf.value)
    )
    kinds = {(provider, entity) for provider, entity, _ in made}
    speaking: dict[_Field, bool] = {}
    for item in observations:
        if item.succeeded:
            for leaf in (*item.request, *item.response):
                entity = _kind_of(leaf)
                if (item.edge.provider, entity) in kinds and _is_whole(leaf.value):
                    field = _field(item, leaf)
                    known = (item.edge.provider, entity, leaf.value) in made
                    # The first of its kind may never be asked for: one that was tells what the field is.
                    own = leaf.name.entity == leaf.name.field
                    before = speaking.get(field, not own)
                    speaking[field] = before or known if own else before and known
    found = frozenset(field for field, speaks in speaking.items() if speaks)
    return [_renamed(item, found) for item in observations] if found else list(observations)


def _renamed(item: Observation, found: frozenset[_Field]) -> Observation:
    if not any(_field(item, leaf) in found for leaf in (*item.request, *item.response)):
        return item
    return replace(
        item, request=tuple(_named(item, item.request, found)), response=tuple(_named(item, item.response, found))
    )


def _named(item: Observation, leaves: Sequence[Leaf], found: frozenset[_Field]) -> Iterator[Leaf]:
    for leaf in leaves:
        if _is_whole(leaf.value) and _field(item, leaf) in found:
            yield replace(leaf, name=Name(entity=_kind_of(leaf), field="id"))
        else:
            yield leaf


def _field(item: Observation, leaf: Leaf) -> _Field:
    return item.edge.provider, "body" if leaf.location.startswith("body") else "query", leaf.name


def _kind_of(leaf: Leaf) -> str:
    """Give the kind of thing that a leaf's name is the name of; empty for places that hold no references."""
    if not leaf.location.startswith(("body.$", "query.")) or leaf.name.field in _COUNTING:
        return ""
    if leaf.name.field in _ABOVE:
        return leaf.name.entity
    if is_plural(leaf.name.field) and not (leaf.location.startswith("body.$") and leaf.location.endswith("]")):
        # ``{"orders": 2}`` counts them; ``{"orders": [2, 3]}`` names two.
        return ""
    return "" if leaf.name.field == "id" else singular(leaf.name.field)


def _is_whole(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value != 0
