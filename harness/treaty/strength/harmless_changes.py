"""Changes that a healthy provider may make: a contract that complains of one raises false alarms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Final

from treaty.contract.json_value import JsonValue, Number, dumps, is_number
from treaty.normalize.lists import sizes_asked_for
from treaty.strength.change import Change, Harmless
from treaty.strength.evidence import Judged, Role
from treaty.strength.healthy import NOW, healthy_case
from treaty.strength.places import (
    Path,
    at,
    is_list,
    is_map,
    is_scalar,
    location,
    nodes,
    replaced,
    rewritten,
    shown,
)
from treaty.strength.reply import BodyKind, Case, Reply
from treaty.strength.subject import Subject
from treaty.strength.times import with_fraction, with_offset

_OTHER_SEED: Final = 1
_LATER: Final = timedelta(days=400, hours=7, minutes=3)
_ADDED: Final = "treaty_added"
_OTHER_PROSE: Final = "said in other words"
_MOST_OBJECTS: Final = 12
_ANOTHER_DAY: Final = "a healthy provider answers so on another day"


def harmless_changes(subject: Subject, case: Case, judged: Mapping[Path, Judged]) -> Iterator[Change]:
    """Give the harmless changes of a healthy reply.

    Args:
        subject: the interaction.
        case: the reply, with what it is held against.
        judged: the scalars of its JSON body, by path; empty for other bodies.

    """
    yield from _other_days(subject, case)
    yield from _around(case)
    if case.reply.kind is not BodyKind.JSON:
        return
    changes = _Changes(subject, case, judged)
    yield from changes.objects()
    yield from changes.lists()
    yield from changes.spellings()
    yield changes.white_space()


def _other_days(subject: Subject, case: Case) -> Iterator[Change]:
    """Other ids everywhere, and the same answer 400 days later."""
    for kind, seed, now in ((Harmless.IDS, _OTHER_SEED, NOW), (Harmless.TIMES, 0, NOW + _LATER)):
        other = healthy_case(subject, seed=seed, now=now)
        if not other.reply.means(case.reply):
            yield _made(other, kind, "body", other.reply, "", shown(other.reply.document), _ANOTHER_DAY)


def _around(case: Case) -> Iterator[Change]:
    reply = case.reply
    because = "header names have no case, and others may be there (RFC 9110)"
    # Lines of one name keep their order, which means something (RFC 9110 section 5.3).
    names = list(dict.fromkeys(name for name, _ in reply.headers))
    turned = tuple(
        (name.swapcase(), value) for name in reversed(names) for other, value in reply.headers if other == name
    )
    if turned:
        yield _made(case, Harmless.HEADERS, "header", replace(reply, headers=turned), "", "", because)
    more = (
        *reply.headers,
        ("Server", "other/2"),
        ("X-Request-Id", "4b1d"),
        ("Cache-Status", "hit"),
        ("Date", format_datetime(NOW, usegmt=True)),
    )
    yield _made(case, Harmless.MORE_HEADERS, "header", replace(reply, headers=more), "", "", because)
    declared = reply.header("content-type")
    if declared and ";" not in declared and reply.kind in {BodyKind.JSON, BodyKind.TEXT}:
        named = reply.with_header("Content-Type", f"{declared}; charset=utf-8")
        place = "header.Content-Type"
        because = "it is the charset anyway"
        yield _made(case, Harmless.CHARSET, place, named, declared, f"{declared}; charset=utf-8", because)


class _Changes:
    """Harmless changes of one JSON body."""

    def __init__(self, subject: Subject, case: Case, judged: Mapping[Path, Judged]) -> None:
        self._subject: Final = subject
        self._case: Final = case
        self._judged: Final = judged
        self._document: Final = case.reply.document

    def objects(self) -> Iterator[Change]:
        """Add a field to each object; turn the order of all keys."""
        because = "readers pass over what they do not know"
        places = [path for path, value in nodes(self._document) if isinstance(value, Mapping) and not is_map(value)]
        for path in places[:_MOST_OBJECTS]:
            document = replaced(self._document, path, {**_members(at(self._document, path)), _ADDED: {"a": [1]}})
            yield self._change(Harmless.FIELD, path, document, "", _ADDED, because)
        turned = _turned(self._document)
        if dumps(turned) != dumps(self._document):
            yield self._change(Harmless.KEYS, (), turned, "", "", "objects have no order (RFC 8259)")

    def lists(self) -> Iterator[Change]:
        """Turn lists that are told to have no order, and let open ones hold what others made."""
        for path, value in nodes(self._document):
            if not is_list(value) or not value:
                continue
            assert isinstance(value, Sequence)
            note = self._subject.notes.at(path) or self._subject.notes.at((*path, 0))
            if note is not None and note.cause == "unordered" and len(value) > 1:
                document = replaced(self._document, path, list(reversed(value)))
                yield self._change(Harmless.LIST, path, document, "", "", "its order varies")
            is_top = not any(isinstance(step, int) for step in path)
            # A page that is full holds no more, whoever made it.
            has_room = is_top and len(value) not in self._sizes_asked_for()
            if has_room and self._subject.in_open_list((*path, 0)) and isinstance(value[0], Mapping):
                document = replaced(self._document, path, [*value, self._of_others(path, value[0])])
                because = "the request does not say whose elements it wants"
                yield self._change(Harmless.MEMBER, path, document, "", shown(self._of_others(path, value[0])), because)

    def _sizes_asked_for(self) -> frozenset[int]:
        query = self._subject.contract.request.query or {}
        texts = [(name, text) for name, values in query.items() for text in values if isinstance(text, str)]
        return sizes_asked_for(texts)

    def _of_others(self, path: Path, member: JsonValue) -> JsonValue:
        """Write an element as another client would have made it: other ids, words, numbers, and booleans."""

        def other(below: Path, value: JsonValue) -> JsonValue:
            judged = self._judged.get((*path, 0, *below))
            if isinstance(value, bool):
                return not value
            if judged is None or judged.role in {Role.CLOCK, Role.ECHO, Role.NULL, Role.CODE}:
                return value
            if isinstance(value, int):
                return value + 7
            return _OTHER_PROSE if judged.role is Role.PROSE else value

        return rewritten(member, other)

    def spellings(self) -> Iterator[Change]:
        """Write times and numbers in other ways that mean the same, and prose in other words."""
        for judged in self._judged.values():
            value = judged.value
            if isinstance(value, str) and judged.role is Role.CLOCK:
                yield from self._spelled(judged, Harmless.SPELLING, (with_offset(value), with_fraction(value)))
            elif judged.role is Role.COMPUTED or (judged.role in {Role.GIVEN, Role.ECHO} and _is_fraction(value)):
                yield from self._spelled(judged, Harmless.NUMBER, _spelled_numbers(value))
            elif judged.role is Role.PROSE and isinstance(value, str):
                yield from self._spelled(judged, Harmless.PROSE, (self._reworded(value),))

    def _spelled(self, judged: Judged, kind: Harmless, others: Sequence[JsonValue]) -> Iterator[Change]:
        for other in others:
            if other is not None and dumps(other) != dumps(judged.value):
                document = replaced(self._document, judged.path, other)
                because = "it means the same" if kind is not Harmless.PROSE else judged.role.value
                yield self._change(kind, judged.path, document, shown(judged.value), shown(other), because)

    def _reworded(self, text: str) -> str:
        """Say something else around the inputs that a text repeats."""
        inputs = [value for value in sorted(self._case.texts()) if value in text]
        inputs += [
            str(each.value)
            for each in self._judged.values()
            if each.exact
            and is_scalar(each.value)
            and isinstance(each.value, (int, str))
            and len(str(each.value)) > 3
            and not isinstance(each.value, bool)
            and str(each.value) in text
        ]
        return " ".join((_OTHER_PROSE, *dict.fromkeys(inputs)))

    def white_space(self) -> Change:
        """Indent the body."""
        written = self._case.reply.with_text(dumps(self._document, indent=2).encode())
        because = "white space between tokens means nothing (RFC 8259)"
        return _made(self._case, Harmless.WHITESPACE, "body", written, "", "", because)

    def _change(self, kind: Harmless, path: Path, document: JsonValue, before: str, after: str, because: str) -> Change:
        return _made(self._case, kind, location(path), self._case.reply.with_document(document), before, after, because)


def _is_fraction(value: JsonValue) -> bool:
    return isinstance(value, Number) and "." in value.text and "e" not in value.text.lower()


def _spelled_numbers(value: JsonValue) -> tuple[JsonValue, ...]:
    """Write ``66`` as ``66.0`` and ``66.00``, and ``12.50`` as ``12.5`` and ``12.500``."""
    if not is_number(value):
        return ()
    text = value.text if isinstance(value, Number) else str(value)
    if "e" in text.lower():
        return ()
    if "." not in text:
        return (Number(f"{text}.0"), Number(f"{text}.00"))
    whole, _, fraction = text.partition(".")
    short = fraction.rstrip("0")
    bare: JsonValue = Number(f"{whole}.{short}") if short else int(whole)
    return (bare, Number(f"{text}0"))


def _turned(value: JsonValue) -> JsonValue:
    if isinstance(value, Mapping):
        return {key: _turned(child) for key, child in reversed(list(value.items()))}
    if isinstance(value, (list, tuple)):
        return [_turned(child) for child in value]
    return value


def _members(value: JsonValue) -> Mapping[str, JsonValue]:
    assert isinstance(value, Mapping)
    return value


def _made(case: Case, kind: Harmless, place: str, reply: Reply, before: str, after: str, because: str) -> Change:
    return Change(
        kind=kind, location=place, before=before, after=after, because=because, case=replace(case, reply=reply)
    )
