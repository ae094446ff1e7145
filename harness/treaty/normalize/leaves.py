"""Leaves of requests and responses: scalars with their location and their name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from treaty.contract.fitted import KEY, VALUE
from treaty.contract.json_value import JsonValue, Number
from treaty.contract.query import parse_query
from treaty.normalize.names import Name, leaf_name, nested_entity, singular, words
from treaty.session.exchange import Headers

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_RESOURCE: Final = frozenset({"type", "id", "lid", "attributes", "relationships", "links", "meta"})
_SCALARS: Final = (str, int, Number, type(None))
_INDEX_OR_QUOTED: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\[\d+\]")


class Entry(dict[str, JsonValue]):
    """An entry of an object whose keys are ids, with what they are ids of."""

    def __init__(self, entity: str, members: Mapping[str, JsonValue]) -> None:
        super().__init__(members)
        self.entity = entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A scalar: where it is (see the locations of the pact extension), what it is, what it is called."""

    location: str
    value: JsonValue
    name: Name


def header(headers: Headers, name: str) -> str | None:
    """Give the value of a header, repeated lines joined by commas (RFC 9110 section 5.2); None when absent."""
    values = [value for key, value in headers if key.lower() == name.lower()]
    return ", ".join(values) if values else None


def is_json(media_type: str) -> bool:
    """Tell whether a media type, parameters or not, is JSON or one of the formats built on it (RFC 6839)."""
    return media_type.split(";", maxsplit=1)[0].strip().lower().endswith(("/json", "+json"))


def json_leaves(value: JsonValue, location: str, name: Name, entity: str) -> Iterator[Leaf]:
    """Walk the scalars below a JSON value; empty arrays and objects have none.

    Args:
        value: any JSON value.
        location: the location of `value`.
        name: the name of `value` should it be a scalar.
        entity: the entity of the objects in it.

    """
    if isinstance(value, _SCALARS):
        yield Leaf(location=location, value=value, name=name)
    elif isinstance(value, Entry):
        yield Leaf(location=location + key_step(KEY), value=value[KEY], name=Name(entity=value.entity, field="id"))
        yield from json_leaves(value[VALUE], location + key_step(VALUE), name, value.entity)
    elif isinstance(value, Mapping):
        entity = _resource_type(value) or entity
        for key, child in value.items():
            below = nested_entity(key, entity) if isinstance(child, (Mapping, list)) else entity
            yield from json_leaves(child, location + key_step(key), leaf_name(key, entity), below)
    else:
        for index, child in enumerate(value):
            yield from json_leaves(child, f"{location}[{index}]", name, entity)


def _resource_type(value: Mapping[str, JsonValue]) -> str:
    """Give what a resource object or identifier of JSON:API (section 7.2) says that it is; empty for other objects."""
    kind = value.get("type")
    if not isinstance(kind, str) or "id" not in value or not value.keys() <= _RESOURCE:
        return ""
    parts = words(kind)
    return singular(parts[-1]) if parts else ""


def rewritten(value: JsonValue, location: str, written: Mapping[str, JsonValue]) -> JsonValue:
    """Copy a JSON value with other scalars at some locations."""
    if isinstance(value, Mapping):
        return {key: rewritten(child, location + key_step(key), written) for key, child in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [rewritten(child, f"{location}[{index}]", written) for index, child in enumerate(value)]
    return written.get(location, value)


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


def query_leaves(query: str | None, entity: str = "") -> Iterator[Leaf]:
    """Walk the parameters of a raw query, in order of first appearance; a bare name (``?acl``) has the value None.

    Args:
        query: as it was sent.
        entity: what the endpoint is about; a parameter ``id`` is that of such a thing.

    """
    for key, values in parse_query(query).items():
        for index, value in enumerate(values):
            yield Leaf(location=f"query.{key}[{index}]", value=value, name=_parameter_name(key, entity))


def _parameter_name(key: str, entity: str) -> Name:
    name = leaf_name(key, "")
    return leaf_name(key, entity) if name == Name(entity="", field="id") else name


def wildcard(location: str) -> str:
    """Replace every array index below a body by ``[*]``; other locations stay."""
    if not location.startswith("body"):
        return location
    return _INDEX_OR_QUOTED.sub(lambda found: found[0] if found[0].startswith("'") else "[*]", location)
