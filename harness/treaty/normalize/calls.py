"""Requests written out: as steps of a set-up (with variables) and as requests of interactions (with examples)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias
from urllib.parse import quote, unquote, urlencode

from treaty.contract.embedded import ANY_COOKIE, parts_of
from treaty.contract.json_value import JsonValue, dumps
from treaty.contract.magic import media_type_of
from treaty.contract.media_type import parse_media_type
from treaty.contract.xml_tree import xml_text
from treaty.normalize.bodies import Payload
from treaty.normalize.entity_tags import asked_tag
from treaty.normalize.examples import Examples, credentials_example, numbered_example, secret_example, time_example
from treaty.normalize.leaves import Leaf, is_json, json_leaves, key_step, path_segments, rewritten
from treaty.normalize.multipart_bodies import boundary_of, multipart_text, with_boundary
from treaty.normalize.names import Name
from treaty.normalize.observations import Observation, split_credentials
from treaty.normalize.shapes import TIMES, Shape, shape_of
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow

Writer: TypeAlias = Callable[[Leaf, Token | None], JsonValue]
"""Decides what stands in place of a request leaf, given the token there, if any."""

_SIGNED: Final = re.compile(r"(?i)\b(?:signature|response)\s*=")
_DIGEST: Final = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{32,}(?![0-9A-Za-z])")
_DAY: Final = re.compile(r"(?<=/)\d{8}(?=/)")
_LEFT_OPEN: Final = "-"
"""Stands in a binary body where a value comes in that is another one each time."""
_PATH_SAFE = "-._~!$&'()*+,;=:@{}"
"""Characters that stay in a path segment (RFC 3986 section 3.3), and the braces of variables."""


def example_writer(item: Observation, examples: Examples) -> Writer:
    """Write canonical examples for tokens and times, and the recorded value for the rest."""

    def write(leaf: Leaf, token: Token | None) -> JsonValue:
        if tag := asked_tag(leaf, token):
            return tag[0]
        if token is not None:
            return as_carried(leaf, examples.of_token(token))
        shape = shape_of(leaf.value, at=item.started)
        if item.is_secret("request", leaf.location):
            if leaf.location.startswith("path["):
                return secret_example(str(leaf.value))
            return _credentials(leaf) if leaf.location.startswith("header.") else leaf.value
        if shape in TIMES:
            return time_example(leaf.value, item.started)
        if isinstance(leaf.value, str):
            if shape is Shape.PROSE:
                return examples.of_text(leaf.value)
            if shape is Shape.NUMBERED and leaf.location.startswith("header.") and not _is_operation(leaf, item):
                return numbered_example(leaf.value)
        return leaf.value

    return write


def _is_operation(leaf: Leaf, item: Observation) -> bool:
    """Tell whether a header names the operation: a date in it belongs to its name."""
    return item.operation.name != "" and str(leaf.value).strip('"') == item.operation.name


def as_carried(leaf: Leaf, value: JsonValue) -> JsonValue:
    """Put what stands for a token where its leaf carries it: credentials keep their scheme."""
    if leaf.location.lower() != "header.authorization" or not isinstance(leaf.value, str):
        return value
    return split_credentials(leaf.value)[0] + _text(value)


def as_slot(leaf: Leaf, name: str) -> str:
    """Write the slot of a secret where its leaf carries the secret: ``Bearer ${secret.token}``."""
    text = "${secret." + name + "}"
    if leaf.location.lower() != "header.authorization" or not isinstance(leaf.value, str):
        return text
    scheme, blank, _ = leaf.value.partition(" ")
    return scheme + blank + text if blank else text


def _credentials(leaf: Leaf) -> JsonValue:
    if not isinstance(leaf.value, str) or _SIGNED.search(leaf.value):
        return unsigned(leaf.value)
    return credentials_example(leaf.location.removeprefix("header."), leaf.value)


def unsigned(value: JsonValue) -> JsonValue:
    """Write credentials with parameters without what each request computes anew: the signature, and its day."""
    if not isinstance(value, str) or not _SIGNED.search(value):
        return value
    return _DAY.sub("20000101", _DIGEST.sub(lambda found: "0" * len(found[0]), value))


def request_of(item: Observation, flow: Flow, write: Writer) -> dict[str, JsonValue]:
    """Write a request in the form of Pact V4: method, path, query, headers, body; absent parts are left out."""
    written = {leaf.location: write(leaf, flow.at(item.number, f"request.{leaf.location}")) for leaf in item.request}
    request: dict[str, JsonValue] = {"method": item.method, "path": path_of(item, written)}
    query: dict[str, list[JsonValue]] = {}
    for leaf in item.request:
        if leaf.location.startswith("query."):
            name = leaf.location[len("query.") : leaf.location.rindex("[")]
            value = written[leaf.location]
            query.setdefault(name, []).append(None if value is None else _text(value))
    if query:
        request["query"] = query
    headers: dict[str, list[JsonValue]] = {}
    for name, value in item.request_headers:
        text = cookie_of(item, name, written) or _text(written.get(f"header.{name}", value))
        if name.lower() == "content-type" and item.request_payload.kind == "multipart":
            text = with_boundary(text, boundary_of(item.request_payload))
        headers.setdefault(name, []).append(text)
    if headers:
        request["headers"] = dict(sorted(headers.items(), key=lambda pair: pair[0].lower()))
    body = body_of(item, written)
    if body is not None:
        request["body"] = body
    return request


def cookie_of(item: Observation, name: str, written: Mapping[str, JsonValue]) -> str:
    """Write a ``Cookie`` header out of its cookies; empty for other headers."""
    prefix = f"header.{name}|cookie."
    if name.lower() != "cookie":
        return ""
    pairs = [leaf for leaf in item.request if leaf.location.startswith(prefix)]
    return "; ".join(_cookie(leaf.location.removeprefix(prefix), _text(written[leaf.location])) for leaf in pairs)


def _cookie(name: str, text: str) -> str:
    return text if name == ANY_COOKIE else f"{name}={text}"


def path_of(item: Observation, written: Mapping[str, JsonValue]) -> str:
    """Write the path; literal segments stay as they were sent, values are percent-encoded (RFC 3986)."""
    raw = item.path.removeprefix("/").split("/")
    parts = []
    for index, segment in enumerate(path_segments(item.path)):
        location = f"path[{index}]"
        if index in item.template.several:
            parts.append(_several(segment, location, written))
        elif location in written and _text(written[location]) != segment:
            parts.append(quote(_text(written[location]), safe=_PATH_SAFE))
        else:
            parts.append(raw[index] if unquote(raw[index]) == segment else quote(segment, safe=_PATH_SAFE))
    return "/" + "/".join(parts)


def _several(segment: str, location: str, written: Mapping[str, JsonValue]) -> str:
    found = [
        quote(_text(written.get(f"{location}|part[{index}]", part)), safe=_PATH_SAFE) + mark
        for index, (part, mark) in enumerate(parts_of(segment))
    ]
    return "".join(found)


def body_of(item: Observation, written: Mapping[str, JsonValue]) -> dict[str, JsonValue] | None:
    """Write a request body in the form of Pact V4, or None when there is none."""
    payload = item.request_payload
    declared = next((value for name, value in item.request_headers if name.lower() == "content-type"), "")
    media_type = declared or payload.media_type or media_type_of(payload.data)
    if payload.kind == "none":
        return None
    if payload.kind == "json":
        return json_form(rewritten(payload.value, "body.$", written), json_type(media_type))
    if payload.kind == "form":
        return {"contentType": media_type, "encoded": False, "content": _form(payload.value, written)}
    if payload.kind == "xml":
        return xml_form(payload, media_type, written)
    if payload.kind == "multipart":
        return _multipart_form(payload, media_type, written)
    if payload.kind == "lines":
        return {"contentType": media_type, "encoded": False, "content": payload.data.decode("utf-8", "replace")}
    if payload.kind == "text" and not is_json(media_type):
        return {"contentType": media_type, "encoded": False, "content": _text(written.get("body", payload.value))}
    return {"contentType": media_type, "encoded": "base64", "content": _base64(payload.data)}


def json_type(media_type: str) -> str:
    """Give the type under which Pact's tools read JSON: they look at the body's own, and send what the header says."""
    return media_type if parse_media_type(media_type).is_json else "application/json"


def json_form(value: JsonValue, media_type: str) -> dict[str, JsonValue]:
    """Write a JSON body in the form of Pact V4, where a content of null is no body and ``""`` an empty one."""
    if value is None or value == "":
        return {"contentType": media_type, "encoded": "json", "content": dumps(value)}
    return {"contentType": media_type, "encoded": False, "content": value}


def xml_form(payload: Payload, media_type: str, written: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Write a body of XML in the form of Pact V4, with other values at some locations."""
    tree = rewritten(payload.value, "body.$", written)
    assert isinstance(tree, Mapping)
    return {"contentType": media_type, "encoded": False, "content": xml_text(tree, like=payload.data)}


def _multipart_form(payload: Payload, media_type: str, written: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Write a multipart body: as text where it is one, so that values can be put into it.

    Where files are binary, what has names of variables in it stands beside, by its place.
    """
    media_type = with_boundary(media_type, boundary_of(payload))
    try:
        return {"contentType": media_type, "encoded": False, "content": multipart_text(payload, written).decode()}
    except UnicodeDecodeError:
        values = {place: value for place, value in written.items() if _has_names(place, value)}
    content = multipart_text(payload, {**written, **dict.fromkeys(values, _LEFT_OPEN)})
    form: dict[str, JsonValue] = {"contentType": media_type, "encoded": "base64", "content": _base64(content)}
    return form | (
        {"values": {place.removeprefix("body."): values[place] for place in sorted(values)}} if values else {}
    )


def _has_names(place: str, value: JsonValue) -> bool:
    return place.startswith("body.$") and isinstance(value, str) and "${" in value


def _form(value: JsonValue, written: Mapping[str, JsonValue]) -> str:
    pairs: list[tuple[str, str]] = []
    if isinstance(value, Mapping):
        for key in value:
            leaves = json_leaves(value[key], "body.$" + key_step(key), Name(entity="", field=""), "")
            pairs.extend((key, _text(written.get(leaf.location, leaf.value))) for leaf in leaves)
    return urlencode(pairs, safe="${}@")


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else str(value)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
