"""Matching multipart bodies (RFC 2046, RFC 7578): part by part, found by name, else by position."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Final, TypeAlias

from treaty.contract.matching_text import compile_text
from treaty.contract.media_type import NO_MEDIA_TYPE, MediaType, parse_media_type
from treaty.contract.mismatch import Fault, show_bytes
from treaty.contract.scopes import Scope

PartCompiler: TypeAlias = Callable[[MediaType, bytes, Scope], Callable[[bytes], "list[Fault] | None"]]
"""Compiles the content of a part by its media type."""

_MOST_PARTS: Final = 10_000


class MultipartInvalid(ValueError):
    """A body is not what its boundary says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: its position, its headers by lower-case name, its decoded content."""

    position: int
    headers: Mapping[str, str]
    data: bytes
    name: str
    is_file: bool
    file_name: str = ""

    @property
    def media_type(self) -> MediaType:
        """The media type of the content, as its header says."""
        return parse_media_type(self.headers.get("content-type", ""))


def parse_multipart(data: bytes, boundary: str) -> list[Part]:
    """Split a body into its parts.

    Raises:
        MultipartInvalid: when there is no boundary, the body does not have it, or has more than 10,000 parts.

    """
    if not boundary:
        raise MultipartInvalid("its content type names no boundary")
    delimiter = b"--" + boundary.encode()
    sections = (b"\r\n" + data).split(b"\r\n" + delimiter, _MOST_PARTS + 2)
    if len(sections) < 2:
        raise MultipartInvalid(f"it has no boundary {boundary!r}")
    if len(sections) > _MOST_PARTS + 2:
        raise MultipartInvalid(f"it has more than {_MOST_PARTS:,} parts")
    parts: list[Part] = []
    for section in sections[1:]:
        if section.startswith(b"--"):
            return parts
        parts.append(_part(section.lstrip(b" \t").removeprefix(b"\r\n"), len(parts)))
    raise MultipartInvalid("it ends without a closing boundary")


def _part(section: bytes, position: int) -> Part:
    head, _, content = section.partition(b"\r\n\r\n")
    if section.startswith(b"\r\n"):
        head, content = b"", section[2:]
    headers = {}
    for line in head.split(b"\r\n"):
        key, colon, value = line.decode("utf-8", errors="replace").partition(":")
        if colon:
            headers[key.strip().lower()] = value.strip()
    disposition = Message()
    disposition["Content-Disposition"] = headers.get("content-disposition", "")
    name: object = disposition.get_param("name", "", "content-disposition")
    file_name = disposition.get_filename()
    return Part(
        position=position,
        headers=headers,
        data=_decode(content, headers.get("content-transfer-encoding", "")),
        name=name if isinstance(name, str) else "",
        is_file=file_name is not None or "content-disposition" not in headers,
        file_name=file_name or "",
    )


def _decode(content: bytes, encoding: str) -> bytes:
    if encoding.lower() != "base64":
        return content
    try:
        return base64.b64decode(content)
    except binascii.Error:
        return content


def compile_multipart(
    expected: bytes, boundary: str, scope: Scope, compile_part: PartCompiler
) -> Callable[[bytes, str], list[Fault] | None]:
    """Compile a multipart body; the check takes the body that came and its boundary. More parts are allowed."""
    try:
        examples = parse_multipart(expected, boundary)
    except MultipartInvalid as fault:
        broken = Fault("multipart", show_bytes(expected), "", f"the example is not multipart: {fault}")
        return lambda _data, _boundary: [broken]
    checks = [(example, _compile_part(example, scope, compile_part)) for example in examples]

    def check(data: bytes, actual_boundary: str) -> list[Fault] | None:
        try:
            parts = parse_multipart(data, actual_boundary)
        except MultipartInvalid as fault:
            return [Fault("multipart", show_bytes(expected), show_bytes(data), f"the body is not multipart: {fault}")]
        faults: list[Fault] = []
        for example, one in checks:
            step = example.name or example.position
            found = _find(parts, example)
            if found is None:
                faults.append(Fault("equality", str(step), "", f"the part {step!r} is missing").at(step))
            else:
                faults += [fault.at(step) for fault in one(found)]
        return faults or None

    return check


def _find(parts: list[Part], example: Part) -> Part | None:
    for part in parts:
        if part.name == example.name if part.name else part.position == example.position:
            return part
    return None


def _compile_part(example: Part, scope: Scope, compile_part: PartCompiler) -> Callable[[Part], list[Fault]]:
    below = scope.step(example.name or example.position)
    wanted = example.media_type
    if example.is_file:
        content = compile_part(wanted, example.data, below)
    else:
        text = compile_text(example.data.decode("utf-8", errors="replace"), below.rules)

        def content(data: bytes) -> list[Fault] | None:
            return text(data.decode("utf-8", errors="replace"))

    def check(actual: Part) -> list[Fault]:
        if actual.is_file != example.is_file:
            kinds = ("a file", "a field")
            reason = f"expected {kinds[not example.is_file]}, got {kinds[not actual.is_file]}"
            return [Fault("equality", "", "", reason)]
        faults = _headers(example, actual, below)
        got = actual.media_type
        if example.is_file and not _fits(wanted, got):
            reason = f"the content type is {got.essence}, not {wanted.essence}"
            return [*faults, Fault("equality", wanted.essence, got.essence, reason)]
        return [*faults, *(content(actual.data) or ())]

    return check


def _fits(wanted: MediaType, got: MediaType) -> bool:
    if wanted is NO_MEDIA_TYPE or got is NO_MEDIA_TYPE:
        return True
    return wanted.covers(got) or wanted.covers_suffix(got)


def _headers(example: Part, actual: Part, scope: Scope) -> list[Fault]:
    faults: list[Fault] = []
    for name, value in example.headers.items():
        below = scope.step(name)
        rules = below.rules if not below.cascaded else None
        got = actual.headers.get(name)
        if got is None:
            if name not in {"content-type", "content-disposition", "content-transfer-encoding"}:
                faults.append(Fault("equality", value, "", f"the header {name} of the part is missing").at(name))
        elif rules is not None or name != "content-disposition":
            found = compile_text(value, rules)(got)
            faults += [fault.at(name) for fault in found or ()]
    return faults
