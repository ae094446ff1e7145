"""What our own keys of a pact hold fast in an answer: values with a cause, and what depends on all that is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from treaty.contract.json_value import JsonValue, dumps
from treaty.contract.model import HttpInteraction
from treaty.contract.path import RulePath
from treaty_stubs.render.causes import covers
from treaty_stubs.render.places import parse_place

_FREE: Final = frozenset({"constant", "random", "unordered"})
"""Causes that leave a value to its rule."""
_OWN: Final = frozenset({"created", "carried"})
"""Causes of identities: another element of a list has others."""
_SHORTEST_TOLD: Final = 4


class Bounds:
    """What no variation may touch in the answers of one interaction.

    Args:
        interaction: the promise.

    """

    def __init__(self, interaction: HttpInteraction) -> None:
        ours = interaction.comments.get("treaty")
        notes = ours.get("response") if isinstance(ours, Mapping) else None
        closed = ours.get("closed") if isinstance(ours, Mapping) else None
        entries = list(_entries(notes))
        self._held = [path for path, note in entries if not _is_free(note)]
        self._held_in_copies = [path for path, note in entries if not _is_free(note) and note.get("cause") not in _OWN]
        self._unordered = [path for path, note in entries if note.get("cause") == "unordered"]
        self._closed = [path for path, _ in _entries(closed)]
        self._headers = {
            place.name
            for text in (notes if isinstance(notes, Mapping) else ())
            if (place := parse_place(text)) is not None and place.part == "header"
        }
        self._told = [value for values in interaction.response.headers.values() for value in values]

    def holds(self, way: tuple[str | int, ...], *, copied: bool) -> bool:
        """Tell whether the value at a place has a cause that says what it has to be.

        Args:
            way: to the place.
            copied: it is for an element that was added to a list, made from the one at this place, about another thing.

        """
        held = self._held_in_copies if copied else self._held
        return any(covers(path, way) for path in held) or any(covers(path, way) for path in self._closed)

    def holds_below(self, way: tuple[str | int, ...]) -> bool:
        """Tell whether any value below a place has such a cause, or what depends on all that is stored."""
        return any(_begins(path, way) for path in (*self._held, *self._closed))

    def is_closed(self, way: tuple[str | int, ...]) -> bool:
        """Tell whether a list holds all that the provider has of something, so that its length follows from that."""
        return any(_begins(path, way) for path in self._closed)

    def is_unordered(self, way: tuple[str | int, ...]) -> bool:
        """Tell whether the order of a list was seen to vary."""
        return any(covers(path, way) or covers(path, (*way, 0)) for path in self._unordered)

    def holds_header(self, name: str) -> bool:
        """Tell whether a header, named in lower case, has a cause."""
        return name in self._headers

    def is_told_outside(self, value: JsonValue) -> bool:
        """Tell whether a header repeats a value, as ``Location`` the id of what was created."""
        text = value if isinstance(value, str) else dumps(value)
        return len(text) >= _SHORTEST_TOLD and any(text in told for told in self._told)


def _entries(notes: JsonValue) -> Iterator[tuple[RulePath, Mapping[str, JsonValue]]]:
    """Yield the places of the body with what is noted about them; what lies inside a text holds the whole text."""
    if not isinstance(notes, Mapping):
        return
    for text, note in notes.items():
        place = parse_place(text)
        if place is not None and place.path is not None and isinstance(note, Mapping):
            yield place.path, note


def _is_free(note: Mapping[str, JsonValue]) -> bool:
    return note.get("cause") in _FREE and not {"of", "number", "present"} & note.keys()


def _begins(path: RulePath, way: tuple[str | int, ...]) -> bool:
    return len(path.tokens) >= len(way) and covers(RulePath(path.tokens[: len(way)]), way)
