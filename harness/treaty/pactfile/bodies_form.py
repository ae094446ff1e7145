"""How bodies are written: plain JSON or text up to V3; content, media type and encoding in V4."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Final

from treaty.contract.json_value import JsonInvalid, JsonValue, dumps, loads
from treaty.contract.media_type import NO_MEDIA_TYPE, parse_media_type
from treaty.contract.model import ABSENT, EMPTY, NULL, Body, BodyState
from treaty.pactfile.node import Node

_BODY_KEYS: Final = ("content", "contentType", "contentTypeHint", "encoded")


def read_plain_body(node: Node | None, header: str) -> Body:
    """Read a body of V1 to V3; `header` is the Content-Type, which tells JSON texts from other texts."""
    if node is None:
        return ABSENT
    value = node.value
    if value is None:
        return NULL
    if value == "":
        return EMPTY
    if not isinstance(value, str):
        return Body(state=BodyState.PRESENT, data=dumps(value).encode())
    declared = parse_media_type(header)
    if declared.is_json:
        return Body(state=BodyState.PRESENT, data=_json_text(value))
    if declared is not NO_MEDIA_TYPE and not declared.is_text:
        try:
            return Body(state=BodyState.PRESENT, data=base64.b64decode(value, validate=True), encoded="base64")
        except (binascii.Error, ValueError):
            return Body(state=BodyState.PRESENT, data=value.encode())
    return Body(state=BodyState.PRESENT, data=value.encode(errors="surrogatepass"))


def _json_text(value: str) -> bytes:
    """Tell a JSON text that was written as a text from a text that is itself the JSON value."""
    try:
        parsed = loads(value)
    except JsonInvalid:
        return dumps(value).encode()
    return value.encode() if isinstance(parsed, (str, Mapping)) else dumps(value).encode()


def read_body(node: Node | None, header: str) -> Body:
    """Read a body of V4; `header` is the Content-Type, for a body that does not name its own."""
    if node is None:
        return ABSENT
    if node.value is None:
        return NULL
    if not isinstance(node.value, Mapping):
        return Body(state=BodyState.PRESENT, data=dumps(node.value).encode())
    content = node.get("content")
    if content is None:
        if all(key in _BODY_KEYS for key in node.value):
            return ABSENT
        return Body(state=BodyState.PRESENT, data=dumps(node.value).encode())
    if content.value is None:
        return NULL
    content_type, hint = _text(node, "contentType"), _text(node, "contentTypeHint")
    encoded = _encoding(node)
    data = _data(content, encoded, is_json=parse_media_type(content_type or header).is_json)
    return Body(
        state=BodyState.PRESENT if data else BodyState.EMPTY,
        data=data,
        content_type=content_type,
        encoded=encoded,
        hint=hint,
        unknown=node.others(*_BODY_KEYS),
    )


def _encoding(node: Node) -> str:
    found = node.get("encoded")
    if found is None or found.value is None or found.value is False:
        return ""
    if found.value is True:
        return "base64"
    word = found.text().lower()
    if word not in {"base64", "json"}:
        raise found.fault(f"a body is encoded as 'base64' or 'json', or not (false); not as {word!r}")
    return word


def _data(content: Node, encoded: str, *, is_json: bool) -> bytes:
    if encoded == "base64":
        try:
            return base64.b64decode(content.text(), validate=True)
        except (binascii.Error, ValueError):
            raise content.fault("is not base64", 'write "encoded": false when it is plain text') from None
    value = content.value
    if isinstance(value, str) and (encoded == "json" or not is_json or not value):
        return value.encode(errors="surrogatepass")
    return dumps(value).encode()


def _text(node: Node, key: str) -> str:
    found = node.get(key)
    return "" if found is None or found.value is None else found.text()


def write_body(body: Body, header: str) -> dict[str, JsonValue] | None:
    """Write a body as V4 does; None when there is nothing to say."""
    if body.state is BodyState.ABSENT:
        return None
    if body.state is not BodyState.PRESENT:
        written: dict[str, JsonValue] = {"content": None if body.state is BodyState.NULL else ""}
        return {**({"contentType": body.content_type} if body.content_type else {}), **written, **body.unknown}
    content, encoded = _content(body, header)
    return {
        **({"contentType": body.content_type} if body.content_type else {}),
        **({"contentTypeHint": body.hint} if body.hint else {}),
        "encoded": encoded,
        "content": content,
        **body.unknown,
    }


def _content(body: Body, header: str) -> tuple[JsonValue, JsonValue]:
    if body.encoded == "base64":
        return _base64(body.data), "base64"
    media_type = parse_media_type(body.content_type or header)
    if media_type.is_json and body.encoded != "json":
        try:
            value = loads(body.data)
        except JsonInvalid:
            return _base64(body.data), "base64"
        # A reader takes "content": null for no body, and "" for an empty one.
        return (body.data.decode(), "json") if value is None or value == "" else (value, False)
    text = as_text(body.data)
    if text is None:
        return _base64(body.data), "base64"
    return text, body.encoded or False


def write_plain_body(body: Body, header: str) -> JsonValue:
    """Write a body as V1 to V3 do; the body must not be absent."""
    if body.state is not BodyState.PRESENT:
        return None if body.state is BodyState.NULL else ""
    media_type = parse_media_type(header)
    text = as_text(body.data)
    if text is None:
        return _base64(body.data)
    if media_type.is_json or media_type is NO_MEDIA_TYPE:
        try:
            value = loads(body.data)
        except JsonInvalid:
            return text
        if value is not None and not isinstance(value, str):
            return value
        return text if media_type is NO_MEDIA_TYPE or not isinstance(value, str) or not value else _plain(value)
    return text if media_type.is_text else _base64(body.data)


def _plain(value: str) -> str:
    """Write a JSON string so that `_json_text` gives it back."""
    return value if _json_text(value) == dumps(value).encode() else dumps(value)


def as_text(data: bytes) -> str | None:
    """Decode UTF-8, or tell by None that it is none."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
