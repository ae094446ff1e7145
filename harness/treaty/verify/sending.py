"""The request of an interaction as it goes on the wire, and as the answer's echoes refer to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from treaty.contract.applying import apply_to_request
from treaty.contract.generating import Source, ValueMissing, generate
from treaty.contract.generators import FromProviderState
from treaty.contract.json_value import JsonInvalid, JsonValue
from treaty.contract.media_type import parse_media_type
from treaty.contract.model import BodyState, Request, header_value
from treaty.contract.query import parse_query
from treaty.contract.structured import read_document
from treaty.verify.calls import Call
from treaty.verify.content_codings import DECODED
from treaty.verify.variables import SLOT_PREFIX, as_text, names_in_text

_SENT_BY_THE_CLIENT: Final = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection", "te", "expect"}
)
_PATH_CHARACTERS: Final = "/%:@!$&'()*+,;=-._~"
_VALUE_CHARACTERS: Final = "/:@!$&'()*+,;=-._~"
_QUERY_CHARACTERS: Final = ":@!$'()*,;-._~/"
_PLAIN_PATH: Final = re.compile(r"[A-Za-z0-9/%:@!$&'()*+,;=\-._~]*")
_WHOLE_PATH: Final = re.compile(r"\$\{[^}]*\}|[^$]*")
_SLOT: Final = re.compile(rf"\$\{{({re.escape(SLOT_PREFIX)}[^{{}}]+)\}}")
_HEADER_PATH: Final = re.compile(r"""\$(?:\.|\[["'])([^"'\[\]]+)""")
_CONTROL: Final = re.compile(r"[\r\n\0]")


class Sent:
    """A request with all its values.

    Attributes:
        call: what is sent.
        request: what it was made of.

    """

    def __init__(self, call: Call, request: Request) -> None:
        self.call = call
        self.request = request

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The segments of the path, decoded."""
        path = self.call.target.partition("?")[0]
        return tuple(unquote(segment) for segment in path.removeprefix("/").split("/"))

    @cached_property
    def document(self) -> JsonValue:
        """The body as a JSON value; a form as its fields, each the list of its values; None when it is neither."""
        data = self.call.body
        if not data:
            return None
        declared = header_value(self.request.headers, "content-type") or self.request.body.content_type
        media_type = parse_media_type(declared)
        if media_type.is_form:
            return {name: list(values) for name, values in parse_query(data.decode("utf-8", "replace")).items()}
        try:
            return read_document(data, media_type)
        except JsonInvalid:
            return None


def make_request(request: Request, source: Source, *, status: int | None = None) -> Sent:
    """Put generated values into a request, and write it for the wire.

    Args:
        request: as promised.
        source: where generated values come from.
        status: that the answer is to have.

    Raises:
        treaty.contract.generating.ValueMissing: when a provider state gave no value of a name.
        ValueError: when a value cannot go where it belongs: a line break in a header.

    """
    filled = request
    if request.generators:
        filled = apply_to_request(request, source)
        path = request.generators.path
        if isinstance(path, FromProviderState):
            filled = replace(filled, path=_generated_path(request.path, path, source))
    if any(f"${{{SLOT_PREFIX}" in value for values in filled.headers.values() for value in values):
        filled = replace(filled, headers=_with_secrets(filled.headers, source))
    body = filled.body.data if filled.body.state is BodyState.PRESENT else None
    if filled.body.state is BodyState.EMPTY:
        body = b""
    call = Call(
        method=filled.method,
        target=_target(filled),
        headers=_headers(filled),
        body=body,
        made=made_headers(request),
        status=status,
    )
    return Sent(call, filled)


def made_headers(request: Request) -> frozenset[str]:
    """Give the names, in lower case, of the headers whose values are made for each request, and no examples."""
    generated = (_header_of(key) for key in request.generators.header)
    slotted = (
        name for name, values in request.headers.items() if any(f"${{{SLOT_PREFIX}" in value for value in values)
    )
    return frozenset(name.lower() for name in (*generated, *slotted))


def _header_of(key: str) -> str:
    """Give the name of the header in the key of a generator: itself, or a path such as `$['X-Key'][0]`."""
    path = _HEADER_PATH.match(key)
    return path[1] if path else key


def _with_secrets(headers: Mapping[str, tuple[str, ...]], source: Source) -> Mapping[str, tuple[str, ...]]:
    def value_of(found: re.Match[str]) -> str:
        if found[1] not in source.state:
            raise ValueMissing(found[1])
        return as_text(source.state[found[1]])

    return {name: tuple(_SLOT.sub(value_of, value) for value in values) for name, values in headers.items()}


def _generated_path(example: str, generator: FromProviderState, source: Source) -> str:
    """Fill in the path; inside a longer text each value is quoted, but its slashes stay (as the official engine does).

    A value that is a whole path or URL, such as a Location header, is taken as it is.
    """
    if _WHOLE_PATH.fullmatch(generator.expression):
        path = as_text(generate(generator, example, source))
        return urlsplit(path).path if "://" in path else path
    names = [name for name in names_in_text(generator.expression) if name in source.state]
    quoted = {name: quote(as_text(source.state[name]), safe=_VALUE_CHARACTERS) for name in names}
    return as_text(generate(generator, example, replace(source, state=quoted)))


def _target(request: Request) -> str:
    path = request.path if request.path.startswith("/") else f"/{request.path}"
    if not _PLAIN_PATH.fullmatch(path):
        path = quote(path, safe=_PATH_CHARACTERS)
    if not request.query:
        return path
    pairs = [
        quote(name, safe="") if value is None else f"{quote(name, safe='')}={quote(value, safe=_QUERY_CHARACTERS)}"
        for name, values in request.query.items()
        for value in values
    ]
    return f"{path}?{'&'.join(pairs)}"


def _headers(request: Request) -> tuple[tuple[str, str], ...]:
    lines: list[tuple[str, str]] = []
    has_type = False
    for name, values in request.headers.items():
        lower = name.lower()
        if lower in _SENT_BY_THE_CLIENT:
            continue
        has_type = has_type or lower == "content-type"
        for value in values:
            text = _accepted(value) if lower == "accept-encoding" else value
            if _CONTROL.search(text):
                raise ValueError(f"the value of the header {name} has a line break in it")
            lines.append((name, text))
    if not has_type and request.body.state is BodyState.PRESENT:
        media_type = request.body.content_type or request.media_type().essence
        if media_type:
            lines.append(("Content-Type", media_type))
    return tuple(lines)


def _accepted(value: str) -> str:
    """Keep of a list of content codings those that can be undone here."""
    kept = [part.strip() for part in value.split(",") if part.partition(";")[0].strip().lower() in DECODED]
    return ", ".join(kept) or "identity"
