"""The categories in which matching rules and generators are kept (Pact specification V3, "Matching rules format")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, Self, TypeVar

from treaty.contract.json_value import JsonValue

Kept = TypeVar("Kept")

SINGLE: Final = ("method", "path", "status")
"""Categories that hold one value."""

MAPPED: Final = ("query", "header", "body", "metadata")
"""Categories that hold values by name or path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Categories(Generic[Kept]):
    """What is said of the places of one request, response or message.

    Attributes:
        method, path, status: of a single value.
        query: by name of the parameter.
        header: by name, in the case of the file.
        body: by rule path (`treaty.contract.path`), as written; in a message this is category ``content``.
        metadata: of a message, by key or path.
        unknown: categories we do not know, as JSON.

    """

    method: Kept | None = None
    path: Kept | None = None
    status: Kept | None = None
    query: Mapping[str, Kept] = field(default_factory=dict)
    header: Mapping[str, Kept] = field(default_factory=dict)
    body: Mapping[str, Kept] = field(default_factory=dict)
    metadata: Mapping[str, Kept] = field(default_factory=dict)
    unknown: Mapping[str, JsonValue] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        single: Mapping[str, Kept],
        mapped: Mapping[str, Mapping[str, Kept]],
        unknown: Mapping[str, JsonValue],
    ) -> Self:
        """Build from the categories that there are, by name: those of `SINGLE` and those of `MAPPED`."""
        return cls(
            method=single.get("method"),
            path=single.get("path"),
            status=single.get("status"),
            query=mapped.get("query", {}),
            header=mapped.get("header", {}),
            body=mapped.get("body", {}),
            metadata=mapped.get("metadata", {}),
            unknown=unknown,
        )

    @property
    def single(self) -> dict[str, Kept]:
        """The categories of one value that there are, by name."""
        named = {"method": self.method, "path": self.path, "status": self.status}
        return {name: value for name, value in named.items() if value is not None}

    @property
    def mapped(self) -> dict[str, Mapping[str, Kept]]:
        """The categories of values by name or path that there are, by name."""
        named = {"query": self.query, "header": self.header, "body": self.body, "metadata": self.metadata}
        return {name: values for name, values in named.items() if values}

    def __bool__(self) -> bool:
        return bool(self.single or self.mapped or self.unknown)
