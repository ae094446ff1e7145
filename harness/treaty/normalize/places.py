"""Which calls wrote what lies at a path, above it, or below it where a read shows it: of folders, buckets, maps.

A POST does not write the resource at its path, but makes another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from treaty.normalize.examples import within
from treaty.normalize.leaves import path_segments
from treaty.normalize.observations import Observation

_Place: TypeAlias = tuple[str, str]
"""A provider and a path without a slash at its end."""

_SMALL: Final = re.compile(r"\d{1,9}")
"""Numbers that stand in an answer by chance: those that are ids are followed as values."""
_RUN: Final = re.compile(r"[A-Za-z0-9]+")


@dataclass(slots=True)
class _Names:
    """The calls that wrote what lies right below a path, by the first run of letters and digits in its name."""

    by_run: dict[str, list[tuple[int, str, Observation]]] = field(default_factory=dict)
    count: int = 0

    def add(self, name: str, item: Observation) -> None:
        run = _RUN.search(name)
        self.by_run.setdefault(run[0] if run else "", []).append((self.count, name, item))
        self.count += 1

    def among(self, text: str) -> list[Observation]:
        """Give the calls whose names stand in a text, not in the middle of longer words, in order of adding."""
        # A name stands there only if its runs do, so most names need no look of their own.
        runs = {"", *_RUN.findall(text)}
        found = [each for run in runs & self.by_run.keys() for each in self.by_run[run]]
        return [item for _, name, item in sorted(found, key=_position) if name in runs or re.search(within(name), text)]


def _position(entry: tuple[int, str, Observation]) -> int:
    return entry[0]


@dataclass(slots=True)
class Places:
    """The calls that wrote resources at their paths; filled in order of their start."""

    _writers: dict[_Place, list[Observation]] = field(default_factory=dict)
    _below: dict[_Place, _Names] = field(default_factory=dict)

    def add(self, item: Observation) -> None:
        """Add a call with an effect on what lies at its path."""
        path = item.path.rstrip("/")
        self._writers.setdefault((item.edge.provider, path), []).append(item)
        parent, name = path.rpartition("/")[0], path_segments(path)[-1]
        if not _SMALL.fullmatch(name):
            self._below.setdefault((item.edge.provider, parent), _Names()).add(name, item)

    def above(self, item: Observation) -> Iterator[Observation]:
        """Give the calls that wrote what lies at the very path of an exchange, or the collections that it lies in."""
        segments = item.path.rstrip("/").split("/")
        for length in range(2, len(segments) + 1):
            yield from self._at(item, "/".join(segments[:length]))

    def shown(self, item: Observation) -> Iterator[Observation]:
        """Give the calls that wrote what lies below the path of a read, where its answer speaks of it.

        It does by the whole path, as listings of folders do, or by the name of what lies right below.
        """
        if item.effectful or not item.succeeded:
            return
        path = item.path.rstrip("/")
        for leaf in item.response:
            if isinstance(leaf.value, str) and leaf.value.startswith(path + "/"):
                yield from self._at(item, leaf.value)
        names = self._below.get((item.edge.provider, path))
        if names is not None and item.response_payload.data:
            yield from names.among(item.response_payload.data.decode("utf-8", "replace"))

    def _at(self, item: Observation, path: str) -> list[Observation]:
        return self._writers.get((item.edge.provider, path.rstrip("/")), [])
