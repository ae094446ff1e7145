"""Harmful changes of a JSON body: fields that go, move or become something else, lists that shrink, ids that swap."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.strength.change import Change, Harm
from treaty.strength.evidence import Judged, Role
from treaty.strength.healthy import is_identifying
from treaty.strength.places import (
    MOST_MEMBERS,
    Path,
    at,
    field_of,
    is_list,
    is_map,
    is_scalar,
    location,
    nodes,
    renamed,
    replaced,
    same,
    shown,
    without,
)
from treaty.strength.reply import BodyKind, Case
from treaty.strength.session_facts import Facts
from treaty.strength.subject import Subject
from treaty.strength.value_changes import value_changes

_SWAPPABLE: Final = frozenset({Role.ECHO, Role.CARRIED})
_SHAPE: Final = "a reader finds it where it was"
_LENGTH: Final = "the request names whose elements these are"
_SET_UP: Final = "the set-up made elements"


class StructureChanges:
    """Makes the harmful changes of one JSON body.

    Args:
        subject: the interaction.
        case: its healthy reply.
        judged: the scalars of the reply, by path.
        facts: what the session shows of the endpoint.

    """

    def __init__(self, subject: Subject, case: Case, judged: Mapping[Path, Judged], facts: Facts) -> None:
        self._subject: Final = subject
        self._case: Final = case
        self._judged: Final = judged
        self._facts: Final = facts
        self._document: Final = case.reply.document

    def all(self) -> Iterator[Change]:
        """Give all changes, from the outside in."""
        yield from self._whole()
        for path, value in nodes(self._document):
            if path and isinstance(path[-1], str) and self._is_field(path):
                yield from self._member(path, value)
            if path and not is_scalar(value):
                yield from self._container(path, value)
            if is_list(value) and value:
                yield from self._list(path, value)
            if path in self._judged:
                yield from self._scalar(self._judged[path])
        yield from self._swaps()
        yield from self._inputs_in_texts()

    def _change(self, kind: Harm, path: Path, document: JsonValue, *, before: str, after: str, because: str) -> Change:
        reply = self._case.reply.with_document(document)
        return Change(
            kind=kind,
            location=location(path),
            before=before,
            after=after,
            because=because,
            case=replace(self._case, reply=reply),
        )

    def _whole(self) -> Iterator[Change]:
        document, before = self._document, shown(self._document)
        # An empty object that is wrapped has only got a field more.
        for after in ([document],) if document == {} else ({"data": document}, [document]):
            yield self._change(Harm.WRAPPED, (), after, before=before, after=shown(after), because=_SHAPE)
        yield self._change(Harm.NULLED, (), None, before=before, after="null", because=_SHAPE)
        gone = replace(self._case.reply, kind=BodyKind.NONE, document=None, data=b"")
        yield Change(
            kind=Harm.BODILESS,
            location="body",
            before=before,
            after="no byte",
            because=_SHAPE,
            case=replace(self._case, reply=gone),
        )
        if isinstance(document, Mapping) and document:
            yield self._change(Harm.RETYPED, (), {}, before=before, after="{}", because=_SHAPE)

    def _is_field(self, path: Path) -> bool:
        """Tell whether a reader can expect the member of an object to be there."""
        return not self._facts.is_optional(path) and not is_map(at(self._document, path[:-1]))

    def _member(self, path: Path, value: JsonValue) -> Iterator[Change]:
        document, before = self._document, shown(value)
        yield self._change(Harm.DROPPED, path, without(document, path), before=before, after="absent", because=_SHAPE)
        name = _renaming(str(path[-1]), at(document, path[:-1]))
        yield self._change(
            Harm.RENAMED, path, renamed(document, path, name), before=str(path[-1]), after=name, because=_SHAPE
        )

    def _container(self, path: Path, value: JsonValue) -> Iterator[Change]:
        before = shown(value)
        others: list[tuple[Harm, JsonValue]] = [(Harm.RETYPED, "text")]
        if value or is_list(value):
            # An empty object that is nested has only got a field more.
            others.append((Harm.NESTED, {"value": value}))
        if not self._facts.is_nullable(path):
            others.append((Harm.NULLED, None))
        others.append((Harm.RETYPED, {} if is_list(value) else [value]))
        for kind, after in others:
            document = replaced(self._document, path, after)
            yield self._change(kind, path, document, before=before, after=shown(after), because=_SHAPE)

    def _list(self, path: Path, value: JsonValue) -> Iterator[Change]:
        """Empty a list, and drop elements: only where the elements are those that the interaction is about."""
        assert isinstance(value, Sequence)
        if self._facts.length_varies(path):
            return
        is_open = self._subject.in_open_list((*path, 0))
        if not is_open or (not any(isinstance(step, int) for step in path) and self._has_steps()):
            document = replaced(self._document, path, [])
            because = _SET_UP if is_open else _LENGTH
            yield self._change(Harm.EMPTIED, path, document, before=shown(value), after="[]", because=because)
        if not is_open and len(value) > 1:
            for index in {0, min(len(value), MOST_MEMBERS) - 1}:
                place = (*path, index)
                document = without(self._document, place)
                yield self._change(
                    Harm.SHORTENED, place, document, before=shown(value[index]), after="absent", because=_LENGTH
                )

    def _has_steps(self) -> bool:
        return any(state.steps for state in self._subject.states)

    def _scalar(self, judged: Judged) -> Iterator[Change]:
        path, value = judged.path, judged.value
        for kind, after in value_changes(judged):
            if kind is Harm.NULLED and self._facts.is_nullable(path):
                continue
            if judged.role is Role.CODE and self._facts.was_seen(path, after):
                continue
            document = replaced(self._document, path, after)
            yield self._change(kind, path, document, before=shown(value), after=shown(after), because=judged.role.value)

    def _swaps(self) -> Iterator[Change]:
        """Exchange ids: two of one object, of which one at least is known, and those of two elements of one list."""
        known = [
            each
            for each in self._judged.values()
            if each.role in _SWAPPABLE and is_identifying(field_of(each.path)) and each.path
        ]
        for each in known:
            for other in self._partners(each):
                first, second = each.value, at(self._document, other)
                if type(first) is not type(second) or same(first, second):
                    continue
                document = replaced(replaced(self._document, each.path, second), other, first)
                yield self._change(
                    Harm.SWAPPED,
                    each.path,
                    document,
                    before=shown(first),
                    after=f"{shown(second)}, which stood at {location(other)}",
                    because=each.role.value,
                )

    def _partners(self, each: Judged) -> Iterator[Path]:
        siblings = at(self._document, each.path[:-1])
        for key in siblings if isinstance(siblings, Mapping) else ():
            path = (*each.path[:-1], key)
            other = self._judged.get(path)
            if other is None or key == each.path[-1] or not is_identifying(key):
                continue
            if other.role not in _SWAPPABLE or str(key) > str(each.path[-1]):
                yield path

    def _inputs_in_texts(self) -> Iterator[Change]:
        """Change a value of the inputs inside a longer text, which a provider may otherwise word as it likes."""
        identities = {
            str(each.value)
            for each in self._judged.values()
            if each.role in _SWAPPABLE and is_identifying(field_of(each.path))
        }
        identities |= self._case.texts()
        telling = sorted((text for text in identities if len(text) >= 4), key=len, reverse=True)
        for each in self._judged.values():
            if each.role not in {Role.PROSE, Role.OPEN} or not isinstance(each.value, str):
                continue
            for text in telling:
                form = rf"(?<![A-Za-z0-9]){re.escape(text)}(?![A-Za-z0-9])"
                altered, count = re.subn(form, lambda found: _other(found[0]), each.value)
                if count:
                    document = replaced(self._document, each.path, altered)
                    yield self._change(
                        Harm.INCLUDED,
                        each.path,
                        document,
                        before=shown(each.value),
                        after=shown(altered),
                        because=f"{text} is an input",
                    )
                    break


def _renaming(name: str, siblings: JsonValue) -> str:
    """Spell a key in the other usual way, and a key of one word in another."""
    words = re.split(r"_", name)
    made = words[0] + "".join(word.capitalize() for word in words[1:])
    if made == name:
        made = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
    if made == name or (isinstance(siblings, Mapping) and made in siblings):
        made = f"{name}_new"
    return made


def _other(text: str) -> str:
    return re.sub(r"[A-Za-z0-9](?=[^A-Za-z0-9]*$)", lambda found: "1" if found[0] == "0" else "0", text)
