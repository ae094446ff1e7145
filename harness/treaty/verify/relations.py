"""What our own keys promise beyond Pact's rules: echoes, values of the set-up, exact numbers, times that are near.

They lie under `comments.treaty.response` of an interaction, so in pacts of others there are none. Whether a value is
there at all, and of which type, is left to the matching rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Final

from treaty.contract.embedded import EmbeddedMissing, is_cookie, take
from treaty.contract.fitted import fitted
from treaty.contract.json_value import JsonInvalid, JsonValue, Number, decimal_of, dumps, is_number
from treaty.contract.model import BodyState, HttpInteraction
from treaty.contract.structured import read_document
from treaty.verify.locations import Any, Location, LocationInvalid, LocationMissing, join_path, parse_location, value_at
from treaty.verify.moments import Window, distance
from treaty.verify.origins import made_here, object_of
from treaty.verify.request_places import Missing, RequestPlace, parse_request_place
from treaty.verify.sending import Sent
from treaty.verify.variables import Variables, VariableUnknown, as_text, substitute_json

_CHECKED: Final = frozenset({"echo", "carried", "clock"})
_SAME_ANSWER: Final = "response."
"""Before the place of another value of the same answer."""
_NUMERIC: Final = re.compile(r"-?\d{1,400}(\.\d{1,400})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A relation that does not hold: where, which, what it asks for, what came, and a sentence."""

    location: str
    rule: str
    wanted: str
    got: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an answer is held against.

    Attributes:
        sent: the request.
        variables: what the set-up made and bound.
        document: the answer's body as JSON; None when it is none.
        text: the answer's body as text; None when it has none.
        headers: of the answer, names in lower case.
        window: when it was made.

    """

    sent: Sent
    variables: Variables
    document: JsonValue
    headers: Mapping[str, Sequence[str]]
    window: Window
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    text: str
    place: Location
    cause: str
    of: str
    number: str
    present: bool


def find_broken(contract: HttpInteraction, evidence: Evidence) -> Iterator[Finding]:
    """Give the relations that an answer does not keep, in the order of the notes."""
    notes = list(_notes(contract))
    if not notes:
        return
    example = _example(contract)
    scoped = contract.request.generators.path is not None or bool(contract.request.generators.query)
    own = made_here(contract)
    for note in notes:
        found = list(_values(note.place, evidence))
        if note.present and not found:
            message = "the answer has nothing there, but was recorded with it"
            yield Finding(location=note.text, rule=note.cause, wanted="something", got="", message=message)
        if note.number:
            yield from _numbers(note, found)
        elif note.of.startswith(_SAME_ANSWER):
            yield from _agreeing(note, found, evidence)
        elif note.cause == "clock":
            is_own = object_of(note.text) in own and (scoped or not _in_open_list(note.text, contract))
            window = evidence.window if is_own else replace(evidence.window, begun=None)
            yield from _times(note, found, example, window)
        elif note.cause == "echo":
            yield from _echoes(note, found, example, evidence)
        elif note.cause == "carried" and (scoped or not _in_open_list(note.text, contract)):
            yield from _carried(note, found, evidence)


def _notes(contract: HttpInteraction) -> Iterator[_Note]:
    ours = contract.comments.get("treaty")
    notes = ours.get("response") if isinstance(ours, Mapping) else None
    if not isinstance(notes, Mapping):
        return
    for text, note in notes.items():
        if not isinstance(note, Mapping):
            continue
        cause, of, number = note.get("cause"), note.get("of"), note.get("number")
        agrees = isinstance(of, str) and of.startswith(_SAME_ANSWER)
        present = note.get("present") is True
        if not isinstance(cause, str) or not (agrees or present or cause in _CHECKED or isinstance(number, str)):
            continue
        try:
            place = parse_location(text)
        except LocationInvalid:
            continue
        yield _Note(
            text=text,
            place=place,
            cause=cause,
            of=of if isinstance(of, str) else "",
            number=number if isinstance(number, str) else "",
            present=present,
        )


def _example(contract: HttpInteraction) -> JsonValue:
    body = contract.response.body
    if body.state is not BodyState.PRESENT:
        return None
    try:
        return read_document(body.data, body.media_type())
    except JsonInvalid:
        return None


def _in_open_list(text: str, contract: HttpInteraction) -> bool:
    """Tell whether a place lies in a list that holds what others made, too: only the least length is promised."""
    rules = contract.response.rules.body
    return any(text[len("body.") : found.start()] in rules for found in re.finditer(r"\[(\d+|\*)\]", text))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A value in an answer: its place, the positions that the wildcards of the note stand for, and the value."""

    location: str
    indices: tuple[int, ...]
    value: JsonValue


def _values(place: Location, evidence: Evidence) -> Iterator[_Found]:
    """Find what is at a place; nothing where the answer has nothing, or null."""
    for found in _outside(place, evidence):
        try:
            value = take(found.value, place.inside)
        except EmbeddedMissing:
            continue
        if value is not None:
            yield replace(found, value=value)


def _outside(place: Location, evidence: Evidence) -> Iterator[_Found]:
    if place.part == "header":
        values = evidence.headers.get(place.header, ())
        if place.inside and place.inside[0].kind == "cookie":
            # Each cookie has a line of its own (RFC 6265 section 3).
            values = [line for line in values if is_cookie(line.partition("=")[0].strip(), place.inside[0].name)][-1:]
        if place.index < len(values):
            yield _Found(location=f"header.{place.header}", indices=(), value=values[place.index])
    elif place.part == "body" and place.path is not None:
        yield from _walk(evidence.document, place.path, "$", ())
    elif place.part == "body" and evidence.text is not None:
        yield _Found(location="body", indices=(), value=evidence.text)


def _walk(value: JsonValue, path: Sequence[str | int | Any], way: str, indices: tuple[int, ...]) -> Iterator[_Found]:
    for position, segment in enumerate(path):
        value = fitted(value, segment)
        if isinstance(segment, str):
            if not isinstance(value, Mapping) or segment not in value:
                return
            value, way = value[segment], join_path(way, segment)
        elif not isinstance(value, (list, tuple)):
            return
        elif isinstance(segment, int):
            if segment >= len(value):
                return
            value, way = value[segment], f"{way}[{segment}]"
        else:
            for index, item in enumerate(value):
                yield from _walk(item, path[position + 1 :], f"{way}[{index}]", (*indices, index))
            return
    if value is not None:
        yield _Found(location=f"body.{way}", indices=indices, value=value)


def _numbers(note: _Note, found: Sequence[_Found]) -> Iterator[Finding]:
    try:
        wanted = Decimal(note.number)
    except InvalidOperation:
        return
    for each in found:
        if is_number(each.value):
            assert isinstance(each.value, (int, Number))
            if decimal_of(each.value) != wanted:
                got = dumps(each.value)
                yield _finding(each, "number", note.number, f"the number is {got}, not {note.number}")


def _times(note: _Note, found: Sequence[_Found], example: JsonValue, window: Window) -> Iterator[Finding]:
    for each in found:
        written = _example_of(note.place, each.indices, example)
        missed = "" if written is None else distance(each.value, written, window)
        if missed:
            yield _finding(each, "clock", "", missed)


def _carried(note: _Note, found: Sequence[_Found], evidence: Evidence) -> Iterator[Finding]:
    if "${" not in note.of:
        return
    try:
        wanted = substitute_json(note.of, evidence.variables)
    except VariableUnknown:
        return
    for each in found:
        if not same_value(each.value, wanted):
            message = "the value is not the one that the set-up made or was answered with"
            yield _finding(each, "carried", dumps(wanted), message)


def _echoes(note: _Note, found: Sequence[_Found], example: JsonValue, evidence: Evidence) -> Iterator[Finding]:
    of = parse_request_place(note.of)
    if of is None:
        return
    for each in found:
        wanted = of.read(evidence.sent, each.indices)
        if isinstance(wanted, Missing) or wanted is None:
            continue
        if not same_value(each.value, wanted):
            message = f"the value is not the one that the request has at {note.of}"
            yield _finding(each, "echo", dumps(wanted), message)
    yield from _missing_echoes(note, of, found, example, evidence)


def _agreeing(note: _Note, found: Sequence[_Found], evidence: Evidence) -> Iterator[Finding]:
    """Hold values against others of the same answer; members of lists against those of the same member."""
    try:
        other = parse_location(note.of.removeprefix(_SAME_ANSWER))
    except LocationInvalid:
        return
    wanted = {each.indices: each.value for each in _values(other, evidence)}
    for each in found:
        expected = wanted.get(each.indices, wanted.get(()))
        if expected is not None and not same_value(each.value, expected):
            message = f"the value is not the one that the answer has at {note.of.removeprefix(_SAME_ANSWER)}"
            yield _finding(each, note.cause, dumps(expected), message)


def _missing_echoes(
    note: _Note, of: RequestPlace, found: Sequence[_Found], example: JsonValue, evidence: Evidence
) -> Iterator[Finding]:
    """Find members of a list in the request that come back no more, though in the example all of them did."""
    if note.place.path is None or note.text.count("[*]") != 1 or note.of.count("[*]") != 1:
        return
    length = of.length(evidence.sent)
    before = sum(1 for _ in _walk(example, note.place.path, "$", ()))
    indices = {each.indices for each in found}
    if before < length and before:
        return
    for index in range(length):
        wanted = of.read(evidence.sent, (index,))
        listed = note.place.path[: note.place.path.index(Any.INDEX)]
        if (index,) in indices or isinstance(wanted, Missing) or wanted is None:
            continue
        if _has_member(evidence.document, listed, index):
            continue
        place = note.text.replace("[*]", f"[{index}]", 1)
        message = f"the list ends before it repeats what the request has at {note.of}"
        yield Finding(location=place, rule="echo", wanted=dumps(wanted), got="", message=message)


def _has_member(document: JsonValue, path: Sequence[str | int | Any], index: int) -> bool:
    try:
        value_at(document, (*path, index))
    except LocationMissing:
        return False
    return True


def _example_of(place: Location, indices: tuple[int, ...], example: JsonValue) -> JsonValue:
    """Give the example of a place; a list that came may be longer than its example, whose first element then counts."""
    rest = list(indices)
    segments = place.path or ()
    exact = tuple(rest.pop(0) if isinstance(segment, Any) else segment for segment in segments)
    first = tuple(0 if isinstance(segment, Any) else segment for segment in segments)
    for path in (exact, first):
        try:
            return value_at(example, path)
        except LocationMissing:
            continue
    return None


def same_value(value: JsonValue, wanted: JsonValue) -> bool:
    """Tell whether two values are one, in whatever type each is written: its type is for the rules to judge."""
    if isinstance(value, (Mapping, list)) or isinstance(wanted, (Mapping, list)):
        return value == wanted
    mine, other = _plain(value), _plain(wanted)
    if mine == other:
        return True
    both = _NUMERIC.fullmatch(mine) and _NUMERIC.fullmatch(other) and (is_number(value) or is_number(wanted))
    return bool(both) and Decimal(mine) == Decimal(other)


def _plain(value: JsonValue) -> str:
    return (
        format(value.value, "f") if isinstance(value, Number) and abs(value.value.adjusted()) < 400 else as_text(value)
    )


def _finding(found: _Found, rule: str, wanted: str, message: str) -> Finding:
    return Finding(location=found.location, rule=rule, wanted=wanted, got=dumps(found.value), message=message)
