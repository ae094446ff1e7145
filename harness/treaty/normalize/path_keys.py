"""What paths name: every key that stands in the path of a request."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.normalize.examples import SHORTEST_INSIDE, within
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import FILE_NAME, KEY_FIELDS
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


def place_of(leaf: Leaf, item: Observation) -> tuple[str, str]:
    """Give the provider and the path up to a segment: what was made there has this name, whatever follows.

    Of one of several keys in a segment the path is empty: nothing is made there.
    """
    if "|" in leaf.location:
        return item.edge.provider, ""
    return item.edge.provider, "/".join(item.path.split("/")[: int(leaf.location[5:-1]) + 2])


class NamesInPaths:
    """Tells by which fields of bodies a consumer names what paths name.

    Args:
        keys: the texts by which paths name things, and operations.
        used: all keys in paths.
        spoken: keys by which calls about something else name things.

    """

    def __init__(self, *, keys: Collection[NamedKey], used: Collection[NamedKey], spoken: Collection[NamedKey]) -> None:
        self._keys: Final = keys
        self._spoken: Final = spoken
        self._in_paths: Final = frozenset((provider, value) for provider, _, value in used)

    def is_key(self, leaf: Leaf, item: Observation) -> bool:
        """Tell whether a field of a body is by what paths name the thing: ``{"slug": "red"}`` and ``/teams/red``."""
        key = (item.edge.provider, leaf.name.entity, leaf.value)
        return (
            leaf.location.startswith("body.$")
            and leaf.name.field in KEY_FIELDS
            and (key in self._keys or (leaf.name.entity == item.template.entity and key in self._spoken))
        )

    def is_file(self, leaf: Leaf, item: Observation) -> bool:
        """Tell whether a leaf is the name of an uploaded file by which a path names it, and tells nothing else."""
        is_named = (item.edge.provider, leaf.value) in self._in_paths and _is_file_name(leaf)
        return is_named and self.key_within(leaf, item) is None

    def key_within(self, leaf: Leaf, item: Observation) -> Leaf | None:
        """Give the key of the same request that is a part of the name of its file: ``demo`` of ``demo-1.0.tar.gz``."""
        if not _is_file_name(leaf):
            return None
        keys = (other for other in item.request if isinstance(other.value, str) and self.is_key(other, item))
        found = [other for other in keys if len(str(other.value)) >= SHORTEST_INSIDE]
        return next((other for other in found if re.search(within(str(other.value)), str(leaf.value))), None)


def _is_file_name(leaf: Leaf) -> bool:
    return leaf.name.field == FILE_NAME and leaf.location.startswith("body.$") and isinstance(leaf.value, str)
