"""What exchanges on the wire show of the values in answers, without looking at any contract.

The same table as that of `treaty.strength.evidence` (DESIGN 4.2), from other evidence: what the requests said, what
calls before them sent, and what all answers of an endpoint have in common.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, unquote
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import ParseError, fromstring

from tests.third_party.wire import Asked
from treaty.contract.json_value import JsonInvalid, JsonValue, is_number, loads
from treaty.normalize.names import words
from treaty.normalize.shapes import Shape, epoch_unit, instant_of, shape_of
from treaty.strength.evidence import Role
from treaty.strength.healthy import is_identifying
from treaty.strength.places import Path, comparable, field_of, generic, is_scalar, nodes
from treaty.strength.reply import BodyKind, Reply

_NEAR: Final = timedelta(minutes=2)
_TYPED: Final = frozenset({"version", "build", "host", "hostname", "server", "node", "commit", "release", "url"})
_SHORTEST: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One exchange with what was sent before it.

    Attributes:
        asked: the request.
        reply: the answer.
        sent: what it sent itself, as (field, value); texts of the path have no field.
        given: what calls before it sent in bodies and paths, likewise.
        bodies: the bodies that were sent before.

    """

    asked: Asked
    reply: Reply
    sent: frozenset[tuple[str, object]]
    given: frozenset[tuple[str, object]]
    bodies: frozenset[bytes]


@dataclass(slots=True)
class _Place:
    roles: set[Role] = field(default_factory=set)
    values: set[object] = field(default_factory=set)
    count: int = 0


def samples_of(passed: Sequence[tuple[Asked, Reply]]) -> Iterator[Sample]:
    """Add to each exchange what was sent before it."""
    given: set[tuple[str, object]] = set()
    bodies: set[bytes] = set()
    for asked, reply in passed:
        sent = frozenset(_sent(asked))
        yield Sample(
            asked=asked, reply=reply, sent=sent, given=frozenset(given - sent), bodies=frozenset(bodies - {b""})
        )
        if asked.method not in {"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"}:
            given |= sent
            bodies.add(asked.body)


def _sent(asked: Asked) -> Iterator[tuple[str, object]]:
    path, _, query = asked.path.partition("?")
    for segment in path.split("/"):
        if segment:
            yield "", ("str", unquote(segment))
            if segment.isdecimal():
                yield "", comparable(int(segment))
    yield from ((name, ("str", value)) for name, value in parse_qsl(query))
    if asked.body[:1] in {b"{", b"["}:
        yield from _in_json(asked.body)
    elif asked.body[:1] == b"<" or asked.body[:3] == b"\xef\xbb\xbf":
        yield from _in_xml(asked.body)
    elif "form-urlencoded" in asked.header("content-type"):
        for name, value in parse_qsl(asked.body.decode("utf-8", "replace")):
            yield name, ("str", value)


def _in_json(body: bytes) -> Iterator[tuple[str, object]]:
    try:
        document = loads(body)
    except JsonInvalid:
        return
    for place, value in nodes(document, whole=True):
        if is_scalar(value) and value not in (None, ""):
            yield field_of(place), comparable(value)


def _in_xml(body: bytes) -> Iterator[tuple[str, object]]:
    try:
        root = fromstring(body)
    except ParseError:
        return
    for element in root.iter():
        if element.text and element.text.strip():
            yield local(element.tag), ("str", element.text.strip())


def local(tag: str) -> str:
    """Give the name of an element without its namespace."""
    return tag.rpartition("}")[2]


def role_of(sample: Sample, place: Path, value: JsonValue) -> Role:
    """Judge one value of one answer by what was sent."""
    in_list = any(isinstance(step, int) for step in place)
    if value is None:
        return Role.OPEN if in_list else Role.NULL
    if isinstance(value, bool):
        return Role.OPEN if in_list else Role.BOOLEAN
    if _is_now(value):
        return Role.CLOCK
    name, key = field_of(place), comparable(value)
    telling = is_identifying(name) or (isinstance(value, str) and len(value) >= _SHORTEST and value[:1] != "/")
    if (name, key) in sample.sent or (telling and ("", key) in sample.sent):
        return Role.ECHO
    if (name, key) in sample.given or (telling and isinstance(value, str) and ("", key) in sample.given):
        return Role.GIVEN
    if isinstance(value, str):
        shape = shape_of(value)
        if shape is Shape.PROSE:
            return Role.PROSE
        parts = words(name)
        if shape is Shape.CODE and not in_list and parts and parts[-1] not in _TYPED:
            return Role.CODE
    return Role.OPEN


def roles_of(samples: Sequence[Sample]) -> Mapping[Path, Role]:
    """Judge the scalars of an endpoint's JSON answers; a place for all members of a list."""
    seen: dict[Path, _Place] = {}
    for sample in samples:
        if sample.reply.kind is not BodyKind.JSON:
            continue
        for path, value in nodes(sample.reply.document):
            if is_scalar(value):
                place = seen.setdefault(generic(path), _Place())
                place.roles.add(role_of(sample, path, value))
                place.values.add(comparable(value))
                place.count += 1
    return {path: _agreed(place) for path, place in seen.items()}


def _agreed(place: _Place) -> Role:
    """Give what all answers agree in; a code word, a null or a boolean has to be the same in all of them."""
    if len(place.roles) != 1:
        return Role.OPEN
    (role,) = place.roles
    if role in {Role.CODE, Role.BOOLEAN, Role.NULL} and (len(place.values) > 1 or place.count < 2):
        return Role.OPEN
    return role


def _is_now(value: JsonValue) -> bool:
    now = datetime.now(UTC)
    if isinstance(value, str):
        instant = instant_of(value) if len(value) > len("2000-01-01") else None
        return instant is not None and abs(instant - now) < _NEAR
    if is_number(value) and isinstance(value, int):
        unit = epoch_unit(value, now)
        return bool(unit) and abs(value / unit - now.timestamp()) < _NEAR.total_seconds()
    return False


def parsed(reply: Reply) -> Element | None:
    """Read an answer's body as XML; None when it is none."""
    if reply.kind is not BodyKind.TEXT or "xml" not in (reply.header("content-type") or ""):
        return None
    try:
        root: Element = fromstring(reply.data)
    except ParseError:
        return None
    return root


def texts_given(sample: Sample) -> frozenset[str]:
    """Give the texts that were sent, by this request or before."""
    both = sample.sent | sample.given
    return frozenset(
        value[1]
        for _, value in both
        if isinstance(value, tuple) and value[0] == "str" and isinstance(value[1], str) and _is_telling(value[1])
    )


def _is_telling(text: str) -> bool:
    return len(text) >= _SHORTEST and re.search(r"[A-Za-z0-9]", text) is not None
