"""The versions of the Pact specification, as values that carry what differs between their files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """What a version of the file format has.

    Attributes:
        number: what ``metadata.pactSpecification.version`` says.
        flat_rules: rules are one map from a path (``$.body.id``) to one matcher, else categories of rule lists.
        generators: there are generators.
        query_map: the query is a map of lists, else one text.
        many_states: provider states are a list with parameters, else one text.
        typed: interactions carry a type, a key, comments and `pending`; bodies carry their media type.
        messages: there are messages.
        mixed: messages and HTTP interactions may lie in one file.

    """

    number: str
    flat_rules: bool = False
    generators: bool = True
    query_map: bool = True
    many_states: bool = True
    typed: bool = False
    messages: bool = True
    mixed: bool = False


V1: Final = Specification(
    number="1.0.0", flat_rules=True, generators=False, query_map=False, many_states=False, messages=False
)
V1_1: Final = Specification(
    number="1.1.0", flat_rules=True, generators=False, query_map=False, many_states=False, messages=False
)
V2: Final = Specification(
    number="2.0.0", flat_rules=True, generators=False, query_map=False, many_states=False, messages=False
)
V3: Final = Specification(number="3.0.0")
V4: Final = Specification(number="4.0", typed=True, mixed=True)

SPECIFICATIONS: Final[Mapping[str, Specification]] = {
    "1": V1,
    "1.0": V1,
    "1.1": V1_1,
    "2": V2,
    "2.0": V2,
    "3": V3,
    "3.0": V3,
    "4": V4,
    "4.0": V4,
}
"""By major number, or major and minor."""


def find_specification(version: str) -> Specification | None:
    """Find the specification of a version text as ``3``, ``3.0`` or ``3.0.0``; None when there is no such version."""
    parts = version.strip().removeprefix("v").removeprefix("V").split(".")
    if not all(part.isdigit() for part in parts):
        return None
    return SPECIFICATIONS.get(".".join(parts[:2]))
