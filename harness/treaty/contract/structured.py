"""Bodies read as plain values, whatever their notation: JSON under its many names, lines of JSON, events, XML, parts.

What a place such as ``body.$.order.id`` or ``body.$[2].data.id`` means in each of them is said here.
"""

from __future__ import annotations

from typing import Final

from treaty.contract.json_value import JsonInvalid, JsonValue, loads
from treaty.contract.matching_multipart import MultipartInvalid, Part, parse_multipart
from treaty.contract.matching_xml import XmlInvalid
from treaty.contract.media_type import MediaType
from treaty.contract.xml_tree import xml_tree

_LINES: Final = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-lines"})
_MORE_LINES: Final = frozenset({"application/x-jsonlines", "application/jsonlines", "application/json-seq"})
_EVENTS: Final = "text/event-stream"
_JSON_BY_OTHER_NAMES: Final = frozenset({"text/json", "text/x-json", "application/x-json", "text/x-javascript"})


def is_json_like(media_type: MediaType) -> bool:
    """Tell whether content is JSON by any of its names (RFC 6839, ``application/x-amz-json-1.1``, ``text/json``)."""
    return (
        media_type.suffix == "json"
        or (media_type.is_json and not is_lines(media_type))
        or media_type.essence in _JSON_BY_OTHER_NAMES
        or media_type.subtype.startswith("x-amz-json")
    )


def is_lines(media_type: MediaType) -> bool:
    """Tell whether content is one JSON value a line."""
    return media_type.essence in _LINES | _MORE_LINES


def is_structured(media_type: MediaType) -> bool:
    """Tell whether `document_of` reads content of a type."""
    return (
        is_json_like(media_type)
        or is_lines(media_type)
        or media_type.essence == _EVENTS
        or media_type.is_xml
        or media_type.is_multipart
    )


def document_of(data: bytes, media_type: MediaType) -> JsonValue:
    """Read a body: of lines and events a list, of parts an object of lists as forms have it, of XML its tree.

    Raises:
        JsonInvalid: when it is not what its type says, or of another type.

    """
    if media_type.is_xml:
        try:
            return xml_tree(data)
        except XmlInvalid as fault:
            raise JsonInvalid(f"it is not XML that can be read: {fault}", line=1, column=1) from None
    if media_type.is_multipart:
        try:
            return fields_of(parse_multipart(data, media_type.parameters.get("boundary", "")))
        except MultipartInvalid as fault:
            raise JsonInvalid(str(fault), line=1, column=1) from None
    if is_lines(media_type):
        return [loads(line) for line in data.replace(b"\x1e", b"").splitlines() if line.strip()]
    if media_type.essence == _EVENTS:
        return _events(data)
    return loads(data)


def read_document(data: bytes, media_type: MediaType) -> JsonValue:
    """Read a body by its type, and as JSON where the type says nothing of a structure.

    Raises:
        JsonInvalid: when it is not what its type says, or no JSON.

    """
    return document_of(data, media_type) if is_structured(media_type) else loads(data)


def fields_of(parts: list[Part]) -> dict[str, JsonValue]:
    """Write parts as a form has its fields: by name the list of values, a file as its name and type."""
    fields: dict[str, list[JsonValue]] = {}
    for part in parts:
        fields.setdefault(part.name or str(part.position), []).append(_field(part))
    return dict(fields)


def _field(part: Part) -> JsonValue:
    if is_json_like(part.media_type):
        try:
            return loads(part.data)
        except JsonInvalid:
            return part.data.decode("utf-8", "replace")
    if part.is_file:
        return {"filename": part.file_name, "type": part.media_type.essence}
    return part.data.decode("utf-8", "replace")


def _events(data: bytes) -> JsonValue:
    """Read server-sent events (WHATWG HTML section 9.2.6): each an object of its fields, data as JSON where it is."""
    found: list[JsonValue] = []
    for block in data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n\n"):
        event: dict[str, JsonValue] = {}
        lines: list[str] = []
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "data":
                lines.append(value)
            elif name in {"event", "id", "retry"}:
                event[name] = value
        if lines:
            found.append({**event, "data": _parsed("\n".join(lines))})
    return found


def _parsed(text: str) -> JsonValue:
    try:
        return loads(text)
    except JsonInvalid:
        return text
