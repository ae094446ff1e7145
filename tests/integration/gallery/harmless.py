"""Changes of any service that nobody was promised otherwise: fields and headers added, other order, other spelling."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

Change = Callable[[Any], Any]


def _added(value: Any) -> Any:
    """Add a field to every object."""
    if isinstance(value, dict):
        return {**{key: _added(child) for key, child in value.items()}, "added_since": {"by": [1, None, "x"]}}
    return [_added(child) for child in value] if isinstance(value, list) else value


def _reversed(value: Any) -> Any:
    """Write the members of every object in another order."""
    if isinstance(value, dict):
        return {key: _reversed(child) for key, child in reversed(value.items())}
    return [_reversed(child) for child in value] if isinstance(value, list) else value


def _same(value: Any) -> Any:
    return value


class _Changed:
    """An application whose JSON answers are written otherwise."""

    def __init__(
        self,
        app: WSGIApplication,
        *,
        change: Change,
        indent: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._app = app
        self._change = change
        self._indent = indent
        self._headers = dict(headers or {})

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen: list[tuple[str, list[tuple[str, str]]]] = []

        def note(status: str, headers: list[tuple[str, str]], *_more: Any) -> Callable[[bytes], object]:
            seen.append((status, list(headers)))
            return lambda data: data

        body = b"".join(self._app(environ, note))
        status, headers = seen[0]
        if (
            any(name.lower() == "content-type" and "json" in value and "ndjson" not in value for name, value in headers)
            and body
        ):
            body = json.dumps(self._change(json.loads(body)), indent=self._indent).encode()
            headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
            headers.append(("Content-Length", str(len(body))))
        start_response(status, [*headers, *self._headers.items()])
        return [body]


HARMLESS: Final[Mapping[str, Callable[[WSGIApplication], WSGIApplication]]] = {
    "fields added": lambda app: _Changed(app, change=_added),
    "members in another order": lambda app: _Changed(app, change=_reversed),
    "indented": lambda app: _Changed(app, change=_same, indent=3),
    "headers added": lambda app: _Changed(
        app, change=_same, headers={"X-Served-By": "node-7", "X-Added": "1", "Vary": "Accept", "Server": "other/2"}
    ),
}
"""Wrappers of any application, by the name of what they change."""
