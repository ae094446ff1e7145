"""The causes that a pact tells of its answers, under ``comments.treaty.response``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from treaty.contract.json_value import JsonValue
from treaty.contract.model import HttpInteraction
from treaty.strength.places import Path
from treaty.verify.locations import Any, Location, LocationInvalid, parse_location


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One cause: the place it speaks of, which one it is, and of what."""

    place: Location
    cause: str
    of: str = ""

    def indices(self, path: Path) -> tuple[int, ...]:
        """Give what the wildcards of the place stand for at a path that it covers."""
        return tuple(
            step
            for segment, step in zip(self.place.path or (), path, strict=True)
            if isinstance(segment, Any) and isinstance(step, int)
        )


class Notes:
    """All causes of one interaction, found by the place in the body."""

    def __init__(self, contract: HttpInteraction) -> None:
        self._exact: dict[Path, Note] = {}
        self._open: dict[int, list[Note]] = {}
        for note in _parsed(contract):
            path = note.place.path or ()
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
        if cause and place.part == "body" and place.path is not None:
            yield Note(place=place, cause=cause, of=_text(note, "of"))


def _text(note: JsonValue, key: str) -> str:
    value = note.get(key) if isinstance(note, Mapping) else None
    return value if isinstance(value, str) else ""
