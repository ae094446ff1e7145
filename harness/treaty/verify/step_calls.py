"""Building the request of a setup step: values in the place of names, encoded as the place demands."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from functools import partial
from typing import Final
from urllib.parse import quote, quote_plus, urlsplit
from xml.sax.saxutils import escape

from treaty.contract.applying import change
from treaty.contract.json_value import JsonInvalid, JsonValue, dumps
from treaty.contract.media_type import MediaType, parse_media_type
from treaty.contract.multipart_values import with_fields
from treaty.contract.path import PathInvalid, parse_path
from treaty.contract.structured import document_of
from treaty.verify.calls import Call
from treaty.verify.setup_steps import StepBody, StepRequest
from treaty.verify.variables import Variables, names_in_text, substitute_json, substitute_text

_SENT_BY_THE_CLIENT: Final = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "keep-alive", "accept-encoding", "expect"}
)
_PATH_CHARACTERS: Final = "/%:@!$&'()*+,;=-._~"
_VALUE_CHARACTERS: Final = ":@!$&'()*+,;=-._~"
_JSON: Final = re.compile(r"(application|text)/([\w.+-]*\+)?json\s*(;.*)?", re.IGNORECASE)
_FORM: Final = "application/x-www-form-urlencoded"


def build_call(request: StepRequest, variables: Variables) -> Call:
    """Build what is sent for a step.

    Raises:
        VariableUnknown: when the request uses a name that has no value yet.
        ValueError: when a base64 body is none.

    """
    headers = [
        (name, substitute_text(value, variables))
        for name, values in request.headers.items()
        for value in values
        if name.lower() not in _SENT_BY_THE_CLIENT
    ]
    made = (name for name, values in request.headers.items() if any(any(names_in_text(value)) for value in values))
    body = None if request.body is None else _body(request.body, variables)
    if request.body is not None and request.body.media_type and "content-type" not in {n.lower() for n, _ in headers}:
        headers.append(("Content-Type", request.body.media_type))
    return Call(
        method=request.method,
        target=_target(request, variables),
        headers=tuple(headers),
        body=body,
        made=frozenset(name.lower() for name in made),
    )


def _target(request: StepRequest, variables: Variables) -> str:
    path = _path(request.path, variables)
    query = _query(request.query, variables)
    if not query:
        return path
    return f"{path}{'&' if '?' in path else '?'}{query}"


def _path(template: str, variables: Variables) -> str:
    if not template.startswith("${"):
        filled = substitute_text(template, variables, quote=lambda value: quote(value, safe=_VALUE_CHARACTERS))
        return quote(filled, safe=_PATH_CHARACTERS)
    # The variable is a whole path or URL, for example the Location header of an earlier answer.
    parts = urlsplit(substitute_text(template, variables))
    path = quote(parts.path, safe=_PATH_CHARACTERS)
    path = path if path.startswith("/") else f"/{path}"
    return f"{path}?{parts.query}" if parts.query else path


def _query(query: Mapping[str, tuple[str | None, ...]], variables: Variables) -> str:
    return "&".join(
        quote(name, safe="")
        if value is None
        else f"{quote(name, safe='')}={quote(substitute_text(value, variables), safe=':@,')}"
        for name, values in query.items()
        for value in values
    )


def _in_xml(value: str) -> str:
    return escape(value, {'"': "&quot;"})


def _body(body: StepBody, variables: Variables) -> bytes:
    if body.encoded == "base64":
        try:
            data = base64.b64decode(body.content if isinstance(body.content, str) else "", validate=True)
        except binascii.Error as fault:
            raise ValueError(f"the body of the step is not base64: {fault}") from None
        return _with_values(data, body, variables) if body.values else data
    if body.encoded == "json" or not isinstance(body.content, str) or _JSON.fullmatch(body.media_type):
        return dumps(substitute_json(body.content, variables)).encode()
    if body.media_type.lower().startswith(_FORM):
        return substitute_text(body.content, variables, quote=quote_plus).encode()
    if parse_media_type(body.media_type).is_multipart:
        return _in_parts(body.content.encode(), parse_media_type(body.media_type), variables)
    if parse_media_type(body.media_type).is_xml:
        return substitute_text(body.content, variables, quote=_in_xml).encode()
    return substitute_text(body.content, variables).encode()


def _in_parts(data: bytes, media_type: MediaType, variables: Variables) -> bytes:
    """Put values into the fields and the names of files of a multipart body; what files hold stays as it is."""
    try:
        document = document_of(data, media_type)
    except JsonInvalid:
        return data
    return with_fields(data, media_type.parameters.get("boundary", ""), substitute_json(document, variables))


def _with_values(data: bytes, body: StepBody, variables: Variables) -> bytes:
    media_type = parse_media_type(body.media_type)
    try:
        document = document_of(data, media_type)
        for place, value in body.values.items():
            document = change(document, parse_path(place).tokens, partial(_filled, value, variables))
    except (JsonInvalid, PathInvalid) as fault:
        raise ValueError(f"the body of the step has no places for its values: {fault}") from None
    return with_fields(data, media_type.parameters.get("boundary", ""), document)


def _filled(value: JsonValue, variables: Variables, _example: JsonValue) -> JsonValue:
    return substitute_json(value, variables)
