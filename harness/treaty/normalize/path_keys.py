"""What paths name: every key that stands in the path of a request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.normalize.observations import Observation

NamedKey: TypeAlias = tuple[str, str, JsonValue]
"""A provider, a kind of thing, and the key of one."""


def named_by_paths(observations: Iterable[Observation]) -> frozenset[NamedKey]:
    """Give all keys in the paths of some requests."""
    return frozenset(
        (item.edge.provider, leaf.name.entity, leaf.value)
        for item in observations
        for leaf in item.request
        if leaf.location.startswith("path[")
    )
