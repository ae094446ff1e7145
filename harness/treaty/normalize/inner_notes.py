"""What our keys say about values inside the texts of an answer: which other value each one is (DESIGN 4.2, 4.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from treaty.contract.json_value import JsonValue
from treaty.normalize.drafts import Draft
from treaty.normalize.observations import LOGIN
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow

_INDEX = re.compile(r"\[\d+\]")


def inner_notes(members: Sequence[Draft], flow: Flow) -> dict[str, JsonValue]:
    """Write a note for each value inside a text that is another value's: of the request, the set-up or the answer.

    Args:
        members: the observations of one interaction; the first is the example.
        flow: the tokens.

    """
    first = list(_relations(members[0], flow))
    if not first:
        return {}
    said = [{place: kind for place, _, (_, kind) in _relations(member, flow)} for member in members[1:]]
    found: dict[str, JsonValue] = {}
    for location, token, (note, kind) in first:
        place = _INDEX.sub("[*]", location.partition("|")[0]) + "|" + location.partition("|")[2]
        if any(location in other and other[location] != kind for other in said):
            continue
        if "of" not in note:
            note["of"] = "${" + members[0].state.variables[token] + "}"
        aligned = _aligned(location, note)
        if aligned is not None and found.get(aligned[0], aligned[1]) == aligned[1] and place.startswith("body"):
            found[aligned[0]] = aligned[1]
        else:
            found[location] = note
    return found


def cookie_notes(members: Sequence[Draft]) -> dict[str, JsonValue]:
    """Note the cookies that every observation of an answer sets; a deletion sets none."""
    prefix = "header.Set-Cookie|cookie."
    named = [{leaf.location for leaf in member.item.response if leaf.location.startswith(prefix)} for member in members]
    return {place: {"cause": "created", "present": True} for place in sorted(named[0].intersection(*named[1:]))}


def _relations(draft: Draft, flow: Flow) -> Iterator[tuple[str, Token, tuple[dict[str, JsonValue], str]]]:
    """Give places inside texts, with the value there, what it is, and how to compare that with other observations."""
    number = draft.item.number
    pairs = flow.tokens_of(number, "response.")
    if not any("|" in location for location, _ in pairs):
        return
    asked, answered = _first_places(flow.tokens_of(number, "request.")), _first_places(pairs)
    for location, token in pairs:
        place = location.removeprefix("response.")
        if "|" not in place:
            continue
        if token in asked:
            of = asked[token].removeprefix("request.")
            yield place, token, ({"cause": "echo", "of": of}, f"echo {of}")
        elif token in answered:
            of = _nearest(place, token, flow, number) or answered[token]
            cause = "created" if token.origin == number else "carried"
            yield place, token, ({"cause": cause, "of": of}, f"{cause} {_INDEX.sub('[*]', of)}")
        elif token in draft.varied:
            yield place, token, ({"cause": "carried"}, "carried")


def _first_places(pairs: Sequence[tuple[str, Token]]) -> Mapping[Token, str]:
    """Give where each token stands by itself, not inside a text."""
    found: dict[Token, str] = {}
    for location, token in pairs:
        if "|" not in location and location != f"request.{LOGIN}":
            found.setdefault(token, location)
    return found


def _nearest(place: str, token: Token, flow: Flow, number: int) -> str:
    """Give the place of a token in the same object as a text, if it is there: each member of a list has its own."""
    parent = re.sub(r"(\.[^.\[\]]+|\['[^']*'\])$", "", place.partition("|")[0])
    for location, found in flow.tokens_of(number, "response."):
        other = location.removeprefix("response.")
        if found is token and "|" not in other and re.sub(r"(\.[^.\[\]]+|\['[^']*'\])$", "", other) == parent:
            return location
    return ""


def _aligned(location: str, note: Mapping[str, JsonValue]) -> tuple[str, dict[str, JsonValue]] | None:
    """Write the note of a list's member for all members, where both places lie in the same one."""
    of = str(note.get("of", ""))
    outside, _, inside = location.partition("|")
    ours, theirs = _INDEX.findall(outside), _INDEX.findall(of)
    if not ours or ours != theirs or not of.startswith("response."):
        return None
    return f"{_INDEX.sub('[*]', outside)}|{inside}", {**note, "of": _INDEX.sub("[*]", of)}
