"""Values inside texts of a reply, and values that agree with others of it: brought in step with what they come from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from treaty.contract.embedded import Embedded, EmbeddedMissing, take
from treaty.contract.json_value import JsonValue, Number, is_number
from treaty.strength.embedding import put
from treaty.strength.notes import SAME_ANSWER, Note, Notes
from treaty.strength.places import Path, at, nodes, replaced
from treaty.strength.reply import BodyKind, Reply
from treaty.verify.locations import Any, Location, LocationInvalid, parse_location
from treaty.verify.request_places import Missing, parse_request_place
from treaty.verify.sending import Sent
from treaty.verify.variables import VariableUnknown, as_text, substitute_json

_WHOLE: Final = re.compile(r"-?\d+")


def cast(value: JsonValue, like: JsonValue) -> JsonValue:
    """Write a value in the type of another one, where that is possible."""
    if isinstance(like, str):
        return as_text(value)
    if isinstance(value, str) and is_number(like):
        if _WHOLE.fullmatch(value):
            return int(value)
        return Number(value) if re.fullmatch(r"-?\d+\.\d+", value) else value
    return value


def with_insides(reply: Reply, notes: Notes, sent: Sent, variables: Mapping[str, JsonValue]) -> Reply:
    """Write into texts what their causes ask for.

    Args:
        reply: in which all whole values are as they should be.
        notes: the causes.
        sent: the request, for echoes.
        variables: of the set-up, for what is carried.

    """
    for note in notes.inside:
        for path, before in _outside(note.place, reply):
            wanted = _wanted(note, path, reply, sent, variables)
            if wanted is None:
                continue
            try:
                after = _inserted(before, note.place.inside, wanted)
            except EmbeddedMissing:
                continue
            reply = _with_value(reply, note.place, path, after)
    return reply


def _inserted(before: JsonValue, way: tuple[Embedded, ...], wanted: JsonValue) -> JsonValue:
    if not way:
        return cast(wanted, before)
    if not isinstance(before, str):
        raise EmbeddedMissing("there is no text to look into")
    return put(before, way, cast(wanted, take(before, way)))


def _outside(place: Location, reply: Reply) -> Iterator[tuple[Path, JsonValue]]:
    """Find the values at a place, whatever is inside them; the path says what its wildcards stand for."""
    if place.part == "header":
        found = [value for name, value in reply.headers if name.lower() == place.header]
        if place.index < len(found):
            yield (), found[place.index]
    elif place.part == "body" and place.path is None and reply.kind is BodyKind.TEXT:
        yield (), reply.text
    elif place.part == "body" and place.path is not None and reply.kind is BodyKind.JSON:
        whole = replace(place, inside=())
        for path, value in list(nodes(reply.document, whole=True)):
            if whole.covers(Location(part="body", path=path)):
                yield path, value


def _wanted(note: Note, path: Path, reply: Reply, sent: Sent, variables: Mapping[str, JsonValue]) -> JsonValue:
    """Give what a cause asks for; None when nobody can say."""
    indices = note.indices(path) if note.place.path else ()
    if note.of.startswith(SAME_ANSWER):
        return _of_answer(note.of.removeprefix(SAME_ANSWER), indices, reply)
    if note.cause == "echo":
        place = parse_request_place(note.of)
        value = None if place is None else place.read(sent, indices)
        return None if isinstance(value, Missing) else value
    if note.cause == "carried" and "${" in note.of:
        try:
            return substitute_json(note.of, variables)
        except VariableUnknown:
            return None
    return None


def _of_answer(text: str, indices: tuple[int, ...], reply: Reply) -> JsonValue:
    try:
        place = parse_location(text)
        if place.part == "header":
            return take(reply.header(place.header), place.inside)
        rest = list(indices)
        path = tuple(rest.pop(0) if isinstance(step, Any) else step for step in place.path or ())
        return take(at(reply.document, path), place.inside)
    except (LocationInvalid, EmbeddedMissing, LookupError):
        return None


def _with_value(reply: Reply, place: Location, path: Path, value: JsonValue) -> Reply:
    if place.part == "body" and place.path is None:
        return reply.with_text(as_text(value).encode())
    if place.part == "body":
        return reply.with_document(replaced(reply.document, path, value))
    lines = list(reply.headers)
    same = [position for position, (name, _) in enumerate(lines) if name.lower() == place.header]
    position = same[place.index]
    lines[position] = (lines[position][0], as_text(value))
    return replace(reply, headers=tuple(lines))
