"""Multipart bodies written down the same each time: with a boundary of our own, and the headers that matter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from treaty.contract.json_value import JsonInvalid, JsonValue, dumps, loads
from treaty.contract.matching_multipart import Part, parse_multipart
from treaty.contract.multipart_values import with_file_name
from treaty.contract.structured import is_json_like
from treaty.normalize.bodies import Payload
from treaty.normalize.leaves import key_step, rewritten

_BOUNDARY: Final = "treaty-part"
_FORM: Final = "multipart/form-data"
_LEFT_OUT: Final = frozenset({"content-length", "content-transfer-encoding"})
_PARAMETER: Final = re.compile(r';\s*boundary=("[^"]*"|[^;]*)', re.IGNORECASE)


def boundary_of(payload: Payload) -> str:
    """Give a boundary that the parts of a body do not hold."""
    number = 0
    while (found := _BOUNDARY + (f"-{number}" if number else "")).encode() in payload.data:
        number += 1
    return found


def with_boundary(media_type: str, boundary: str) -> str:
    """Put a boundary into a media type."""
    return _PARAMETER.sub("", media_type) + f"; boundary={boundary}"


def multipart_text(payload: Payload, written: Mapping[str, JsonValue]) -> bytes:
    """Write a multipart body with other values at some locations."""
    delimiter = f"--{boundary_of(payload)}".encode()
    seen: dict[str, int] = {}
    pieces: list[bytes] = []
    for part in in_order(payload):
        name = part.name or str(part.position)
        location = f"body.${key_step(name)}[{seen.setdefault(name, 0)}]"
        seen[name] += 1
        name_written = written.get(f"{location}.filename")
        headers = dict(part.headers)
        if part.file_name and name_written is not None:
            headers["content-disposition"] = with_file_name(headers["content-disposition"], str(name_written))
        head = "".join(
            f"{_capital(key)}: {value}\r\n" for key, value in sorted(headers.items()) if key not in _LEFT_OUT
        )
        pieces += [delimiter, b"\r\n", head.encode(), b"\r\n", _content(part, location, written), b"\r\n"]
    return b"".join([*pieces, delimiter, b"--\r\n"])


def in_order(payload: Payload) -> list[Part]:
    """Give the parts of a body; those of a form by name, files behind fields, because clients send them in any order.

    Parts of one name keep their order (RFC 7578 section 5.2). Who reads a form while it comes wants its fields first.
    """
    parts = parse_multipart(payload.data, payload.boundary)
    if payload.media_type != _FORM or not all(part.name for part in parts):
        return parts
    return sorted(parts, key=lambda part: (part.is_file, part.name))


def _capital(name: str) -> str:
    return "-".join(word.capitalize() for word in name.split("-"))


def _content(part: Part, location: str, written: Mapping[str, JsonValue]) -> bytes:
    if is_json_like(part.media_type):
        try:
            return dumps(rewritten(loads(part.data), location, written)).encode()
        except JsonInvalid:
            return part.data
    value = written.get(location)
    return part.data if part.is_file or value is None else str(value).encode()


def contents_of(payload: Payload) -> list[bytes]:
    """Give the contents that a body carries as they are: its files, or the whole of it when it is binary."""
    if payload.kind == "binary":
        return [payload.data]
    if payload.kind != "multipart":
        return []
    return [part.data for part in parse_multipart(payload.data, payload.boundary) if part.is_file]
