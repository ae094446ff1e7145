"""Which objects of an answer the run itself brought about: only of these it is known how old they can be.

Normalisation takes every time for one of the clock, also that of an account which was there long before the recording.
What tells the two apart is the identity beside the time: a value that the set-up made or bound, or one that the answer
to a creation brings for the first time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from treaty.contract.model import HttpInteraction

_POSITION: Final = re.compile(r"\[\d+\]")
_LAST_STEP: Final = re.compile(r"(\.[^.\[\]]+|\['(?:[^'\\]|\\.)*'\]|\[(\d+|\*)\])$")
_CREATED: Final = 201


def made_here(contract: HttpInteraction) -> frozenset[str]:
    """Give the places of the objects that the set-up or the request itself made; ``[*]`` stands for any position."""
    return frozenset(_objects(contract))


def object_of(location: str) -> str:
    """Give the place of the object that holds a leaf, any position being ``[*]``."""
    return _POSITION.sub("[*]", _LAST_STEP.sub("", location))


def _objects(contract: HttpInteraction) -> Iterator[str]:
    ours = contract.comments.get("treaty")
    notes = ours.get("response") if isinstance(ours, Mapping) else None
    closed = ours.get("closed") if isinstance(ours, Mapping) else None
    for location, fact in closed.items() if isinstance(closed, Mapping) else ():
        listed = location.partition("[*]")[0].removeprefix("body.")
        if isinstance(fact, Mapping) and "contains" in fact and listed not in contract.response.rules.body:
            yield object_of(location)
    for location, note in notes.items() if isinstance(notes, Mapping) else ():
        if not isinstance(note, Mapping):
            continue
        cause, of = note.get("cause"), note.get("of")
        if cause == "created" and contract.response.status == _CREATED:
            yield object_of(location)
        if cause == "carried" and isinstance(of, str) and "${" in of:
            yield object_of(location)
        if cause == "echo" and isinstance(of, str) and _is_generated(of, contract):
            yield object_of(location)


def _is_generated(place: str, contract: HttpInteraction) -> bool:
    generators = contract.request.generators
    if place.startswith("path["):
        return generators.path is not None
    if place.startswith("query."):
        return bool(generators.query)
    return place.startswith("body") and bool(generators.body)
