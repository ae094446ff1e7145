"""Requests and responses taken apart into leaves: scalars with their location and their name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from treaty.contract.json_value import JsonInvalid, JsonValue, loads
from treaty.contract.query import parse_query
from treaty.normalize.names import Name, is_collection_key, leaf_name, nested_entity
from treaty.session.exchange import Content, Headers

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_INDEX_OR_QUOTED: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\[\d+\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A scalar: where it is (see the locations of the pact extension), what it is, what it is called."""

    location: str
    value: JsonValue
    name: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A decoded body.

    Attributes:
        kind: ``none``, ``json``, ``form``, ``text`` or ``binary``.
        value: the JSON value; of a form, an object of lists of texts; of a text, the text.
        data: the bytes.
        media_type: without parameters, lower case; empty when not given.

    """

    kind: str
    value: JsonValue
    data: bytes
    media_type: str


def header(headers: Headers, name: str) -> str | None:
    """Give the value of a header, repeated lines joined by commas (RFC 9110 section 5.2); None when absent."""
    values = [value for key, value in headers if key.lower() == name.lower()]
    return ", ".join(values) if values else None


def is_json(media_type: str) -> bool:
    """Tell whether a media type, parameters or not, is JSON or one of the formats built on it (RFC 6839)."""
    return media_type.split(";", maxsplit=1)[0].strip().lower().endswith(("/json", "+json"))


def decode(content: Content, headers: Headers) -> Payload:
    """Decode a body by its media type; what does not parse as it says stays text or binary."""
    media_type = (header(headers, "Content-Type") or "").split(";")[0].strip().lower()
    data = content.data
    if not data:
        return Payload(kind="none", value=None, data=b"", media_type=media_type)
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
    return _text_or_binary(data, media_type)


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
    if payload.kind in {"json", "form"}:
        yield from _top_leaves(payload.value, entity)
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


def json_leaves(value: JsonValue, location: str, name: Name, entity: str) -> Iterator[Leaf]:
    """Walk the scalars below a JSON value; empty arrays and objects have none.

    Args:
        value: any JSON value.
        location: the location of `value`.
        name: the name of `value` should it be a scalar.
        entity: the entity of the objects in it.

    """
    if isinstance(value, Mapping):
        for key, child in value.items():
            below = nested_entity(key, entity) if isinstance(child, (Mapping, list)) else entity
            yield from json_leaves(child, location + key_step(key), leaf_name(key, entity), below)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, child in enumerate(value):
            yield from json_leaves(child, f"{location}[{index}]", name, entity)
    else:
        yield Leaf(location=location, value=value, name=name)


def key_step(key: str) -> str:
    """Write one object key as a step of a JSON path: ``.name`` or ``['odd name']``."""
    if _PLAIN_KEY.fullmatch(key):
        return f".{key}"
    return "['" + key.replace("\\", "\\\\").replace("'", "\\'") + "']"


def path_segments(path: str) -> tuple[str, ...]:
    """Split a raw path after its leading slash and undo percent-encoding: ``/users/7`` gives ``(users, 7)``."""
    return tuple(unquote(segment) for segment in path.removeprefix("/").split("/"))


def split_url(text: str) -> SplitResult:
    """Take a URL apart; what is none, as ``http://[x`` is not, has no parts but a path."""
    try:
        return urlsplit(text)
    except ValueError:
        return SplitResult(scheme="", netloc="", path=text, query="", fragment="")


def query_leaves(query: str | None) -> Iterator[Leaf]:
    """Walk the parameters of a raw query, in order of first appearance; a bare name (``?acl``) has the value None."""
    for key, values in parse_query(query).items():
        for index, value in enumerate(values):
            yield Leaf(location=f"query.{key}[{index}]", value=value, name=leaf_name(key, ""))


def wildcard(location: str) -> str:
    """Replace every array index below a body by ``[*]``; other locations stay."""
    if not location.startswith("body"):
        return location
    return _INDEX_OR_QUOTED.sub(lambda found: found[0] if found[0].startswith("'") else "[*]", location)
