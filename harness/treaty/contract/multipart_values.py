"""Other values in the parts of a multipart body: fields, and the names of files (RFC 7578 section 4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from treaty.contract.json_value import JsonValue, dumps
from treaty.contract.matching_multipart import Part, parse_multipart
from treaty.contract.structured import fields_of, is_json_like

_FILE_NAME: Final = re.compile(r'(?i)(;\s*filename=)("(?:[^"\\]|\\.)*"|[^;\s]*)')


def with_fields(data: bytes, boundary: str, document: JsonValue) -> bytes:
    """Write a body again whose parts read as a document does; what stays the same stays as it is, byte by byte.

    Args:
        data: the body.
        boundary: of its parts.
        document: in the form that `treaty.contract.structured.fields_of` gives, with other values.

    Raises:
        treaty.contract.matching_multipart.MultipartInvalid: when the body has no such parts.

    """
    parts = parse_multipart(data, boundary)
    before = fields_of(parts)
    delimiter = b"\r\n--" + boundary.encode()
    lead, *sections = (b"\r\n" + data).split(delimiter)
    seen: dict[str, int] = {}
    for part in parts:
        name = part.name or str(part.position)
        index = seen[name] = seen.get(name, -1) + 1
        old, new = _at(before, name, index), _at(document, name, index)
        if new != old and new is not None:
            sections[part.position] = _changed(sections[part.position], part, new)
    return delimiter.join([lead, *sections]).removeprefix(b"\r\n")


def _at(document: JsonValue, name: str, index: int) -> JsonValue:
    values = document.get(name) if isinstance(document, Mapping) else None
    return values[index] if isinstance(values, list) and index < len(values) else None


def _changed(section: bytes, part: Part, value: JsonValue) -> bytes:
    head, blank, content = section.partition(b"\r\n\r\n")
    if is_json_like(part.media_type):
        return head + blank + dumps(value).encode()
    if part.is_file:
        name = value.get("filename") if isinstance(value, Mapping) else None
        return with_file_name(head.decode("utf-8", "replace"), str(name)).encode() + blank + content
    return head + blank + (value if isinstance(value, str) else dumps(value)).encode()


def with_file_name(head: str, name: str) -> str:
    """Write the headers of a part, or its disposition alone, with another name of its file."""
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return _FILE_NAME.sub(lambda found: f'{found[1]}"{quoted}"', head)
