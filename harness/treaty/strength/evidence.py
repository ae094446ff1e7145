"""What a value in an answer is, by the table of DESIGN 4.2, judged without the pact's own matching rules.

The witnesses are the example itself, the causes that the pact tells, the request, and the calls of the set-up. A
contract that asks for too little is therefore found out: its rules have no say in what it should have asked for.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Final

from treaty.contract.json_value import JsonInvalid, JsonValue, Number, is_number, loads
from treaty.normalize.names import words
from treaty.normalize.shapes import TIMES, Shape, shape_of
from treaty.strength.healthy import is_canonical_id, is_identifying
from treaty.strength.places import Path, field_of
from treaty.strength.subject import Subject


class Role(enum.Enum):
    """What a scalar is in its answer; the value is how people read it."""

    ECHO = "it repeats a value of the request"
    CARRIED = "it is a value of the set-up"
    GIVEN = "the set-up sent it"
    CREATED = "the provider made it up"
    CLOCK = "it is a time by the provider's clock"
    SECRET = "it is a secret"  # noqa: S105 - a sentence, not a secret
    NULL = "it is null"
    BOOLEAN = "it is a boolean"
    CODE = "it is a code word"
    COMPUTED = "it follows from a list at hand"
    PROSE = "it is prose"
    OPEN = "nothing tells what it follows from"


EXACT: Final = frozenset({Role.ECHO, Role.CARRIED, Role.GIVEN, Role.NULL, Role.BOOLEAN, Role.CODE, Role.COMPUTED})
"""Of these the very value is promised."""

_CODE_FIELDS: Final = frozenset(
    {"code", "errno", "error", "status", "state", "type", "kind", "level", "currency", "method", "reason", "role"}
)
_TYPED_FIELDS: Final = frozenset({"version", "build", "host", "hostname", "server", "node", "commit", "release"})
_NAMED_CODE: Final = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+|[a-z][a-z0-9]*(_[a-z0-9]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A scalar of an answer with what it is.

    Attributes:
        path: where.
        value: what the healthy reply has there.
        role: what it is.
        shape: the form of its example.

    """

    path: Path
    value: JsonValue
    role: Role
    shape: Shape

    @property
    def exact(self) -> bool:
        """Whether the very value is promised."""
        return self.role in EXACT


def role_of(subject: Subject, path: Path, example: JsonValue) -> Role:
    """Judge a scalar by its example."""
    told = _told(subject, path, example)
    if told is not None:
        return told
    if example is None or isinstance(example, bool):
        if subject.in_open_list(path):
            # Others said something else.
            return Role.OPEN
        return Role.NULL if example is None else Role.BOOLEAN
    field = field_of(path)
    if example != "" and field and subject.inputs.asks(field, example) and _is_telling(field, example):
        return Role.ECHO
    shape = shape_of(example)
    if shape is Shape.PROSE:
        return Role.OPEN if _is_structured(str(example)) else Role.PROSE
    if example != "" and field and subject.inputs.gives(field, example):
        return Role.GIVEN
    if subject.in_open_list(path):
        return Role.OPEN
    if is_number(example):
        assert isinstance(example, (int, Number))
        return _of_number(subject, field, example)
    return Role.CODE if shape is Shape.CODE and _is_code(subject, field, str(example)) else Role.OPEN


def _told(subject: Subject, path: Path, example: JsonValue) -> Role | None:
    """Judge by the cause that the pact tells; one without a source is believed only where something bears it out."""
    note = subject.notes.at(path)
    if note is None:
        return None
    if note.cause == "carried" and "${" not in note.of:
        if subject.inputs.gives(field_of(path), example):
            return Role.GIVEN
        if is_canonical_id(example):
            return Role.CREATED
        return None if _is_code_field(field_of(path)) else Role.OPEN
    if example is None or isinstance(example, bool):
        return None
    return {
        "echo": Role.ECHO,
        "carried": Role.CARRIED,
        "created": Role.CREATED,
        "clock": Role.CLOCK,
        "secret": Role.SECRET,
        "derived": Role.COMPUTED,
        "random": Role.OPEN,
    }.get(note.cause)


def _is_telling(field: str, example: JsonValue) -> bool:
    """Tell whether equality with the request is no chance: made-up ids stand also where only a type is promised."""
    return not is_canonical_id(example) or is_identifying(field)


def _of_number(subject: Subject, field: str, example: int | Number) -> Role:
    if subject.inputs.computes(field, example):
        return Role.COMPUTED
    return Role.CODE if _is_code_field(field) and not is_canonical_id(example) else Role.OPEN


def _is_code(subject: Subject, field: str, text: str) -> bool:
    """Tell whether a short text is promised as it is.

    In pacts of ours a text without a cause is a constant. Elsewhere names and other data look the same, so that only
    what is called a code, or is written like a constant of a program, counts as one.
    """
    parts = words(field)
    if not parts or parts[-1] in _TYPED_FIELDS or is_canonical_id(text):
        return False
    if subject.is_told:
        return True
    return _is_code_field(field) or _NAMED_CODE.fullmatch(text) is not None


def _is_structured(text: str) -> bool:
    """Tell whether a text with spaces is JSON, which cannot be put into other words."""
    if text[:1] not in {"{", "["}:
        return False
    try:
        loads(text)
    except JsonInvalid:
        return False
    return True


def _is_code_field(field: str) -> bool:
    parts = words(field)
    return bool(parts) and parts[-1] in _CODE_FIELDS


def has_form(shape: Shape) -> bool:
    """Tell whether texts of a shape have a form that readers rely on."""
    return shape in TIMES or shape in {Shape.UUID, Shape.HEX, Shape.ULID, Shape.EMAIL, Shape.URL}
