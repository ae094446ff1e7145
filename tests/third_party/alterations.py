"""Changes of answers on the wire: harmful ones of one endpoint, and harmless ones of all."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from tests.third_party.endpoints import Endpoint, endpoint_of
from tests.third_party.wire import Alteration, Asked, without_body
from tests.third_party.witnesses import Sample, local, parsed, roles_of, texts_given
from treaty.contract.json_value import JsonValue, dumps
from treaty.normalize.shapes import shape_of
from treaty.strength.change import Harm, Harmless
from treaty.strength.evidence import EXACT, Judged, Role
from treaty.strength.places import (
    Path,
    generic,
    is_list,
    is_map,
    is_scalar,
    location,
    nodes,
    renamed,
    replaced,
    rewritten,
    without,
)
from treaty.strength.reply import BodyKind, Reply
from treaty.strength.times import with_fraction, with_offset
from treaty.strength.value_changes import value_changes

_HEADERS: Final = frozenset(
    {"location", "etag", "last-modified", "www-authenticate", "allow", "link", "content-disposition"}
)
_NEIGHBOURS: Final[Mapping[int, int]] = {200: 201, 201: 200, 202: 200, 204: 200, 207: 200, 400: 422, 401: 403, 403: 401}
_PAGE: Final = b"<!DOCTYPE html><html><body>An error page</body></html>"

Rewrite = Callable[[Reply], "Reply | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One harmful change of an endpoint: all its answers have it.

    Attributes:
        kind: what is done.
        endpoint: to whom.
        place: where in the answer.
        because: why it is a break.
        rewrite: does it; None where it does not apply.

    """

    kind: Harm
    endpoint: Endpoint
    place: str
    because: str
    rewrite: Rewrite

    def among(self, endpoints: Sequence[Endpoint]) -> Alteration:
        """Give what the wire does."""

        def alter(asked: Asked, reply: Reply) -> Reply | None:
            if endpoint_of(endpoints, asked, reply) != self.endpoint:
                return None
            return self.rewrite(reply)

        return alter


def faults(endpoint: Endpoint, samples: Sequence[Sample]) -> Iterator[Fault]:
    """Give the harmful changes of an endpoint, of which answers are known."""
    for kind, place, because, rewrite in (
        *_envelope(endpoint, samples),
        *_json(samples),
        *_xml(samples),
        *_text(samples),
    ):
        yield Fault(kind=kind, endpoint=endpoint, place=place, because=because, rewrite=rewrite)


_Found = tuple[Harm, str, str, Rewrite]


def _envelope(endpoint: Endpoint, samples: Sequence[Sample]) -> Iterator[_Found]:
    status = endpoint.status
    for other in (_NEIGHBOURS.get(status, 400 if status > 400 else status + 1), 500):
        yield Harm.STATUS, "status", f"{status} -> {other}", partial(_with_status, status=other)
    replies = [each.reply for each in samples]
    has_body = all(each.reply.body for each in samples) and endpoint.method != "HEAD"
    if has_body and all(each.header("content-type") for each in replies):
        yield (
            Harm.MEDIA_TYPE,
            "header.Content-Type",
            "clients choose a parser by it",
            lambda reply: reply.with_header("Content-Type", "application/x-other"),
        )
    if has_body:
        yield Harm.BODILESS, "body", "every answer had one", without_body
    if has_body and not any("html" in (each.header("content-type") or "") for each in replies):
        yield (
            Harm.MEDIA_TYPE,
            "body",
            "an error page in its place",
            lambda reply: reply.with_bytes(_PAGE).with_header("Content-Type", "text/html"),
        )
    for name in sorted(_HEADERS):
        if all(each.header(name) is not None for each in replies):
            place = f"header.{name.title()}"
            yield Harm.HEADER_GONE, place, "every answer had it", partial(_with_header, name=name, value=None)
            if name == "location":
                yield (
                    Harm.HEADER,
                    place,
                    "it leads there",
                    partial(_with_header, name=name, value="/elsewhere"),
                )


def _shown(place: Path) -> str:
    return location(place).replace("[-1]", "[*]")


def _with_status(reply: Reply, status: int) -> Reply:
    return replace(reply, status=status)


def _with_header(reply: Reply, name: str, value: str | None) -> Reply:
    return reply.with_header(name, value)


def _json(samples: Sequence[Sample]) -> Iterator[_Found]:
    documents = [each.reply.document for each in samples if each.reply.kind is BodyKind.JSON]
    if not documents or len(documents) < len(samples):
        return
    if any(documents):
        # An empty object in another one is only a field more.
        yield (
            Harm.WRAPPED,
            "body.$",
            "a reader finds it where it was",
            lambda reply: _with(reply, {"data": reply.document}),
        )
    yield Harm.WRAPPED, "body.$", "a reader finds it where it was", lambda reply: _with(reply, [reply.document])
    yield from _members(documents)
    yield from _lists(samples)
    for place, role in roles_of(samples).items():
        yield from _values(place, role, samples)


def _with(reply: Reply, document: JsonValue) -> Reply | None:
    return reply.with_document(document) if reply.kind is BodyKind.JSON else None


def _everywhere(place: Path, change: Callable[[JsonValue, Path], JsonValue]) -> Rewrite:
    """Change all places of a JSON body that are the same but for indices."""

    def rewrite(reply: Reply) -> Reply | None:
        if reply.kind is not BodyKind.JSON:
            return None
        document = reply.document
        for path in [path for path, _ in nodes(document, whole=True) if generic(path) == place]:
            document = change(document, path)
        return reply.with_document(document)

    return rewrite


def _members(documents: Sequence[JsonValue]) -> Iterator[_Found]:
    """Drop and rename what every object had at its place."""
    objects: dict[Path, int] = {}
    members: dict[Path, int] = {}
    for document in documents:
        for path, value in nodes(document, whole=True):
            if isinstance(value, Mapping) and not is_map(value):
                objects[generic(path)] = objects.get(generic(path), 0) + 1
                for key in value:
                    members[generic((*path, key))] = members.get(generic((*path, key)), 0) + 1
    for place, count in members.items():
        if count == objects[place[:-1]]:
            name = f"{place[-1]}_new"
            shown = _shown(place)
            yield Harm.DROPPED, shown, "every object had it", _everywhere(place, without)
            yield (
                Harm.RENAMED,
                shown,
                "every object had it",
                _everywhere(place, partial(renamed, name=name)),
            )


def _lists(samples: Sequence[Sample]) -> Iterator[_Found]:
    lengths: dict[Path, list[bool]] = {}
    for sample in samples:
        given = texts_given(sample)
        for path, value in nodes(sample.reply.document):
            if is_list(value):
                lengths.setdefault(generic(path), []).append(_holds(value, given))
    for place, holding in lengths.items():
        if all(holding):
            yield (
                Harm.EMPTIED,
                _shown(place),
                "it held what was made before",
                _everywhere(place, lambda document, path: replaced(document, path, [])),
            )


def _holds(value: JsonValue, given: frozenset[str]) -> bool:
    return any(is_scalar(each) and isinstance(each, str) and each in given for _, each in nodes(value, whole=True))


def _values(place: Path, role: Role, samples: Sequence[Sample]) -> Iterator[_Found]:
    found = [value for each in samples for path, value in nodes(each.reply.document) if generic(path) == place]
    if any(value is None for value in found) and any(value is not None for value in found):
        return
    ordinals: dict[Harm, int] = {}
    for kind, _ in value_changes(_judged(place, found[0], role)):
        ordinal = ordinals[kind] = ordinals.get(kind, -1) + 1
        if kind in {Harm.PRECISION, Harm.UNIT} and role not in EXACT | {Role.CLOCK}:
            continue

        def change(document: JsonValue, path: Path, kind: Harm = kind, ordinal: int = ordinal) -> JsonValue:
            value = next(value for known, value in nodes(document, whole=True) if known == path)
            made = [new for other, new in value_changes(_judged(path, value, role)) if other is kind]
            return replaced(document, path, made[min(ordinal, len(made) - 1)]) if made else document

        yield kind, _shown(place), role.value, _everywhere(place, change)


def _judged(place: Path, value: JsonValue, role: Role) -> Judged:
    return Judged(path=place, value=value, role=role, shape=shape_of(value, at=datetime.now(UTC)))


def _xml(samples: Sequence[Sample]) -> Iterator[_Found]:
    roots = [parsed(each.reply) for each in samples]
    if not roots or any(root is None for root in roots):
        return
    parents: dict[tuple[str, ...], int] = {}
    present: dict[tuple[str, ...], int] = {}
    texts: dict[tuple[str, ...], list[bool]] = {}
    for sample, root in zip(samples, roots, strict=True):
        assert root is not None
        given = texts_given(sample)
        for way, element in _elements(root):
            parents[way] = parents.get(way, 0) + 1
            for name in {child.tag for child in element}:
                present[*way, name] = present.get((*way, name), 0) + 1
            text = (element.text or "").strip()
            if text:
                texts.setdefault(way, []).append(text in given)
    yield Harm.RENAMED, "body.$", "readers look for the root", _rewriting((), _renamed)
    for way, count in present.items():
        if count == parents[way[:-1]]:
            shown = "body.$." + ".".join(local(tag) for tag in way[1:])
            yield Harm.DROPPED, shown, "every answer had it", _rewriting(way, _removed)
            yield Harm.RENAMED, shown, "every answer had it", _rewriting(way, _renamed)
    for way, known in texts.items():
        if all(known):
            shown = "body.$." + ".".join(local(tag) for tag in way[1:])
            yield Harm.VALUE, shown, "it was sent before", _rewriting(way, _reworded)


def _elements(root: Element, way: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Element]]:
    here = (*way, root.tag)
    yield here, root
    for child in root:
        yield from _elements(child, here)


def _rewriting(way: tuple[str, ...], change: Callable[[Element | None, Element], None]) -> Rewrite:
    def rewrite(reply: Reply) -> Reply | None:
        root = parsed(reply)
        if root is None:
            return None
        parents = {child: parent for parent in root.iter() for child in parent}
        chosen = [element for known, element in _elements(root) if known == (way or (root.tag,))]
        for element in chosen:
            change(parents.get(element), element)
        return reply.with_text(tostring(root, encoding="utf-8", xml_declaration=True))

    return rewrite


def _removed(parent: Element | None, element: Element) -> None:
    if parent is not None:
        parent.remove(element)


def _renamed(_parent: Element | None, element: Element) -> None:
    element.tag = f"{element.tag}New"


def _reworded(_parent: Element | None, element: Element) -> None:
    text = element.text or ""
    element.text = text[:-1] + ("a" if text[-1:] != "a" else "b")


def _text(samples: Sequence[Sample]) -> Iterator[_Found]:
    """Change a body that is just what was sent before, or a text of the inputs inside one of another kind."""
    if any(
        each.reply.kind not in {BodyKind.TEXT, BodyKind.BYTES} or parsed(each.reply) is not None for each in samples
    ):
        return
    if all(each.reply.data in each.bodies or _is_part(each) for each in samples):
        yield Harm.VALUE, "body", "it was sent before", lambda reply: _edited(reply, reply.data[:-1] + b"~")
        return
    if all(each.reply.kind is BodyKind.TEXT and _inputs_in(each) for each in samples):
        known = {text for each in samples for text in _inputs_in(each)}
        if len(known) == 1:
            (word,) = known
            yield (
                Harm.INCLUDED,
                "body",
                f"{word} is an input",
                lambda reply: _edited(reply, reply.data.replace(word.encode(), b"other")),
            )


def _is_part(sample: Sample) -> bool:
    return len(sample.reply.data) > 20 and any(sample.reply.data in body for body in sample.bodies)


def _inputs_in(sample: Sample) -> list[str]:
    return sorted(text for text in texts_given(sample) if len(text) > 5 and text in sample.reply.text)


def _edited(reply: Reply, data: bytes) -> Reply | None:
    if reply.kind is BodyKind.TEXT:
        return reply.with_text(data)
    return reply.with_bytes(data) if reply.kind is BodyKind.BYTES else None


def harmless() -> Iterator[tuple[Harmless, Alteration]]:
    """Give what a healthy server may do differently, in all its answers."""
    yield Harmless.FIELD, lambda _asked, reply: _fields_added(reply)
    yield Harmless.KEYS, lambda _asked, reply: _document(reply, _turned)
    yield Harmless.WHITESPACE, lambda _asked, reply: _indented(reply)
    yield Harmless.HEADERS, lambda _asked, reply: replace(reply, headers=_other_case(reply))
    yield Harmless.MORE_HEADERS, lambda _asked, reply: replace(reply, headers=(*reply.headers, *_more()))
    yield Harmless.CHARSET, lambda _asked, reply: _with_charset(reply)
    yield Harmless.SPELLING, _respelled


def _document(reply: Reply, change: Callable[[JsonValue], JsonValue]) -> Reply | None:
    return reply.with_document(change(reply.document)) if reply.kind is BodyKind.JSON else None


def _fields_added(reply: Reply) -> Reply | None:
    root = parsed(reply)
    if root is not None:
        grown = copy.deepcopy(root)
        SubElement(grown, "{urn:example:more}added").text = "more"
        return reply.with_text(tostring(grown, encoding="utf-8", xml_declaration=True))
    return _document(reply, _grown)


def _grown(value: JsonValue) -> JsonValue:
    if isinstance(value, Mapping):
        more = {} if is_map(value) or not value else {"treaty_added": {"a": [1]}}
        return {**{key: _grown(child) for key, child in value.items()}, **more}
    if isinstance(value, (list, tuple)):
        return [_grown(child) for child in value]
    return value


def _turned(value: JsonValue) -> JsonValue:
    if isinstance(value, Mapping):
        return {key: _turned(value[key]) for key in reversed(list(value))}
    if isinstance(value, (list, tuple)):
        return [_turned(child) for child in value]
    return value


def _indented(reply: Reply) -> Reply | None:
    if reply.kind is not BodyKind.JSON:
        return None
    return reply.with_text(dumps(reply.document, indent=3).encode())


def _other_case(reply: Reply) -> tuple[tuple[str, str], ...]:
    names = list(dict.fromkeys(name for name, _ in reply.headers))
    return tuple(
        (name.swapcase(), value) for name in reversed(names) for other, value in reply.headers if other == name
    )


def _more() -> tuple[tuple[str, str], ...]:
    return (("Via", "1.1 gateway"), ("X-Request-Id", "4b1d"), ("Date", format_datetime(datetime.now(UTC), usegmt=True)))


def _with_charset(reply: Reply) -> Reply | None:
    declared = reply.header("content-type")
    if not declared or ";" in declared or reply.kind not in {BodyKind.JSON, BodyKind.TEXT}:
        return None
    return reply.with_header("Content-Type", f"{declared}; charset=utf-8")


def _respelled(_asked: Asked, reply: Reply) -> Reply | None:
    """Write times of now with another offset or fraction, and XML with other prefixes."""
    root = parsed(reply)
    if root is not None:
        return reply.with_text(tostring(root, encoding="utf-8", xml_declaration=True))

    def spelled(_path: Path, value: JsonValue) -> JsonValue:
        if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
            return with_offset(value) or with_fraction(value) or value
        return value

    return _document(reply, lambda document: rewritten(document, spelled))
