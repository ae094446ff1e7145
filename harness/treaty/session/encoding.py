"""An exchange as a line of ``exchanges.jsonl``, and back. Pure: bodies in files are only referred to.

A body is ``{"text": ...}`` (UTF-8), ``{"base64": ...}`` or ``{"file": SHA256}``, with ``size``, the ``coding`` that was
undone and why it is ``missing`` where these say something. A message without a body has no ``body`` key.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from treaty.session.exchange import NO_CONTENT, CapturedRequest, CapturedResponse, Content, Edge, Exchange, Headers


def encode_exchange(exchange: Exchange) -> bytes:
    """Write an exchange as one line of JSON with a newline at its end.

    A content with a ``sha256`` becomes a reference; its bytes are not written here.
    """
    record: dict[str, Any] = {
        "number": exchange.number,
        "run": exchange.run,
        "consumer": exchange.edge.consumer,
        "provider": exchange.edge.provider,
        "started": exchange.started.isoformat(),
        "ended": exchange.ended.isoformat(),
        "request": _request_record(exchange.request),
        "response": None if exchange.response is None else _response_record(exchange.response),
    }
    if exchange.error:
        record["error"] = exchange.error
    if exchange.redacted:
        record["redacted"] = exchange.redacted
    return _line(record)


def decode_exchange(record: Mapping[str, Any]) -> Exchange:
    """Read an exchange from the parsed object of a line; bodies in files keep only their digest and size.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: when the object is not an exchange.

    """
    response = record["response"]
    return Exchange(
        number=_whole(record["number"]),
        run=_whole(record["run"]),
        edge=Edge(consumer=_text(record["consumer"]), provider=_text(record["provider"])),
        started=datetime.fromisoformat(record["started"]),
        ended=datetime.fromisoformat(record["ended"]),
        request=_request(record["request"]),
        response=None if response is None else _response(response),
        error=_text(record.get("error", "")),
        redacted=tuple(_text(place) for place in record.get("redacted", ())),
    )


def _line(record: Mapping[str, Any]) -> bytes:
    written = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    try:
        return written.encode() + b"\n"
    except UnicodeEncodeError:
        # Half a surrogate pair has no UTF-8 form; as an escape it survives.
        return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def _request_record(request: CapturedRequest) -> dict[str, Any]:
    record: dict[str, Any] = {"method": request.method, "path": request.path}
    if request.query is not None:
        record["query"] = request.query
    record |= {"version": request.http_version, "authority": request.authority, "headers": request.headers}
    return record | _body_record(request.content)


def _response_record(response: CapturedResponse) -> dict[str, Any]:
    record: dict[str, Any] = {"status": response.status, "headers": response.headers}
    if response.trailers:
        record["trailers"] = response.trailers
    return record | _body_record(response.content)


def _body_record(content: Content) -> dict[str, Any]:
    if content == NO_CONTENT:
        return {}
    body: dict[str, Any] = {}
    if content.sha256:
        body["file"] = content.sha256
    elif content.data:
        try:
            body["text"] = content.data.decode()
        except UnicodeDecodeError:
            body["base64"] = base64.b64encode(content.data).decode()
    if content.size != len(content.data) or content.sha256:
        body["size"] = content.size
    if content.coding:
        body["coding"] = content.coding
    if content.missing:
        body["missing"] = content.missing
    return {"body": body}


def _request(record: Mapping[str, Any]) -> CapturedRequest:
    query = record.get("query")
    return CapturedRequest(
        method=_text(record["method"]),
        path=_text(record["path"]),
        query=None if query is None else _text(query),
        headers=_headers(record["headers"]),
        content=_content(record.get("body")),
        authority=_text(record["authority"]),
        http_version=_text(record["version"]),
    )


def _response(record: Mapping[str, Any]) -> CapturedResponse:
    return CapturedResponse(
        status=_whole(record["status"]),
        headers=_headers(record["headers"]),
        content=_content(record.get("body")),
        trailers=_headers(record.get("trailers", ())),
    )


def _content(record: Mapping[str, Any] | None) -> Content:
    if record is None:
        return NO_CONTENT
    data = b""
    if "text" in record:
        data = _text(record["text"]).encode()
    elif "base64" in record:
        data = base64.b64decode(record["base64"], validate=True)
    return Content(
        data=data,
        coding=_text(record.get("coding", "")),
        size=_whole(record.get("size", len(data))),
        sha256=_digest(record["file"]) if "file" in record else "",
        missing=_text(record.get("missing", "")),
    )


def _headers(record: Any) -> Headers:
    return tuple((_text(name), _text(value)) for name, value in record)


def _digest(value: Any) -> str:
    digest = _text(value)
    # The digest becomes a file name: nothing else may pass.
    if len(digest) != 64 or not all(character in "0123456789abcdef" for character in digest):
        raise ValueError("the name of a body file is not a SHA-256 digest")
    return digest


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text was expected, found {type(value).__name__}")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"a whole number was expected, found {type(value).__name__}")
    return value
