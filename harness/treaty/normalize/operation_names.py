"""Names that a consumer chose in a call by an operation: ``CreateTable`` with a ``TableName`` that later calls name.

Where method and path say nothing, a body is the only place in which a thing gets its name. That it is one is told by a
later call of another operation that says it again under the same name of field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import KEY_FIELDS, Name, words
from treaty.normalize.observations import Observation

_MAKING: Final = frozenset({"create", "make", "new", "register", "add", "insert", "declare", "provision"})


def names_by_operations(observations: Sequence[Observation]) -> frozenset[tuple[str, str, JsonValue]]:
    """Give (provider, entity, name) of what operations made under a name that later ones said again.

    Args:
        observations: in order of their start.

    """
    made: dict[tuple[str, Name, JsonValue], str] = {}
    found: set[tuple[str, str, JsonValue]] = set()
    for item in observations:
        if not item.operation.name:
            continue
        makes = item.effectful and not _MAKING.isdisjoint(words(item.operation.name.rpartition(".")[2]))
        for leaf in item.request:
            if not _is_name(leaf):
                continue
            key = (item.edge.provider, leaf.name, leaf.value)
            if made.get(key, item.operation.name) != item.operation.name:
                found.add((item.edge.provider, leaf.name.entity, leaf.value))
            elif makes and leaf.name.entity == item.operation.entity:
                made.setdefault(key, item.operation.name)
    return frozenset(found)


def _is_name(leaf: Leaf) -> bool:
    return (
        leaf.location.startswith("body.$")
        and leaf.name.field in KEY_FIELDS
        and isinstance(leaf.value, str)
        and leaf.value != ""
    )
