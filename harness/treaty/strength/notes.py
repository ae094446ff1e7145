"""The causes that a pact tells of its answers, under ``comments.treaty.response``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.contract.model import HttpInteraction
from treaty.strength.places import Path
from treaty.verify.locations import Any, Location, LocationInvalid, parse_location

SAME_ANSWER: Final = "response."
"""Before the place of another value of the same answer, of which a cause may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One cause: the place it speaks of, which one it is, and of what."""

    place: Location
    cause: str
    of: str = ""

    @property
    def is_inside(self) -> bool:
        """Whether it speaks of a part of a text, of a header, or of what agrees with another value of the answer."""
        return bool(self.place.inside) or self.place.part == "header" or self.of.startswith(SAME_ANSWER)

    def indices(self, path: Path) -> tuple[int, ...]:
        """Give what the wildcards of the place stand for at a path that it covers."""
        return tuple(
            step
            for segment, step in zip(self.place.path or (), path, strict=True)
            if isinstance(segment, Any) and isinstance(step, int)
        )


class Notes:
    """All causes of one interaction, found by the place in the body.

    Attributes:
        inside: those of values inside texts, of headers, and of values that agree with others of the same answer.

    """

    def __init__(self, contract: HttpInteraction) -> None:
        self._exact: dict[Path, Note] = {}
        self._open: dict[int, list[Note]] = {}
        notes = list(_parsed(contract))
        self.inside: Final = tuple(note for note in notes if note.is_inside)
        for note in notes:
            if note.place.part != "body" or note.place.path is None or note.place.inside:
                continue
            path = note.place.path
            exact = tuple(segment for segment in path if not isinstance(segment, Any))
            if len(exact) == len(path):
                self._exact[exact] = note
            else:
                self._open.setdefault(len(path), []).append(note)

    def at(self, path: Path) -> Note | None:
        """Give the cause of a place; one that names the very place goes before one with wildcards."""
        if path in self._exact:
            return self._exact[path]
        place = Location(part="body", path=path)
        return next((note for note in self._open.get(len(path), ()) if note.place.covers(place)), None)


def _parsed(contract: HttpInteraction) -> Iterator[Note]:
    ours = contract.comments.get("treaty")
    notes = ours.get("response") if isinstance(ours, Mapping) else None
    for text, note in notes.items() if isinstance(notes, Mapping) else ():
        cause = _text(note, "cause")
        try:
            place = parse_location(text)
        except LocationInvalid:
            continue
        if cause:
            yield Note(place=place, cause=cause, of=_text(note, "of"))


def _text(note: JsonValue, key: str) -> str:
    value = note.get(key) if isinstance(note, Mapping) else None
    return value if isinstance(value, str) else ""
