"""Bodies of requests and responses, decoded by their media type and taken apart into leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from treaty.contract.json_value import JsonInvalid, JsonValue, loads
from treaty.contract.media_type import MediaType, parse_media_type
from treaty.contract.structured import document_of, is_json_like, is_structured
from treaty.normalize.leaves import Leaf, header, is_json, json_leaves, key_step
from treaty.normalize.names import Name, is_collection_key, leaf_name
from treaty.normalize.xml_bodies import Way, repeated_ways, with_lists, xml_leaves
from treaty.session.exchange import Content, Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A decoded body.

    Attributes:
        kind: ``none``, ``json``, ``lines`` (several JSON values: lines, events), ``xml``, ``multipart``, ``form``,
            ``text`` or ``binary``.
        value: the JSON value, or that which stands for it (`treaty.contract.structured`); of a form, an object of
            lists of texts; of a text, the text.
        data: the bytes.
        media_type: without parameters, lower case; empty when not given.
        boundary: of a multipart body.

    """

    kind: str
    value: JsonValue
    data: bytes
    media_type: str
    boundary: str = ""


def decode(content: Content, headers: Headers) -> Payload:
    """Decode a body by its media type; what does not parse as it says stays text or binary."""
    declared = header(headers, "Content-Type") or ""
    media_type = declared.split(";")[0].strip().lower()
    data = content.data
    if not data:
        return Payload(kind="none", value=None, data=b"", media_type=media_type)
    parsed = parse_media_type(declared)
    if is_json(media_type) or (not media_type and data.lstrip()[:1] in {b"{", b"["}):
        try:
            return Payload(kind="json", value=loads(data), data=data, media_type=media_type or "application/json")
        except JsonInvalid:
            return _text_or_binary(data, media_type)
    if media_type == "application/x-www-form-urlencoded":
        fields: dict[str, list[JsonValue]] = {}
        for key, value in parse_qsl(data.decode("latin-1"), keep_blank_values=True):
            fields.setdefault(key, []).append(value)
        return Payload(kind="form", value=fields, data=data, media_type=media_type)
    if is_structured(parsed) and media_type != "application/xhtml+xml":
        try:
            document = document_of(data, parsed)
        except JsonInvalid:
            return _text_or_binary(data, media_type)
        if parsed.is_multipart and isinstance(document, Mapping):
            # Clients send the parts of a form in any order.
            document = dict(sorted(document.items()))
        boundary = parsed.parameters.get("boundary", "")
        return Payload(kind=_kind(parsed), value=document, data=data, media_type=media_type, boundary=boundary)
    return _text_or_binary(data, media_type)


def _kind(media_type: MediaType) -> str:
    if media_type.is_multipart:
        return "multipart"
    return "xml" if media_type.is_xml else "json" if is_json_like(media_type) else "lines"


def _text_or_binary(data: bytes, media_type: str) -> Payload:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return Payload(kind="binary", value=None, data=data, media_type=media_type)
    if "\0" in text or media_type.startswith(("image/", "audio/", "video/", "multipart/", "application/octet-stream")):
        return Payload(kind="binary", value=None, data=data, media_type=media_type)
    return Payload(kind="text", value=text, data=data, media_type=media_type)


def body_leaves(payload: Payload, entity: str) -> Iterator[Leaf]:
    """Walk the leaves of a body in document order; a text is one leaf, a binary body none."""
    if payload.kind in {"json", "form", "lines", "multipart"}:
        yield from _top_leaves(payload.value, entity)
    elif payload.kind == "xml":
        yield from xml_leaves(payload.value, entity)
    elif payload.kind == "text":
        yield Leaf(location="body", value=payload.value, name=Name(entity=entity, field=""))


def _top_leaves(value: JsonValue, entity: str) -> Iterator[Leaf]:
    """Walk a whole body: ``{"items": [...], "total": 3}`` of ``/tickets`` is about tickets, not about items."""
    if not isinstance(value, Mapping) or any(leaf_name(key, entity).field == "id" for key in value):
        yield from json_leaves(value, "body.$", Name(entity=entity, field=""), entity)
        return
    for key, child in value.items():
        if is_collection_key(key) and isinstance(child, list):
            yield from json_leaves(child, f"body.${key_step(key)}", leaf_name(key, entity), entity)
        else:
            yield from json_leaves({key: child}, "body.$", Name(entity=entity, field=""), entity)


def repeated_elements(payloads: Iterable[Payload]) -> frozenset[Way]:
    """Find the ways to elements of XML that are members of lists in any of some bodies."""
    return frozenset(way for payload in payloads if payload.kind == "xml" for way in repeated_ways(payload.value))


def in_lists(payload: Payload, ways: frozenset[Way]) -> Payload:
    """Give an XML body with lists at some ways; other bodies stay."""
    if payload.kind != "xml" or not ways:
        return payload
    return replace(payload, value=with_lists(payload.value, ways))
