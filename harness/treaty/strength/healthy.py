"""The reply of a healthy provider: the recorded example, with the ids, echoes and times of another day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from treaty.contract.generating import Source
from treaty.contract.json_value import JsonValue, is_number
from treaty.normalize.examples import EPOCH_BASE
from treaty.normalize.names import IDENTIFIER_FIELDS, words
from treaty.normalize.shapes import RARE, Shape, instant_of, shape_of
from treaty.strength.insides import cast, with_insides
from treaty.strength.notes import SAME_ANSWER, Note
from treaty.strength.places import Path, comparable, field_of, rewritten
from treaty.strength.reply import BodyKind, Case, Reply
from treaty.strength.subject import Subject
from treaty.strength.times import moved, unit_of
from treaty.verify.minting import DERIVED, Minter, MintingExhausted
from treaty.verify.moments import Window
from treaty.verify.request_places import Missing, parse_request_place
from treaty.verify.sending import Sent, make_request
from treaty.verify.variables import SLOT_PREFIX, VariableUnknown, as_text, substitute_json

NOW: Final = datetime(2031, 3, 4, 5, 6, 7, 890_000, tzinfo=UTC)
"""When healthy replies are made; any day would do, and the same one gives the same score."""

_KINDS: Final = {
    Shape.UUID: "uuid",
    Shape.HEX: "hex",
    Shape.TIMESTAMP: "datetime",
    Shape.DATE: "datetime",
    Shape.HTTP_DATE: "datetime",
}
_SHORTEST_INSIDE: Final = 3
_CANONICAL: Final = re.compile(r"(?<!\d)9007\d{3}(?!\d)")
_MOMENT_AGO: Final = timedelta(seconds=1)


def healthy_case(subject: Subject, *, seed: int = 0, now: datetime = NOW) -> Case:
    """Make the reply of a healthy provider, with the request that it answers.

    Args:
        subject: the interaction.
        seed: another one gives other ids.
        now: by the provider's clock, with a time zone.

    Raises:
        ValueError: when the request cannot be made.
        treaty.contract.generating.ValueMissing: when it needs a value that nothing yields.

    """
    random = Random(seed)  # noqa: S311 - the same seed has to give the same ids, nothing is to be kept secret
    fresh = _Fresh(subject, Minter(random=random, now=lambda: now), now)
    variables = fresh.variables
    slots = {f"{SLOT_PREFIX}{name}": "secret" for name in subject.interaction.slots}
    source = Source(
        random=random, clock=lambda: now, state={**variables, **slots}, lenient=True, base_url="http://provider"
    )
    sent = make_request(subject.contract.request, source)
    begun = now - _MOMENT_AGO if subject.is_made_here else None
    return Case(reply=fresh.reply(sent), sent=sent, variables=variables, window=Window(begun=begun, ended=now))


def is_identifying(field: str) -> bool:
    """Tell whether values of a field name something: ``id``, ``orderId``, ``payment_ref``."""
    parts = words(field)
    return bool(parts) and parts[-1] in IDENTIFIER_FIELDS | {"uuid", "guid"}


class _Fresh:
    """Gives each identity of the example a new value, everywhere the same."""

    def __init__(self, subject: Subject, minter: Minter, now: datetime) -> None:
        self._subject: Final = subject
        self._minter: Final = minter
        self._later: Final = now - EPOCH_BASE
        self._by_example: Final[dict[object, JsonValue]] = {}
        self._texts: Final[dict[str, str]] = {}
        kinds = {name: mint.kind for state in subject.states for name, mint in state.mint.items()}
        self.variables: Final[Mapping[str, JsonValue]] = {
            name: self._identity(example, kinds.get(name, "")) for name, example in sorted(subject.examples.items())
        }

    def reply(self, sent: Sent) -> Reply:
        """Rewrite the example."""
        example = self._subject.example
        reply = example
        if example.kind is BodyKind.JSON:
            first = rewritten(example.document, lambda path, value: self._value(path, value, sent))
            reply = reply.with_document(rewritten(first, self._inside))
        elif example.kind is BodyKind.TEXT:
            reply = reply.with_text(self._swapped(example.text).encode())
        headers = tuple((name, self._swapped(value)) for name, value in example.headers)
        return with_insides(replace(reply, headers=headers), self._subject.notes, sent, self.variables)

    def _value(self, path: Path, value: JsonValue, sent: Sent) -> JsonValue:
        note = self._subject.notes.at(path)
        if value is None or isinstance(value, bool):
            return value
        if note is None:
            is_identity = is_identifying(field_of(path)) and comparable(value) in self._by_example
            return self._by_example[comparable(value)] if is_identity else value
        return self._of_note(note, path, value, sent)

    def _of_note(self, note: Note, path: Path, value: JsonValue, sent: Sent) -> JsonValue:
        if note.of.startswith(SAME_ANSWER):
            return self._identity(value)
        if note.cause == "echo":
            place = parse_request_place(note.of)
            wanted = None if place is None else place.read(sent, note.indices(path))
            return value if wanted is None or isinstance(wanted, Missing) else self._noted(value, cast(wanted, value))
        if note.cause == "clock":
            return moved(value, self._later) if is_canonical_time(value) else value
        if note.cause == "carried" and "${" in note.of:
            try:
                return self._noted(value, cast(substitute_json(note.of, self.variables), value))
            except VariableUnknown:
                return self._identity(value)
        if note.cause == "created" or (note.cause == "carried" and is_canonical_id(value)):
            return self._identity(value)
        # Names of the set-up that come in any order are told of the whole list, not of their places.
        return self._by_example.get(comparable(value), value) if note.cause == "carried" else value

    def _identity(self, example: JsonValue, kind: str = "") -> JsonValue:
        if not is_number(example) and not isinstance(example, str):
            return example
        key = comparable(example)
        if key not in self._by_example:
            self._noted(example, self._minted(example, kind))
        return self._by_example[key]

    def _noted(self, example: JsonValue, fresh: JsonValue) -> JsonValue:
        if is_number(example) or isinstance(example, str):
            self._by_example.setdefault(comparable(example), fresh)
            old = as_text(example)
            if len(old) >= _SHORTEST_INSIDE and as_text(fresh) != old:
                self._texts.setdefault(old, as_text(fresh))
        return fresh

    def _minted(self, example: JsonValue, kind: str) -> JsonValue:
        if isinstance(example, int) and not isinstance(example, bool):
            return self._minter.mint("integer", example)
        if kind == DERIVED or not isinstance(example, str):
            return example
        if not kind and is_canonical_id(example) and shape_of(example) not in RARE:
            # Around a number that was made up, a text has a form of its own.
            return _CANONICAL.sub(lambda found: as_text(self._identity(int(found[0]))), example)
        try:
            return self._minter.mint(kind or _KINDS.get(shape_of(example), "string"), example)
        except MintingExhausted:
            return example

    def _inside(self, path: Path, value: JsonValue) -> JsonValue:
        """Let ids inside longer texts follow; a text that is one altogether has been seen to before."""
        if not isinstance(value, str) or not self._texts or self._subject.notes.at(path) is not None:
            return value
        return self._swapped(value)

    def _swapped(self, text: str) -> str:
        if not self._texts:
            return text
        known = sorted(self._texts, key=len, reverse=True)
        form = rf"(?<![A-Za-z0-9])({'|'.join(map(re.escape, known))})(?![A-Za-z0-9])"
        return re.sub(form, lambda found: self._texts[found[1]], text)


def is_canonical_id(value: JsonValue) -> bool:
    """Tell whether an example is one that normalisation writes where an id stood."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return 9_007_000 < value < 9_008_000
    return isinstance(value, str) and re.search(r"(?<!\d)0*9007\d{3}$", value) is not None


def is_canonical_time(value: JsonValue) -> bool:
    """Tell whether an example is a time that normalisation wrote: the year 2000, or as far ahead as it was recorded."""
    unit = unit_of(value)
    if unit:
        return True
    if not isinstance(value, str):
        return False
    if shape_of(value) is Shape.DATE:
        return value >= "2000-01-01"
    instant = instant_of(value)
    return instant is not None and instant >= EPOCH_BASE
