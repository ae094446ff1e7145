"""Builds entries of HAR files as tools write them."""

from __future__ import annotations

import json
from typing import Any


def entry(
    url: str = "http://shop.test/books/7?full=1",
    *,
    method: str = "GET",
    status: Any = 200,
    request: dict[str, Any] | None = None,
    response: dict[str, Any] | None = None,
    text: str | None = '{"id": 7}',
    media_type: str = "application/json",
    **other: Any,
) -> dict[str, Any]:
    """Give an entry; `request`, `response` and `other` replace keys, a value of None takes a key out."""
    content = {} if text is None else {"text": text, "size": len(text.encode()), "mimeType": media_type}
    found: dict[str, Any] = {
        "startedDateTime": "2026-11-20T10:00:00.250+01:00",
        "time": 12.5,
        "request": {
            "method": method,
            "url": url,
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Accept", "value": "*/*"}],
            "queryString": [],
            "cookies": [],
            "bodySize": 0,
        }
        | (request or {}),
        "response": {
            "status": status,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Content-Type", "value": media_type}],
            "cookies": [],
            "content": content,
            "bodySize": -1,
        }
        | (response or {}),
    }
    return {name: value for name, value in (found | other).items() if value is not None}


def har(*entries: Any) -> bytes:
    """Give a whole file."""
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "test"}, "entries": list(entries)}}).encode()
